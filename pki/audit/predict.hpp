// `pki verify --as`: what would this broker's TLS stack say of the chain? The stacks differ in what
// they take as anchor and in what they judge at all; the differences stand in one table, and
// tests/integration/pki_verify runs each stack to confirm it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/audit/verify.hpp"

namespace handfast::pki {

enum class Verifier : std::uint8_t {
  openssl,    ///< X509_verify_cert, as most brokers in C call it
  mosquitto,  ///< OpenSSL, for a client's or a server's purpose
  otp,        ///< Erlang/OTP ssl: EMQX, RabbitMQ, VerneMQ, ejabberd
};

std::string_view to_string(Verifier verifier);
/// Usage problem with a suggestion for an unknown one.
Result<Verifier> parse_verifier(std::string_view text);

struct Prediction {
  Verifier verifier = Verifier::openssl;
  Verdict verdict;
  std::string
      alert;  ///< TLS alert that the peer gets, "unknown_ca"; empty when accepted or not known
  std::vector<std::string> notes;  ///< where the stack differs from RFC 5280, one sentence each
};

/// Judges the chain as `verifier` does when a peer sends it.
Result<Prediction> predict(Verifier verifier, const std::vector<tls::CertificatePtr>& chain,
                           const std::vector<tls::CertificatePtr>& anchors,
                           const VerifyOptions& options);

std::string prediction_text(const Prediction& prediction);

}  // namespace handfast::pki
