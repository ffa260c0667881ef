// The server's chain, judged by OpenSSL's verifier just as libssl has it done: purpose sslserver,
// security level, host, partial chains, with the verified-chain cache of the load engine in front.
#pragma once

#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/tls/certificate_cache.hpp"
#include "core/tls/client.hpp"
#include "core/tls/native/certificate.hpp"
#include "core/tls/verified_chains.hpp"

namespace handfast::tls::native {

/// The alert that tells the peer why its chain was refused (RFC 8446 section 6.2), as libssl
/// chooses it.
AlertDescription alert_of_verify_code(int code);

struct ChainVerdict {
  int verify_code = 0;      ///< X509_V_OK or why not, even with verification off
  bool remembered = false;  ///< accepted before; its dates were checked now
  bool parsed_before = false;
};

/// Belongs to one engine.
class ChainJudge {
 public:
  /// Internal problem when an anchor cannot be used.
  static Result<std::unique_ptr<ChainJudge>> make(const ClientSettings& settings);

  /// Parses what the server sent into `leaf`, and judges it for `host` (empty: any). A certificate
  /// that is none, or a chain that is not accepted while verification is on, is a Refusal.
  Checked<ChainVerdict> judge(const CertificateList& list, const std::string& host,
                              CertificatePtr& leaf);

  /// Usage problem for a client key that libssl's security level would refuse.
  Result<void> check_identity(const Identity& identity) const;

  bool remembers_chains() const { return !verify_every_time_; }
  bool caches_certificates() const { return cache_certificates_; }
  const CertificateCache& certificates() const { return certificates_; }
  const VerifiedChains& chains() const { return chains_; }

 private:
  ChainJudge() = default;
  CertificatePtr parse(ByteView der);
  bool in_memory(const CertificateList& list, const std::string& host);
  int verify(const std::vector<CertificatePtr>& chain, const std::string& host, std::time_t now,
             bool remember);

  StorePtr store_;
  int security_level_ = 0;
  bool verify_ = true;
  bool check_host_ = true;
  bool verify_every_time_ = true;
  bool cache_certificates_ = false;
  std::function<std::chrono::system_clock::time_point()> wall_clock_;
  CertificateCache certificates_;
  VerifiedChains chains_;
  std::string key_;                     ///< scratch
  std::vector<CertificatePtr> parsed_;  ///< scratch
};

}  // namespace handfast::tls::native
