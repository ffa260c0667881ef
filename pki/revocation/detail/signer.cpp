#include "pki/revocation/detail/signer.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>

#include "core/base/text.hpp"
#include "pki/revocation/detail/der.hpp"

namespace handfast::pki::detail {

namespace {

Problem cannot_sign() {
  return tls::openssl_problem(ProblemKind::internal, "cannot sign with this key", {},
                              "is it a private key for signatures?");
}

bool add_usage(X509* certificate, int nid, const char* value) {
  tls::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free> made(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  return made && X509_add_ext(certificate, made.get(), -1) == 1;
}

Result<Stray> make_stray() {
  Stray out{tls::CertificatePtr(X509_new()), tls::PkeyPtr(EVP_EC_gen("P-256"))};
  auto* certificate = out.certificate.get();
  static constexpr std::string_view name = "handfast stray signer";
  constexpr long ten_years_s = 10L * 365 * 86400;
  const bool made =
      out.key && X509_set_version(certificate, X509_VERSION_3) == 1 &&
      ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
      X509_gmtime_adj(X509_getm_notBefore(certificate), -ten_years_s) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(certificate), ten_years_s) != nullptr &&
      X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<int>(name.size()), -1, 0) == 1 &&
      X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1 &&
      X509_set_pubkey(certificate, out.key.get()) == 1 &&
      add_usage(certificate, NID_ext_key_usage, "OCSPSigning") &&
      X509_sign(certificate, out.key.get(), EVP_sha256()) > 0;
  if (!made) return tls::openssl_problem(ProblemKind::internal, "cannot make the stray signer");
  return out;
}

}  // namespace

Result<Signer> Signer::of(EVP_PKEY* key, const std::string& digest) {
  const bool own_digest = EVP_PKEY_is_a(key, "ED25519") == 1 || EVP_PKEY_is_a(key, "ED448") == 1;
  const char* name = own_digest ? nullptr : digest.empty() ? "SHA256" : digest.c_str();
  if (name != nullptr && EVP_get_digestbyname(name) == nullptr) {
    return usage_problem(fmt::format("OpenSSL has no digest \"{}\"", printable(digest)), {},
                         "for example sha256, sha384, sha512");
  }
  tls::DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  if (EVP_DigestSignInit_ex(context.get(), &parameters, name, nullptr, nullptr, key, nullptr) !=
      1) {
    return cannot_sign();
  }
  std::array<std::uint8_t, 512> buffer{};
  std::array wanted{OSSL_PARAM_construct_octet_string(OSSL_SIGNATURE_PARAM_ALGORITHM_ID,
                                                      buffer.data(), buffer.size()),
                    OSSL_PARAM_construct_end()};
  if (EVP_PKEY_CTX_get_params(parameters, wanted.data()) != 1 || wanted[0].return_size == 0 ||
      wanted[0].return_size > buffer.size()) {
    return cannot_sign();
  }
  Bytes algorithm(buffer.data(), buffer.data() + wanted[0].return_size);
  return Signer(std::move(context), std::move(algorithm),
                static_cast<std::size_t>(EVP_PKEY_get_size(key)));
}

Result<Bytes> Signer::sign(ByteView tbs) const {
  tls::DigestContextPtr copy(EVP_MD_CTX_new());
  if (EVP_MD_CTX_copy_ex(copy.get(), context_.get()) != 1) return cannot_sign();
  Bytes signature(largest_);
  std::size_t size = signature.size();
  if (EVP_DigestSign(copy.get(), signature.data(), &size, tbs.data(), tbs.size()) != 1) {
    return cannot_sign();
  }
  signature.resize(size);
  return signature;
}

Result<const Stray*> stray_signer() {
  static const Result<Stray> stray = make_stray();
  if (!stray) return stray.error();
  return &*stray;
}

}  // namespace handfast::pki::detail
