#include "core/tls/native/signatures.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/tls/native/wire.hpp"

namespace handfast::tls::native {

namespace {

/// RFC 8446 section 4.4.3: 64 spaces, a context string, a zero, and the transcript hash.
class Content {
 public:
  Content(Signer signer, const Secret& transcript) {
    static constexpr std::string_view server = "TLS 1.3, server CertificateVerify";
    static constexpr std::string_view client = "TLS 1.3, client CertificateVerify";
    auto at = std::fill_n(bytes_.begin(), 64, std::uint8_t{' '});
    at = std::ranges::copy(signer == Signer::server ? server : client, at).out;
    *at++ = 0;
    at = std::ranges::copy(transcript.view(), at).out;
    size_ = static_cast<std::size_t>(at - bytes_.begin());
  }
  ByteView view() const { return ByteView(bytes_).first(size_); }

 private:
  std::array<std::uint8_t, 64 + 33 + 1 + Secret::capacity> bytes_{};
  std::size_t size_ = 0;
};

bool set_pss(EVP_PKEY_CTX* context, const EVP_MD* digest) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

Refusal illegal(std::string_view what) {
  return refuse(AlertDescription::illegal_parameter, fmt::format("CertificateVerify: {}", what));
}

}  // namespace

Signatures::Signatures()
    : digests_{DigestPtr(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
               DigestPtr(EVP_MD_fetch(nullptr, "SHA384", nullptr)),
               DigestPtr(EVP_MD_fetch(nullptr, "SHA512", nullptr))} {}

bool Signatures::fits(const EVP_PKEY* key, const Scheme& scheme) {
  if (!scheme.in_handshake || EVP_PKEY_is_a(key, scheme.key_type) != 1) return false;
  if (scheme.curve == nullptr) return true;
  std::array<char, 32> curve{};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size) == 1 &&
         std::strcmp(curve.data(), scheme.curve) == 0;
}

const EVP_MD* Signatures::digest_of(const Scheme& scheme) const {
  const std::string_view name = scheme.digest;
  if (name == "SHA256") return digests_.sha256.get();
  return name == "SHA384" ? digests_.sha384.get() : digests_.sha512.get();
}

PkeyContextPtr Signatures::context(const Scheme& scheme, EVP_PKEY* key, bool to_sign) const {
  PkeyContextPtr made(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  const auto* digest = digest_of(scheme);
  const bool ready =
      made && (to_sign ? EVP_PKEY_sign_init(made.get()) : EVP_PKEY_verify_init(made.get())) == 1 &&
      (scheme.curve != nullptr ||
       EVP_PKEY_CTX_set_rsa_padding(made.get(), RSA_PKCS1_PSS_PADDING) == 1) &&
      EVP_PKEY_CTX_set_signature_md(made.get(), digest) == 1 &&
      (scheme.curve != nullptr || set_pss(made.get(), digest));
  if (!ready) made.reset();
  return made;
}

EVP_PKEY_CTX* Signatures::verifier(const Scheme& scheme, EVP_PKEY* key) {
  const std::pair<const EVP_PKEY*, std::uint16_t> of(key, scheme.number);
  if (const auto at = known_.find(of); at != known_.end()) return at->second.get();
  auto made = context(scheme, key, false);
  if (!made) return nullptr;
  if (known_.size() >= capacity) known_.clear();
  return known_.emplace(of, std::move(made)).first->second.get();
}

bool Signatures::check(const Scheme& scheme, EVP_PKEY* key, ByteView content, ByteView signature) {
  if (scheme.digest == nullptr) {
    return EVP_MD_CTX_reset(work_.get()) == 1 &&
           EVP_DigestVerifyInit_ex(work_.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) ==
               1 &&
           EVP_DigestVerify(work_.get(), signature.data(), signature.size(), content.data(),
                            content.size()) == 1;
  }
  auto* context = verifier(scheme, key);
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  return context != nullptr &&
         EVP_Digest(content.data(), content.size(), hash.data(), &size, digest_of(scheme),
                    nullptr) == 1 &&
         EVP_PKEY_verify(context, signature.data(), signature.size(), hash.data(), size) == 1;
}

Checked<const Scheme*> Signatures::verify(ByteView body, EVP_PKEY* key, const Secret& transcript,
                                          std::span<const std::uint16_t> offered) {
  ByteReader reader(body);
  const auto number = reader.u16();
  const auto signature = number ? vector16(reader) : std::nullopt;
  if (!signature || !reader.empty()) {
    return refuse(AlertDescription::decode_error,
                  "CertificateVerify: cut short, or bytes behind it (RFC 8446 4.4.3)");
  }
  const auto* scheme = find_scheme(*number);
  if (scheme == nullptr || std::ranges::find(offered, *number) == offered.end()) {
    return illegal(fmt::format("scheme 0x{:04x} was not offered (RFC 8446 4.4.3)", *number));
  }
  if (!scheme->in_handshake) {
    return illegal(fmt::format("{} is for certificates alone (RFC 8446 4.2.3)", scheme->name));
  }
  if (!fits(key, *scheme)) {
    return illegal(
        fmt::format("{} does not fit the certificate's key (RFC 8446 4.4.3)", scheme->name));
  }
  const Content content(Signer::server, transcript);
  if (!check(*scheme, key, content.view(), *signature)) {
    ERR_clear_error();
    return refuse(AlertDescription::decrypt_error,
                  "CertificateVerify: the signature does not match (RFC 8446 4.4.3)");
  }
  return scheme;
}

Checked<void> Signatures::sign(const Scheme& scheme, EVP_PKEY* key, const Secret& transcript,
                               Bytes& out) {
  const Content content(Signer::client, transcript);
  std::size_t size = static_cast<std::size_t>(std::max(0, EVP_PKEY_get_size(key)));
  const MessageFrame message(out, HandshakeType::certificate_verify);
  ByteWriter(out).u16(scheme.number);
  const LengthPrefix<2> length(out);
  const auto at = out.size();
  out.resize(at + size);
  bool made = false;
  if (scheme.digest == nullptr) {
    made =
        EVP_MD_CTX_reset(work_.get()) == 1 &&
        EVP_DigestSignInit_ex(work_.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr) == 1 &&
        EVP_DigestSign(work_.get(), out.data() + at, &size, content.view().data(),
                       content.view().size()) == 1;
  } else {
    const auto ready = context(scheme, key, true);
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
    unsigned hash_size = 0;
    made = ready &&
           EVP_Digest(content.view().data(), content.view().size(), hash.data(), &hash_size,
                      digest_of(scheme), nullptr) == 1 &&
           EVP_PKEY_sign(ready.get(), out.data() + at, &size, hash.data(), hash_size) == 1;
  }
  if (!made) return broken("CertificateVerify: " + drain_errors());
  out.resize(at + size);
  return {};
}

}  // namespace handfast::tls::native
