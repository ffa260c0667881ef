// CRLs and OCSP answers that are wrong on purpose: each variant is the good one with one thing
// changed. The conformance cases (chain-cases.md group E) and the responder's switches use them.
//
// Three kinds of wrong answer are no variant, since they need other certificates: a delegated
// signer without the OCSP-signing purpose, one without id-pkix-ocsp-nocheck, and an issuer without
// cRLSign. Give such a certificate to the ordinary functions.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/problem.hpp"

namespace handfast::pki {

enum class CrlVariant : std::uint8_t {
  none,
  stale,
  not_yet_valid,
  no_next_update,
  no_number,
  long_number,
  no_authority_key_id,
  wrong_authority_key_id,
  wrong_issuer_name,
  version1,
  version3,
  empty,
  empty_list,
  duplicate_entry,
  undefined_reason,
  stray_signer,
  bad_signature,
  algorithm_mismatch,
  weak_digest,
  no_point,
  other_point,
  point_not_critical,
  only_user,
  only_ca,
  only_attribute,
  some_reasons,
  indirect,
  delta,
  unknown_extension,
  unknown_critical_extension,
  unknown_critical_entry_extension,
  generalized_time,
  trailing_octets,
  truncated,
};

enum class OcspVariant : std::uint8_t {
  none,
  stale,
  not_yet_valid,
  no_next_update,
  says_good,
  says_revoked,
  says_unknown,
  wrong_serial,
  wrong_issuer,
  extra_answer,
  no_answers,
  wrong_nonce,
  no_nonce,
  stray_signer,
  bad_signature,
  no_certificates,
  wrong_responder_id,
  unknown_critical_extension,
  unknown_critical_single_extension,
  wrong_type,
  no_body,
  garbage,
  truncated,
  malformed_request,
  internal_error,
  try_later,
  signature_required,
  unauthorized,
  undefined_status,
};

template <class Variant>
struct VariantInfo {
  Variant variant;
  std::string_view name;  ///< on command lines and in scenarios: "bad-signature"
  std::string_view what;  ///< one line for help and docs, with the clause it breaks
};

/// Every variant, in the order of the enumeration.
std::span<const VariantInfo<CrlVariant>> crl_variants();
std::span<const VariantInfo<OcspVariant>> ocsp_variants();

std::string_view to_string(CrlVariant variant);
std::string_view to_string(OcspVariant variant);
/// Usage problem with a suggestion for an unknown name.
Result<CrlVariant> parse_crl_variant(std::string_view name);
Result<OcspVariant> parse_ocsp_variant(std::string_view name);

}  // namespace handfast::pki
