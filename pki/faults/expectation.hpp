// What a manifest's `expect:` may say about a certificate that is wrong on purpose, and what each
// word means on the wire and in OpenSSL's verifier.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::pki {

/// Whose behaviour an alert is: the two stacks that brokers in the lab are built on.
enum class Stack : std::uint8_t { openssl, otp };

enum class Outcome : std::uint8_t {
  accept,          ///< the peer takes the chain
  refuse,          ///< the peer ends the handshake, by an alert or by closing
  refuse_at_load,  ///< the files are refused before any handshake
  lint_error,      ///< every peer may take it; `pki lint` must not
};

struct Expectation {
  std::string word;  ///< "certificate_expired"; stable
  Outcome outcome = Outcome::refuse;
  /// X509_V_ERR_* of which OpenSSL's verifier gives one; empty: any, or none for `accept`.
  std::vector<int> codes;
  /// Alerts that a peer on OpenSSL 3.0 sends, the usual one first; empty: any or none.
  std::vector<std::uint8_t> openssl;
  /// Alerts that a peer on Erlang/OTP 25 was seen to send; empty: not measured, any or none.
  std::vector<std::uint8_t> otp;

  const std::vector<std::uint8_t>& alerts(Stack stack) const {
    return stack == Stack::openssl ? openssl : otp;
  }
  /// True when this verification result fulfils the expectation; 0 is acceptance.
  bool fits_code(int code) const;
  /// True when a peer of that stack may answer with this alert.
  bool fits_alert(Stack stack, std::uint8_t alert) const;
};

/// Every word, in a stable order.
const std::vector<Expectation>& expectations();

/// Usage problem with a suggestion for an unknown word.
Result<Expectation> parse_expectation(std::string_view word);

}  // namespace handfast::pki
