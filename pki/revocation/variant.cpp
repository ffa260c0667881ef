#include "pki/revocation/variant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

using Crl = CrlVariant;
using Ocsp = OcspVariant;

constexpr std::array<VariantInfo<Crl>, 34> crl_table{{
    {Crl::none, "none", "as it should be"},
    {Crl::stale, "stale", "nextUpdate an hour before what was thisUpdate (RFC 5280 6.3.3)"},
    {Crl::not_yet_valid, "not-yet-valid", "both times a day later (5.1.2.4)"},
    {Crl::no_next_update, "no-next-update", "nextUpdate absent (5.1.2.5)"},
    {Crl::no_number, "no-number", "cRLNumber absent (5.2.3)"},
    {Crl::long_number, "long-number", "cRLNumber of 21 octets, one more than allowed (5.2.3)"},
    {Crl::no_authority_key_id, "no-authority-key-id", "authorityKeyIdentifier absent (5.2.1)"},
    {Crl::wrong_authority_key_id, "wrong-authority-key-id",
     "authorityKeyIdentifier of another key (5.2.1)"},
    {Crl::wrong_issuer_name, "wrong-issuer-name", "issuer is a name of nobody (6.3.3 b)"},
    {Crl::version1, "version1", "no version field and no extensions (5.1.2.1)"},
    {Crl::version3, "version3", "a version that does not exist (5.1.2.1)"},
    {Crl::empty, "empty", "no entries, well-formed: revokedCertificates absent (5.1.2.6)"},
    {Crl::empty_list, "empty-list",
     "no entries, revokedCertificates present all the same (5.1.2.6)"},
    {Crl::duplicate_entry, "duplicate-entry", "the first entry twice"},
    {Crl::undefined_reason, "undefined-reason", "entries with reasonCode 7 (5.3.1)"},
    {Crl::stray_signer, "stray-signer", "signed by a key that nobody knows (6.3.3 g)"},
    {Crl::bad_signature, "bad-signature", "one bit of the signature flipped (6.3.3 g)"},
    {Crl::algorithm_mismatch, "algorithm-mismatch",
     "signature and signatureAlgorithm differ (5.1.1.2)"},
    {Crl::weak_digest, "weak-digest", "signed with SHA-1"},
    {Crl::no_point, "no-point", "issuingDistributionPoint absent (5.2.5)"},
    {Crl::other_point, "other-point", "distribution point with another URI (6.3.3 b 2 i)"},
    {Crl::point_not_critical, "point-not-critical", "distribution point not critical (5.2.5)"},
    {Crl::only_user, "only-user", "onlyContainsUserCerts (5.2.5)"},
    {Crl::only_ca, "only-ca", "onlyContainsCACerts: says nothing of leaves (5.2.5)"},
    {Crl::only_attribute, "only-attribute", "onlyContainsAttributeCerts (5.2.5)"},
    {Crl::some_reasons, "some-reasons", "onlySomeReasons: keyCompromise and cACompromise (5.2.5)"},
    {Crl::indirect, "indirect", "indirectCRL, entries name another certificateIssuer (5.3.3)"},
    {Crl::delta, "delta", "a delta CRL whose base is the number before (5.2.4)"},
    {Crl::unknown_extension, "unknown-extension", "an extension nobody knows, not critical (5.2)"},
    {Crl::unknown_critical_extension, "unknown-critical-extension",
     "an extension nobody knows, critical (5.2)"},
    {Crl::unknown_critical_entry_extension, "unknown-critical-entry-extension",
     "the same in every entry (5.3)"},
    {Crl::generalized_time, "generalized-time", "times before 2050 as GeneralizedTime (5.1.2.4)"},
    {Crl::trailing_octets, "trailing-octets", "four octets behind the DER"},
    {Crl::truncated, "truncated", "the second half is missing"},
}};

constexpr std::array<VariantInfo<Ocsp>, 29> ocsp_table{{
    {Ocsp::none, "none", "as it should be"},
    {Ocsp::stale, "stale", "nextUpdate an hour ago (RFC 6960 3.2)"},
    {Ocsp::not_yet_valid, "not-yet-valid", "thisUpdate a day from now (4.2.2.1)"},
    {Ocsp::no_next_update, "no-next-update", "nextUpdate absent: newer ones at any time (4.2.2.1)"},
    {Ocsp::says_good, "says-good", "good, whatever is true"},
    {Ocsp::says_revoked, "says-revoked", "revoked an hour ago, whatever is true"},
    {Ocsp::says_unknown, "says-unknown", "unknown, whatever is true"},
    {Ocsp::wrong_serial, "wrong-serial", "answers for another serial number (3.2)"},
    {Ocsp::wrong_issuer, "wrong-issuer", "answers for another issuer (3.2)"},
    {Ocsp::extra_answer, "extra-answer", "an answer that nobody asked for comes first"},
    {Ocsp::no_answers, "no-answers", "the list of answers is empty"},
    {Ocsp::wrong_nonce, "wrong-nonce", "another nonce than the request's (4.4.1)"},
    {Ocsp::no_nonce, "no-nonce", "no nonce though the request has one (4.4.1)"},
    {Ocsp::stray_signer, "stray-signer",
     "signed by a stranger, whose certificate is included (4.2.2.2)"},
    {Ocsp::bad_signature, "bad-signature", "one bit of the signature flipped (3.2)"},
    {Ocsp::no_certificates, "no-certificates", "a delegated signer's certificate is left out"},
    {Ocsp::wrong_responder_id, "wrong-responder-id", "responderID is the key of nobody (4.2.1)"},
    {Ocsp::unknown_critical_extension, "unknown-critical-extension",
     "a critical response extension nobody knows (4.4)"},
    {Ocsp::unknown_critical_single_extension, "unknown-critical-single-extension",
     "the same in each answer (4.4)"},
    {Ocsp::wrong_type, "wrong-type", "responseType is not id-pkix-ocsp-basic (4.2.1)"},
    {Ocsp::no_body, "no-body", "successful, yet without responseBytes (4.2.1)"},
    {Ocsp::garbage, "garbage", "no DER at all"},
    {Ocsp::truncated, "truncated", "the second half is missing"},
    {Ocsp::malformed_request, "malformed-request", "responseStatus malformedRequest (2.3)"},
    {Ocsp::internal_error, "internal-error", "responseStatus internalError (2.3)"},
    {Ocsp::try_later, "try-later", "responseStatus tryLater (2.3)"},
    {Ocsp::signature_required, "signature-required", "responseStatus sigRequired (2.3)"},
    {Ocsp::unauthorized, "unauthorized", "responseStatus unauthorized (2.3)"},
    {Ocsp::undefined_status, "undefined-status", "responseStatus 4, which is not used (4.2.1)"},
}};

template <class Table, class Variant>
std::string_view name_in(const Table& table, Variant variant) {
  return table.at(static_cast<std::size_t>(variant)).name;
}

template <class Variant, class Table>
Result<Variant> find_in(const Table& table, std::string_view name, std::string_view kind) {
  std::vector<std::string_view> names;
  for (const auto& info : table) {
    if (info.name == name) return info.variant;
    names.push_back(info.name);
  }
  return usage_problem(fmt::format("there is no {} variant \"{}\"", kind, printable(name)), {},
                       suggest(name, names));
}

}  // namespace

std::span<const VariantInfo<CrlVariant>> crl_variants() { return crl_table; }
std::span<const VariantInfo<OcspVariant>> ocsp_variants() { return ocsp_table; }

std::string_view to_string(CrlVariant variant) { return name_in(crl_table, variant); }
std::string_view to_string(OcspVariant variant) { return name_in(ocsp_table, variant); }

Result<CrlVariant> parse_crl_variant(std::string_view name) {
  return find_in<CrlVariant>(crl_table, name, "CRL");
}
Result<OcspVariant> parse_ocsp_variant(std::string_view name) {
  return find_in<OcspVariant>(ocsp_table, name, "OCSP");
}

}  // namespace handfast::pki
