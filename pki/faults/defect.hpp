// What can be wrong with a chain, as stable words: the language that mutations and fixtures claim
// in and our verifier answers in.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace handfast::pki {

enum class DefectKind : std::uint8_t {
  // encoding and fields (RFC 5280 section 4.1)
  malformed,
  not_der,
  trailing_data,
  version_1,
  version_unknown,
  extensions_in_version_1,
  serial_not_positive,
  serial_too_long,
  serial_repeated,
  algorithm_mismatch,
  bad_time_encoding,
  duplicate_extension,
  unknown_critical_extension,
  certificate_oversized,
  // validity
  inverted_dates,
  expired,
  not_yet_valid,
  outlives_issuer,
  anchor_expired,
  // trust
  empty_chain,
  unknown_ca,
  bad_signature,
  wrong_key,
  authority_key_id_missing,
  authority_key_id_mismatch,
  subject_key_id_missing,
  // authorities and usages
  basic_constraints_missing,
  basic_constraints_not_critical,
  issuer_not_ca,
  leaf_is_ca,
  path_length_without_ca,
  path_length_exceeded,
  key_usage_missing,
  key_usage_empty,
  key_usage_no_signature,
  key_usage_no_cert_sign,
  key_usage_unfit_for_key,
  cert_sign_without_ca,
  extended_key_usage_absent,
  extended_key_usage_any,
  extended_key_usage_wrong,
  extended_key_usage_not_nested,
  // names
  bad_string,
  nul_in_name,
  control_in_name,
  name_too_long,
  deprecated_string_type,
  empty_subject_san_not_critical,
  san_missing,
  san_malformed,
  wildcard_malformed,
  wildcard_too_wide,
  name_mismatch,
  name_constraint_violated,
  name_constraints_on_leaf,
  name_constraints_not_critical,
  policy_missing,
  // algorithms
  weak_hash,
  weak_key,
  unsupported_curve,
  unsupported_key,
  bad_pss_parameters,
  bad_key_parameters,
  bad_point,
  compressed_point,
  // composition of the list
  chain_out_of_order,
  chain_duplicate,
  chain_extraneous,
  chain_has_root,
  chain_too_long,
  must_staple,
};

struct DefectInfo {
  DefectKind kind;
  std::string_view word;  ///< "path_length_exceeded"; stable
  /// True when a verifier that follows the standard refuses the chain; false for what breaks a rule
  /// for issuers only, or is lawful and worth a remark.
  bool refuses;
  std::string_view what;  ///< one sentence with its source
};

/// All of them, in the order of the enumeration.
std::span<const DefectInfo> defect_table();
std::string_view to_string(DefectKind kind);
bool refuses(DefectKind kind);

}  // namespace handfast::pki
