#include "pki/fleet/detail/tbs_signer.hpp"

#include <fmt/format.h>
#include <openssl/rsa.h>

#include <string>

namespace handfast::pki::detail {

namespace {

Problem cannot_sign() {
  return tls::openssl_problem(ProblemKind::internal, "the issuer's key cannot sign certificates");
}

bool takes_digest(const EVP_PKEY* key) {
  for (const char* kind : {"EC", "RSA", "RSA-PSS", "DSA"}) {
    if (EVP_PKEY_is_a(key, kind) == 1) return true;
  }
  return false;
}

bool set_padding(EVP_PKEY_CTX* context, const EVP_PKEY* key, const SignatureOptions& options) {
  const bool plain = EVP_PKEY_is_a(key, "RSA") == 1;
  if (!plain && EVP_PKEY_is_a(key, "RSA-PSS") != 1) return true;
  if (plain && !options.pss) return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  const int salt = options.salt_octets < 0 ? RSA_PSS_SALTLEN_DIGEST : options.salt_octets;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt) == 1;
}

}  // namespace

Result<Hasher> Hasher::of(const char* name) {
  Hasher out;
  out.digest_.reset(EVP_MD_fetch(nullptr, name, nullptr));
  out.context_.reset(EVP_MD_CTX_new());
  if (!out.digest_ || !out.context_) {
    return tls::openssl_problem(ProblemKind::internal,
                                fmt::format("OpenSSL has no digest {}", name));
  }
  return out;
}

ByteView Hasher::operator()(ByteView bytes) {
  value_.resize(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  const bool done = EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1 &&
                    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1 &&
                    EVP_DigestFinal_ex(context_.get(), value_.data(), &size) == 1;
  return ByteView(value_).first(done ? size : 0);
}

Result<TbsSigner> TbsSigner::of(EVP_PKEY* key, const SignatureOptions& options) {
  TbsSigner out;
  out.key_ = tls::up_ref(key);
  out.signature_.resize(static_cast<std::size_t>(EVP_PKEY_get_size(key)));
  if (!takes_digest(key)) {
    out.one_shot_.reset(EVP_MD_CTX_new());
    if (!out.one_shot_) return cannot_sign();
    return out;
  }
  auto hasher = Hasher::of(std::string(to_string(options.hash)).c_str());
  if (!hasher) return hasher.error();
  out.context_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  const bool ready = out.context_ && EVP_PKEY_sign_init(out.context_.get()) == 1 &&
                     set_padding(out.context_.get(), key, options) &&
                     EVP_PKEY_CTX_set_signature_md(out.context_.get(), hasher->digest()) == 1;
  if (!ready) return cannot_sign();
  out.hasher_ = std::move(*hasher);
  return out;
}

ByteView TbsSigner::operator()(ByteView tbs) {
  std::size_t size = signature_.size();
  if (hasher_) {
    const auto digest = (*hasher_)(tbs);
    const bool done = !digest.empty() && EVP_PKEY_sign(context_.get(), signature_.data(), &size,
                                                       digest.data(), digest.size()) == 1;
    return ByteView(signature_).first(done ? size : 0);
  }
  const bool done =
      EVP_DigestSignInit(one_shot_.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
      EVP_DigestSign(one_shot_.get(), signature_.data(), &size, tbs.data(), tbs.size()) == 1;
  return ByteView(signature_).first(done ? size : 0);
}

}  // namespace handfast::pki::detail
