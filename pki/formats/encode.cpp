#include "pki/formats/encode.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>

#include "core/tls/identity.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

namespace {

using Pkcs7Ptr = tls::OpensslPtr<PKCS7, PKCS7_free>;

constexpr int kdf_rounds = 10'000;

std::string_view content_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

/// What `write` puts into a memory BIO.
template <class Write>
Result<std::string> written(const char* what, Write write) {
  tls::drain_errors();
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || write(out.get()) != 1) {
    return tls::openssl_problem(ProblemKind::internal, fmt::format("cannot encode the {}", what));
  }
  return std::string(content_of(out.get()));
}

/// What `encode` (an i2d function) makes of `object`.
template <class Object, class Encode>
Result<std::string> der_of(const char* what, Object* object, Encode encode) {
  unsigned char* der = nullptr;
  tls::drain_errors();
  const int size = encode(object, &der);
  if (size < 0) {
    return tls::openssl_problem(ProblemKind::internal, fmt::format("cannot encode the {}", what));
  }
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

Problem not_encodable(const Credential& credential) {
  if (credential.kind == CredentialKind::private_key) {
    return usage_problem("a private key is not shown", {}, "convert it into a file of its own");
  }
  return locked_problem(credential.kind, {});
}

}  // namespace

std::string certificates_pem(const std::vector<X509*>& certificates) {
  std::string out;
  for (const auto* certificate : certificates) out += certificate_pem(certificate);
  return out;
}

Result<std::string> request_pem(const X509_REQ* request) {
  return written("request", [&](BIO* out) { return PEM_write_bio_X509_REQ(out, request); });
}

Result<std::string> crl_pem(const X509_CRL* crl) {
  return written("CRL", [&](BIO* out) { return PEM_write_bio_X509_CRL(out, crl); });
}

Result<std::string> public_key_pem(const EVP_PKEY* key) {
  return written("public key", [&](BIO* out) { return PEM_write_bio_PUBKEY(out, key); });
}

Result<std::string> credential_der(const Credential& credential) {
  switch (credential.kind) {
    case CredentialKind::certificate:
      return der_of("certificate", credential.certificate.get(), i2d_X509);
    case CredentialKind::request:
      return der_of("request", credential.request.get(), i2d_X509_REQ);
    case CredentialKind::crl:
      return der_of("CRL", credential.crl.get(), i2d_X509_CRL);
    case CredentialKind::ocsp_response:
      return der_of("OCSP response", credential.ocsp.get(), i2d_OCSP_RESPONSE);
    case CredentialKind::public_key:
      return der_of("public key", credential.key.get(), i2d_PUBKEY);
    default:
      return not_encodable(credential);
  }
}

Result<std::string> credential_pem(const Credential& credential) {
  switch (credential.kind) {
    case CredentialKind::certificate:
      return certificate_pem(credential.certificate.get());
    case CredentialKind::request:
      return request_pem(credential.request.get());
    case CredentialKind::crl:
      return crl_pem(credential.crl.get());
    case CredentialKind::public_key:
      return public_key_pem(credential.key.get());
    case CredentialKind::ocsp_response: {
      auto der = credential_der(credential);
      if (!der) return der.error();
      return written("OCSP response", [&](BIO* out) {
        return PEM_write_bio(out, "OCSP RESPONSE", "",
                             reinterpret_cast<const unsigned char*>(der->data()),
                             static_cast<long>(der->size())) > 0
                   ? 1
                   : 0;
      });
    }
    default:
      return not_encodable(credential);
  }
}

Result<Secret> encode_key(const EVP_PKEY* key, Encoding encoding, const Secret* passphrase) {
  using PlainKeyPtr = tls::OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
  using EncryptedKeyPtr = tls::OpensslPtr<X509_SIG, X509_SIG_free>;
  const bool pem = encoding == Encoding::pem;
  tls::drain_errors();
  const tls::BioPtr out(BIO_new(BIO_s_secmem()));  // wiped when freed
  const PlainKeyPtr plain(EVP_PKEY2PKCS8(key));
  bool done = false;
  if (out && plain && passphrase == nullptr) {
    done = (pem ? PEM_write_bio_PKCS8_PRIV_KEY_INFO(out.get(), plain.get())
                : i2d_PKCS8_PRIV_KEY_INFO_bio(out.get(), plain.get())) == 1;
  } else if (out && plain) {
    const EncryptedKeyPtr encrypted(PKCS8_encrypt(-1, EVP_aes_256_cbc(), passphrase->c_str(),
                                                  static_cast<int>(passphrase->size()), nullptr, 0,
                                                  kdf_rounds, plain.get()));
    done = encrypted && (pem ? PEM_write_bio_PKCS8(out.get(), encrypted.get())
                             : i2d_PKCS8_bio(out.get(), encrypted.get())) == 1;
  }
  if (!done) return tls::openssl_problem(ProblemKind::internal, "cannot encode the private key");
  return Secret(content_of(out.get()));
}

Result<std::string> encode_pkcs7(const std::vector<X509*>& certificates,
                                 const std::vector<X509_CRL*>& crls, Encoding encoding) {
  tls::drain_errors();
  const Pkcs7Ptr bag(PKCS7_new());
  bool done = bag && PKCS7_set_type(bag.get(), NID_pkcs7_signed) == 1;
  if (done) {
    // Degenerate: it signs nothing, so the inner content is named and left out.
    bag->d.sign->contents->type = OBJ_nid2obj(NID_pkcs7_data);
    for (auto* certificate : certificates) {
      done = done && PKCS7_add_certificate(bag.get(), certificate) == 1;
    }
    for (auto* crl : crls) done = done && PKCS7_add_crl(bag.get(), crl) == 1;
  }
  if (!done) return tls::openssl_problem(ProblemKind::internal, "cannot make a PKCS#7 file");
  if (encoding == Encoding::der) return der_of("PKCS#7 file", bag.get(), i2d_PKCS7);
  return written("PKCS#7 file", [&](BIO* out) { return PEM_write_bio_PKCS7(out, bag.get()); });
}

Result<Secret> encode_combined(const std::vector<X509*>& chain, const EVP_PKEY* key,
                               const std::string& where, const Secret* passphrase) {
  if (chain.empty() || !belongs_to(chain.front(), key)) {
    tls::drain_errors();
    return environment_problem("certificate and private key do not belong together", where,
                               "compare them with: handfast pki match CERT KEY");
  }
  auto key_text = encode_key(key, Encoding::pem, passphrase);
  if (!key_text) return key_text.error();
  return Secret{certificates_pem(chain), key_text->text()};
}

}  // namespace handfast::pki
