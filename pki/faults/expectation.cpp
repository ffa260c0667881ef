#include "pki/faults/expectation.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::pki {

// OpenSSL's column is its own map from verification results to alerts (RFC 8446 section 6.2 leaves
// the choice); OTP's is the measurement of the conformance catalogue, section 5. Rows are in the
// order of the alerts' numbers, after the words that are no alerts.
const std::vector<Expectation>& expectations() {
  using enum Outcome;
  static const std::vector<Expectation> all{
      {"accept", accept, {}, {}, {}},
      {"refuse", refuse, {}, {}, {}},
      {"refuse-at-load", refuse_at_load, {}, {}, {}},
      {"lint-error", lint_error, {}, {}, {}},
      {"name_mismatch",
       refuse,
       {X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH, X509_V_ERR_EMAIL_MISMATCH},
       {42},
       {}},
      {"handshake_failure", refuse, {X509_V_ERR_APPLICATION_VERIFICATION}, {40}, {40}},
      {"bad_certificate",
       refuse,
       {X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL,
        X509_V_ERR_CA_MD_TOO_WEAK, X509_V_ERR_EC_KEY_EXPLICIT_PARAMS,
        X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD},
       {42},
       {45, 42}},
      {"unsupported_certificate", refuse, {X509_V_ERR_INVALID_PURPOSE}, {43}, {40, 43}},
      {"certificate_revoked", refuse, {X509_V_ERR_CERT_REVOKED}, {44}, {}},
      {"certificate_expired",
       refuse,
       {X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CRL_HAS_EXPIRED},
       {45},
       {45}},
      {"certificate_unknown",
       refuse,
       {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, X509_V_ERR_PERMITTED_VIOLATION,
        X509_V_ERR_EXCLUDED_VIOLATION, X509_V_ERR_INVALID_EXTENSION},
       {46},
       {42, 43}},
      {"illegal_parameter", refuse, {}, {47}, {}},
      {"unknown_ca",
       refuse,
       {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_INVALID_CA,
        X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_CERT_CHAIN_TOO_LONG,
        X509_V_ERR_UNABLE_TO_GET_CRL},
       {48},
       {48, 42, 40}},
      {"decode_error", refuse, {}, {50}, {}},
      {"decrypt_error", refuse, {X509_V_ERR_CERT_SIGNATURE_FAILURE}, {51}, {42, 40}},
      {"certificate_required", refuse, {}, {116, 40}, {116, 40}},
  };
  return all;
}

bool Expectation::fits_code(int code) const {
  switch (outcome) {
    case Outcome::accept:
    case Outcome::lint_error:
      return code == X509_V_OK;
    case Outcome::refuse_at_load:
      return true;  // no chain is ever verified
    case Outcome::refuse:
      break;
  }
  return code != X509_V_OK && (codes.empty() || std::ranges::find(codes, code) != codes.end());
}

bool Expectation::fits_alert(Stack stack, std::uint8_t alert) const {
  if (outcome != Outcome::refuse) return false;
  const auto& usual = alerts(stack);
  return usual.empty() || std::ranges::find(usual, alert) != usual.end();
}

Result<Expectation> parse_expectation(std::string_view word) {
  std::vector<std::string> words;
  for (const auto& entry : expectations()) {
    if (entry.word == word) return entry;
    words.push_back(entry.word);
  }
  return usage_problem(fmt::format("unknown expectation \"{}\"", printable(word)), {},
                       suggest(word, words));
}

}  // namespace handfast::pki
