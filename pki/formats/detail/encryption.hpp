// Password-based encryption (RFC 8018, RFC 7292 appendix B, RFC 7914) of keys and PKCS#12 files:
// what it is called, what it may cost, and how opening it fails.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

/// "PBES2, PBKDF2 with 2048 rounds of hmacWithSHA256, AES-256-CBC", "pbeWithSHA1And40BitRC2-CBC
/// with 2048 rounds"; the algorithm's name alone when its parameters are broken.
std::string encryption_title(const X509_ALGOR* algorithm);

/// How many rounds of key derivation one file may still cost.
class KdfBudget {
 public:
  KdfBudget(std::uint64_t rounds, std::string where) : left_(rounds), where_(std::move(where)) {}

  /// Takes what `algorithm` costs; environment problem when that is more than what is left.
  Result<void> spend(const X509_ALGOR* algorithm);
  Result<void> spend(std::uint64_t rounds);

 private:
  std::uint64_t left_;
  std::string where_;
};

/// Why opening `what` ("the private key") failed, told from OpenSSL's error queue, which is
/// drained: an encryption that this OpenSSL lacks, or the passphrase.
Problem opening_problem(const std::string& what, const std::string& encryption,
                        const std::string& where);

}  // namespace handfast::pki::detail
