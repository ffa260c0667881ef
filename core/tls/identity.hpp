// Credentials as values: what a client shows (Identity) and what it trusts (Trust). Nobody here
// reads files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::tls {

/// A private key with the certificate list to send, leaf first. Cheap to copy (shared, immutable),
/// so one identity can serve many connections and threads.
class Identity {
 public:
  Identity() = default;

  /// `chain_pem` holds the leaf first, then the intermediates; `key_pem` an unencrypted private
  /// key. Environment problem when either cannot be read or they do not belong together; `where`
  /// names the source.
  static Result<Identity> from_pem(std::string_view chain_pem, std::string_view key_pem,
                                   const std::string& where);
  /// `chain_der[0]` is the leaf; `key_der` a PKCS#8 or traditional private key.
  static Result<Identity> from_der(const std::vector<Bytes>& chain_der, ByteView key_der,
                                   const std::string& where);
  /// Takes parsed objects; the pair is not checked again.
  static Identity from_parts(std::vector<CertificatePtr> chain, PkeyPtr key);
  /// The same with a leaf that is parsed when somebody asks for it; nothing is checked.
  static Identity from_parts(Bytes leaf_der, std::vector<CertificatePtr> intermediates,
                             PkeyPtr key);

  bool empty() const { return parts_ == nullptr; }
  X509* leaf() const;  ///< not owned; null when empty, or when it turns out to be broken
  /// The leaf as it is sent; empty when the identity is.
  Bytes leaf_der() const;
  EVP_PKEY* key() const;                     ///< not owned; null when empty
  std::vector<X509*> intermediates() const;  ///< not owned
  /// The same key with the leaf alone, for "client sends leaf only".
  Identity leaf_only() const;

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};

/// The trust anchors of a client. Cheap to copy.
class Trust {
 public:
  Trust() = default;  ///< no anchor: every chain is refused

  /// All certificates of a PEM text. Environment problem when it holds none or a broken one.
  static Result<Trust> from_pem(std::string_view pem, const std::string& where);

  /// These anchors and `other`'s, in this order.
  Trust with(const Trust& other) const;

  bool empty() const { return anchors_ == nullptr || anchors_->empty(); }
  std::vector<X509*> anchors() const;  ///< not owned

 private:
  std::shared_ptr<const std::vector<CertificatePtr>> anchors_;
};

/// All certificates of a PEM text in order; text around them is ignored. Environment problem for a
/// broken block.
Result<std::vector<CertificatePtr>> parse_certificates(std::string_view pem,
                                                       const std::string& where);
/// One unencrypted private key. Environment problem for a broken or encrypted one; the text never
/// appears in it.
Result<PkeyPtr> parse_private_key(std::string_view pem, const std::string& where);
Bytes to_der(const X509* certificate);

}  // namespace handfast::tls
