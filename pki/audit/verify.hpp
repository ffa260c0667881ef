// `pki verify`: would a peer that trusts this bundle accept this chain? The verdict of OpenSSL's
// verifier, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki {

enum class Purpose { any, server, client };

struct VerifyOptions {
  std::string host;  ///< DNS name or IP that the leaf must carry; empty: not checked
  Purpose purpose = Purpose::any;
  std::optional<WallTime> at;   ///< as if it were then; empty: now
  bool partial_chain = false;   ///< an intermediate in the bundle may be the anchor
  std::vector<X509_CRL*> crls;  ///< not owned; with one the leaf's revocation is checked
  bool crl_for_all = false;     ///< check every certificate of the chain, not only the leaf
  bool strict = false;          ///< refuse what RFC 5280 forbids and others let pass
};

struct Verdict {
  int code = 0;                    ///< X509_V_*
  std::string name;                ///< "cert_has_expired"
  std::string words;               ///< OpenSSL's sentence
  int depth = 0;                   ///< which certificate: 0 is the leaf
  std::string subject;             ///< of that certificate
  std::vector<std::string> chain;  ///< subjects as far as it was built, leaf first
  std::string advice;              ///< what usually is the reason; empty when there is none to give

  bool accepted() const { return code == 0; }
};

/// Verifies `chain[0]` with the rest of `chain` as intermediates against `anchors`. Usage problem
/// for an empty chain or empty anchors.
Result<Verdict> verify(const std::vector<tls::CertificatePtr>& chain,
                       const std::vector<tls::CertificatePtr>& anchors,
                       const VerifyOptions& options);

/// "server.pem: accepted" or "server.pem: refused: ... (10, cert_has_expired) ...", then the chain;
/// a final newline.
std::string verdict_text(const Verdict& verdict, const std::string& file);

}  // namespace handfast::pki
