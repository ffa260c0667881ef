#include "core/tls/openssl.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <utility>

namespace handfast::tls {

namespace {

// Names are those of <openssl/x509_vfy.h> without the prefix; generated tables are not worth a
// build step here.
constexpr std::array verify_names{
    std::pair{X509_V_OK, "ok"},
    std::pair{X509_V_ERR_UNSPECIFIED, "unspecified"},
    std::pair{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "unable_to_get_issuer_cert"},
    std::pair{X509_V_ERR_UNABLE_TO_GET_CRL, "unable_to_get_crl"},
    std::pair{X509_V_ERR_CERT_SIGNATURE_FAILURE, "cert_signature_failure"},
    std::pair{X509_V_ERR_CRL_SIGNATURE_FAILURE, "crl_signature_failure"},
    std::pair{X509_V_ERR_CERT_NOT_YET_VALID, "cert_not_yet_valid"},
    std::pair{X509_V_ERR_CERT_HAS_EXPIRED, "cert_has_expired"},
    std::pair{X509_V_ERR_CRL_NOT_YET_VALID, "crl_not_yet_valid"},
    std::pair{X509_V_ERR_CRL_HAS_EXPIRED, "crl_has_expired"},
    std::pair{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "depth_zero_self_signed_cert"},
    std::pair{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "self_signed_cert_in_chain"},
    std::pair{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unable_to_get_issuer_cert_locally"},
    std::pair{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "unable_to_verify_leaf_signature"},
    std::pair{X509_V_ERR_CERT_CHAIN_TOO_LONG, "cert_chain_too_long"},
    std::pair{X509_V_ERR_CERT_REVOKED, "cert_revoked"},
    std::pair{X509_V_ERR_INVALID_CA, "invalid_ca"},
    std::pair{X509_V_ERR_PATH_LENGTH_EXCEEDED, "path_length_exceeded"},
    std::pair{X509_V_ERR_INVALID_PURPOSE, "invalid_purpose"},
    std::pair{X509_V_ERR_CERT_UNTRUSTED, "cert_untrusted"},
    std::pair{X509_V_ERR_CERT_REJECTED, "cert_rejected"},
    std::pair{X509_V_ERR_AKID_SKID_MISMATCH, "akid_skid_mismatch"},
    std::pair{X509_V_ERR_KEYUSAGE_NO_CERTSIGN, "keyusage_no_certsign"},
    std::pair{X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, "keyusage_no_crl_sign"},
    std::pair{X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, "error_in_cert_not_before_field"},
    std::pair{X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, "error_in_cert_not_after_field"},
    std::pair{X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, "ec_key_explicit_params"},
    std::pair{X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "unhandled_critical_extension"},
    std::pair{X509_V_ERR_INVALID_EXTENSION, "invalid_extension"},
    std::pair{X509_V_ERR_PERMITTED_VIOLATION, "permitted_violation"},
    std::pair{X509_V_ERR_EXCLUDED_VIOLATION, "excluded_violation"},
    std::pair{X509_V_ERR_HOSTNAME_MISMATCH, "hostname_mismatch"},
    std::pair{X509_V_ERR_EMAIL_MISMATCH, "email_mismatch"},
    std::pair{X509_V_ERR_IP_ADDRESS_MISMATCH, "ip_address_mismatch"},
    std::pair{X509_V_ERR_EE_KEY_TOO_SMALL, "ee_key_too_small"},
    std::pair{X509_V_ERR_CA_KEY_TOO_SMALL, "ca_key_too_small"},
    std::pair{X509_V_ERR_CA_MD_TOO_WEAK, "ca_md_too_weak"},
    std::pair{X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER, "missing_authority_key_identifier"},
    std::pair{X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER, "missing_subject_key_identifier"},
};

}  // namespace

std::string drain_errors() {
  std::string out;
  const char* data = nullptr;
  int flags = 0;
  while (const auto code = ERR_get_error_all(nullptr, nullptr, nullptr, &data, &flags)) {
    if (!out.empty()) out += "; ";
    const char* reason = ERR_reason_error_string(code);
    out += reason != nullptr ? std::string(reason) : fmt::format("error {}", ERR_GET_REASON(code));
    if ((flags & ERR_TXT_STRING) != 0 && data != nullptr && *data != '\0')
      out += fmt::format(" ({})", data);
  }
  return out;
}

Problem openssl_problem(ProblemKind kind, std::string message, std::string where,
                        std::string hint) {
  if (auto errors = drain_errors(); !errors.empty()) message += ": " + errors;
  return {kind, std::move(message), std::move(where), std::move(hint)};
}

std::string verify_text(int code) { return X509_verify_cert_error_string(code); }

std::string verify_name(int code) {
  const auto* found =
      std::ranges::find(verify_names, code, [](const auto& entry) { return entry.first; });
  return found == verify_names.end() ? fmt::format("code_{}", code) : found->second;
}

}  // namespace handfast::tls
