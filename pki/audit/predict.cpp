#include "pki/audit/predict.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "core/base/text.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

namespace {

constexpr std::array<std::pair<std::string_view, Verifier>, 3> verifiers{
    {{"openssl", Verifier::openssl}, {"mosquitto", Verifier::mosquitto}, {"otp", Verifier::otp}}};

struct AlertRow {
  int code;
  std::string_view openssl;  ///< ssl_x509err2alert of OpenSSL 3.0
  std::string_view otp;      ///< seen on OTP 25 (tests/integration/pki_verify); empty: not tried
};

constexpr std::array<AlertRow, 18> alerts{{
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "unknown_ca", "unknown_ca"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "unknown_ca", "unknown_ca"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, "unknown_ca", "unknown_ca"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "unknown_ca", "bad_certificate"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "unknown_ca", "unknown_ca"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, "decrypt_error", "bad_certificate"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "bad_certificate", "certificate_expired"},
    {X509_V_ERR_CERT_HAS_EXPIRED, "certificate_expired", "certificate_expired"},
    {X509_V_ERR_CERT_REVOKED, "certificate_revoked", ""},
    {X509_V_ERR_INVALID_CA, "unknown_ca", ""},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, "unknown_ca", "handshake_failure"},
    {X509_V_ERR_INVALID_PURPOSE, "unsupported_certificate", "handshake_failure"},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "certificate_unknown", "unsupported_certificate"},
    {X509_V_ERR_UNABLE_TO_GET_CRL, "unknown_ca", ""},
    {X509_V_ERR_CRL_HAS_EXPIRED, "certificate_expired", ""},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, "decrypt_error", ""},
    {X509_V_ERR_HOSTNAME_MISMATCH, "bad_certificate", ""},
    {X509_V_ERR_IP_ADDRESS_MISMATCH, "bad_certificate", ""},
}};

std::string alert_for(int code, Verifier verifier) {
  if (code == X509_V_OK) return {};
  const bool otp = verifier == Verifier::otp;
  for (const auto& row : alerts) {
    if (row.code == code) return std::string(otp ? row.otp : row.openssl);
  }
  return otp ? "" : "certificate_unknown";
}

void note_otp(const VerifyOptions& options, std::vector<std::string>& notes) {
  if (options.partial_chain) {
    notes.emplace_back("needs partial_chain: EMQX 4.4 and 5 Enterprise have it, RabbitMQ has not");
  }
  if (!options.crls.empty()) {
    notes.emplace_back(
        "looks at CRLs only with crl_check on, and only at those whose issuing distribution point "
        "is the certificate's");
  }
}

void note_mosquitto(const VerifyOptions& options, std::vector<std::string>& notes) {
  if (options.partial_chain) {
    notes.emplace_back("has no partial-chain option: this prediction is without it");
  }
  if (!options.crls.empty()) {
    notes.emplace_back("reads the crlfile when it starts and on SIGHUP; open sessions stay");
  }
}

}  // namespace

std::string_view to_string(Verifier verifier) {
  for (const auto& [word, value] : verifiers) {
    if (value == verifier) return word;
  }
  return "openssl";
}

Result<Verifier> parse_verifier(std::string_view text) {
  std::vector<std::string> known;
  for (const auto& [word, value] : verifiers) {
    if (word == text) return value;
    known.emplace_back(word);
  }
  return usage_problem(fmt::format("unknown verifier \"{}\"", printable(text)), {},
                       suggest(text, known));
}

Result<Prediction> predict(Verifier verifier, const std::vector<tls::CertificatePtr>& chain,
                           const std::vector<tls::CertificatePtr>& anchors,
                           const VerifyOptions& options) {
  Prediction out{.verifier = verifier};
  auto judged = options;
  if (verifier == Verifier::mosquitto) judged.partial_chain = false;
  if (verifier == Verifier::mosquitto) note_mosquitto(options, out.notes);
  if (verifier == Verifier::otp) note_otp(options, out.notes);
  auto verdict = verify(chain, anchors, judged);
  if (!verdict) return verdict.error();
  out.verdict = std::move(*verdict);
  out.alert = alert_for(out.verdict.code, verifier);
  return out;
}

std::string prediction_text(const Prediction& prediction) {
  const auto& verdict = prediction.verdict;
  const auto name = to_string(prediction.verifier);
  const auto alert = prediction.alert.empty() ? std::string() : " with " + prediction.alert;
  std::string out = verdict.accepted() ? fmt::format("{}: accepts\n", name)
                                       : fmt::format("{}: refuses{}: {} at depth {}\n", name, alert,
                                                     verdict.words, verdict.depth);
  for (const auto& note : prediction.notes) out += fmt::format("  {}\n", note);
  return out;
}

}  // namespace handfast::pki
