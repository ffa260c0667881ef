// What a client may do wrong on purpose: a closed list, each with the rule that it breaks or the
// liberty that it takes. A mutation changes one thing; all else, transcript and keys included, is
// as it should be, so that the peer can object to nothing but that. The native engine has them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace handfast::tls {

enum class Mutation : std::uint8_t {
  none,
  // ClientHello
  hello_extension_twice,
  hello_compression,
  hello_unknown_groups,
  hello_empty_key_share,
  hello_psk_not_last,
  hello_record_version_0300,
  hello_record_version_0304,
  binder_flipped,
  // our last flight
  certificate_context,
  certificate_truncated,
  certificate_trailing,
  certificate_empty_entry,
  certificate_list_too_long,
  verify_missing,
  verify_flipped,
  verify_scheme_not_asked,
  verify_pkcs1,
  finished_flipped,
  finished_missing,
  flight_split_64,
  flight_split_messages,
  // once established
  hello_again,
  key_update_requested,
  key_update_bad_value,
  key_update_early,
  record_padded,
  record_empty,
  record_empty_handshake,
  record_too_long,
  record_tag_flipped,
  record_plain,
  record_unknown_type,
  data_after_close_notify,
};

struct MutationFacts {
  Mutation mutation{};
  std::string_view name;       ///< "verify-flipped"
  std::string_view what;       ///< what the client sends
  std::string_view reference;  ///< the rule, or the liberty
  bool allowed = false;        ///< a peer has to put up with it
};

/// All but none, in the order of the enumeration.
std::span<const MutationFacts> mutations();
/// Null for an unknown name.
const MutationFacts* find_mutation(std::string_view name);
/// The facts of one that is not none.
const MutationFacts& facts_of(Mutation mutation);

}  // namespace handfast::tls
