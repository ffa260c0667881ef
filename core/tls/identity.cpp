#include "core/tls/identity.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <mutex>

namespace handfast::tls {

struct Identity::Parts {
  Parts(CertificatePtr parsed, Bytes der, std::vector<CertificatePtr> behind, PkeyPtr own)
      : leaf_(std::move(parsed)),
        der_(std::move(der)),
        intermediates(std::move(behind)),
        key(std::move(own)) {}

  X509* leaf() const {
    std::call_once(parsed_, [this] {
      const auto* at = der_.data();
      if (!leaf_) leaf_.reset(d2i_X509(nullptr, &at, static_cast<long>(der_.size())));
    });
    return leaf_.get();
  }
  Bytes leaf_der() const { return der_.empty() ? to_der(leaf_.get()) : der_; }

 private:
  mutable std::once_flag parsed_;  // identities are shared between threads
  mutable CertificatePtr leaf_;
  Bytes der_;  ///< empty: the leaf came parsed

 public:
  std::vector<CertificatePtr> intermediates;
  PkeyPtr key;
};

namespace {

BioPtr memory_bio(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// OpenSSL would ask the terminal for a passphrase; we answer "none" and remember that it asked.
int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

bool at_end_of_pem() {
  const auto error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

Result<Identity> checked(std::vector<CertificatePtr> chain, PkeyPtr key, const std::string& where) {
  ERR_clear_error();
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    ERR_clear_error();
    return environment_problem("certificate and private key do not belong together", where,
                               "compare them with: handfast pki match CERT KEY");
  }
  return Identity::from_parts(std::move(chain), std::move(key));
}

}  // namespace

Result<std::vector<CertificatePtr>> parse_certificates(std::string_view pem,
                                                       const std::string& where) {
  auto bio = memory_bio(pem);
  std::vector<CertificatePtr> out;
  ERR_clear_error();
  while (CertificatePtr certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    // Reads the extensions now: else the first of several threads that share the certificate does,
    // behind its lock, when they all need them. What is wrong with them is told by who uses it.
    X509_check_purpose(certificate.get(), -1, 0);
    out.push_back(std::move(certificate));
    ERR_clear_error();
  }
  if (!at_end_of_pem()) {
    return openssl_problem(ProblemKind::environment,
                           fmt::format("certificate {} is broken", out.size() + 1), where);
  }
  ERR_clear_error();
  return out;
}

Result<PkeyPtr> parse_private_key(std::string_view pem, const std::string& where) {
  auto bio = memory_bio(pem);
  bool asked = false;
  ERR_clear_error();
  PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, &asked));
  if (key) return key;
  if (asked) {
    ERR_clear_error();
    return environment_problem("the private key is encrypted", where,
                               "decrypt it first: openssl pkey -in KEY -out PLAIN");
  }
  if (pem.find("PRIVATE KEY-----") == std::string_view::npos) {
    ERR_clear_error();
    return environment_problem("no private key found", where,
                               "expected a PEM block \"PRIVATE KEY\"");
  }
  return openssl_problem(ProblemKind::environment, "the private key cannot be read", where);
}

Bytes to_der(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) return {};
  Bytes out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Result<Identity> Identity::from_pem(std::string_view chain_pem, std::string_view key_pem,
                                    const std::string& where) {
  auto chain = parse_certificates(chain_pem, where);
  if (!chain) return chain.error();
  if (chain->empty())
    return environment_problem("no certificate found", where,
                               "expected PEM blocks \"CERTIFICATE\"");
  auto key = parse_private_key(key_pem, where);
  if (!key) return key.error();
  return checked(std::move(*chain), std::move(*key), where);
}

Result<Identity> Identity::from_der(const std::vector<Bytes>& chain_der, ByteView key_der,
                                    const std::string& where) {
  ERR_clear_error();
  std::vector<CertificatePtr> chain;
  for (const auto& der : chain_der) {
    const auto* at = der.data();
    CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!certificate || at != der.data() + der.size()) {
      return openssl_problem(ProblemKind::environment,
                             fmt::format("certificate {} is broken", chain.size() + 1), where);
    }
    chain.push_back(std::move(certificate));
  }
  if (chain.empty()) return environment_problem("no certificate found", where);
  const auto* at = key_der.data();
  PkeyPtr key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(key_der.size())));
  if (!key)
    return openssl_problem(ProblemKind::environment, "the private key cannot be read", where);
  return checked(std::move(chain), std::move(key), where);
}

Identity Identity::from_parts(std::vector<CertificatePtr> chain, PkeyPtr key) {
  auto leaf = std::move(chain.front());
  chain.erase(chain.begin());
  Identity identity;
  identity.parts_ =
      std::make_shared<const Parts>(std::move(leaf), Bytes{}, std::move(chain), std::move(key));
  return identity;
}

Identity Identity::from_parts(Bytes leaf_der, std::vector<CertificatePtr> intermediates,
                              PkeyPtr key) {
  Identity identity;
  identity.parts_ = std::make_shared<const Parts>(nullptr, std::move(leaf_der),
                                                  std::move(intermediates), std::move(key));
  return identity;
}

X509* Identity::leaf() const { return empty() ? nullptr : parts_->leaf(); }
Bytes Identity::leaf_der() const { return empty() ? Bytes{} : parts_->leaf_der(); }
EVP_PKEY* Identity::key() const { return empty() ? nullptr : parts_->key.get(); }

std::vector<X509*> Identity::intermediates() const {
  std::vector<X509*> out;
  if (empty()) return out;
  for (const auto& certificate : parts_->intermediates) out.push_back(certificate.get());
  return out;
}

Identity Identity::leaf_only() const {
  if (empty()) return {};
  return from_parts(leaf_der(), {}, up_ref(key()));
}

Result<Trust> Trust::from_pem(std::string_view pem, const std::string& where) {
  auto anchors = parse_certificates(pem, where);
  if (!anchors) return anchors.error();
  if (anchors->empty())
    return environment_problem("no certificate found", where,
                               "expected PEM blocks \"CERTIFICATE\"");
  Trust trust;
  trust.anchors_ = std::make_shared<const std::vector<CertificatePtr>>(std::move(*anchors));
  return trust;
}

Trust Trust::with(const Trust& other) const {
  std::vector<CertificatePtr> anchors;
  for (const Trust* part : {this, &other}) {
    for (auto* anchor : part->anchors()) anchors.push_back(up_ref(anchor));
  }
  Trust both;
  both.anchors_ = std::make_shared<const std::vector<CertificatePtr>>(std::move(anchors));
  return both;
}

std::vector<X509*> Trust::anchors() const {
  std::vector<X509*> out;
  if (anchors_ == nullptr) return out;
  for (const auto& anchor : *anchors_) out.push_back(anchor.get());
  return out;
}

}  // namespace handfast::tls
