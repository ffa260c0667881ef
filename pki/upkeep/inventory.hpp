// What a home holds, as one list: each entry of the manifest with what the state says of its
// certificate. list, status, due, watch and the metrics all look at this list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki {

/// What there is to say of an entry in one word, the most urgent first.
enum class Condition : std::uint8_t {
  not_configured,  ///< in the manifest only: nothing was issued yet
  revoked,         ///< for good
  on_hold,
  expired,
  not_yet_valid,
  self_signed,  ///< in order, and nobody but itself vouches for it
  installed,    ///< in order
};
std::string_view to_string(Condition condition);  ///< "not configured", "self-signed", ...

struct Item {
  std::string name;
  std::string kind;       ///< "authority", "identity", "fault", "fleet"
  bool identity = false;  ///< of the identity store: a key of ours is shown with it
  bool trust = false;     ///< of the trust store: in a bundle, for others to believe in
  std::string subject;    ///< as name_text writes it; a fleet's is a template
  std::string common_name;
  std::string issuer;              ///< entry name; "self" when self-signed
  std::string key;                 ///< as the manifest spells it: "rsa2048"
  std::vector<std::string> usage;  ///< extended key usage: "serverAuth"
  std::vector<std::string> names;  ///< "DNS:localhost"
  std::vector<std::string> bundles;
  std::string serial;  ///< hexadecimal
  std::optional<WallTime> not_before;
  std::optional<WallTime> not_after;
  std::uint64_t generation = 0;  ///< 0: not configured
  std::string revoked;           ///< the reason; empty: it is not
  std::uint64_t members = 0;     ///< of a fleet
  std::string note;
  Condition condition = Condition::not_configured;
};

/// Every authority, identity, fault and fleet of the manifest, in this order. `now` decides what is
/// expired.
std::vector<Item> inventory(const Manifest& manifest, const State& state, WallTime now);

/// How long an item is still valid, for people: "29d", "3h", "expired 2d ago"; "-" without a
/// certificate.
std::string left_text(const std::optional<WallTime>& not_after, WallTime now);

/// "identity", "trust", "identity, trust" or "-".
std::string store_text(const Item& item);

}  // namespace handfast::pki
