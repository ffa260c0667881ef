#include "pki/fleet/detail/pem.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "core/tls/openssl.hpp"
#include "pki/mint/detail/der.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::size_t line_octets = 48;  // 64 characters
constexpr std::size_t line_characters = 64;

using Pkcs8Ptr = tls::OpensslPtr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

void append(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

tls::PkeyPtr key_of(ByteView pkcs8) {
  const unsigned char* position = pkcs8.data();
  const Pkcs8Ptr info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(pkcs8.size())));
  tls::PkeyPtr key(info ? EVP_PKCS82PKEY(info.get()) : nullptr);
  tls::drain_errors();
  return key;
}

/// What stands inside the OCTET STRING of a PrivateKeyInfo; empty when it is none.
ByteView inside_of(ByteView pkcs8) {
  const auto outer = take_der(pkcs8);
  ByteView in = outer ? outer->content : ByteView();
  take_der(in);  // version
  take_der(in);  // algorithm
  const auto key = take_der(in);
  return key && key->tag == der_octet_string ? key->content : ByteView();
}

/// An ECPrivateKey with its public key (RFC 5915 section 3), as KeyShape writes it.
bool put_ec(ByteView inside, Bytes& out) {
  const auto outer = take_der(inside);
  ByteView in = outer ? outer->content : ByteView();
  take_der(in);  // version
  const auto scalar = take_der(in);
  const auto wrapped = take_der(in);
  ByteView bits = wrapped ? wrapped->content : ByteView();
  const auto point = take_der(bits);
  if (!scalar || !point || point->tag != der_bit_string ||
      point->content.size() != 2 * scalar->content.size() + 2) {
    return false;
  }
  out.insert(out.end(), scalar->content.begin(), scalar->content.end());
  out.insert(out.end(), point->content.begin() + 1, point->content.end());
  return true;
}

}  // namespace

void put_pem(std::string_view label, ByteView der, Bytes& out) {
  append(out, "-----BEGIN ");
  append(out, label);
  append(out, "-----\n");
  std::array<unsigned char, line_characters + 1> line{};  // EVP_EncodeBlock ends it with a zero
  while (!der.empty()) {
    const auto octets = std::min(der.size(), line_octets);
    const int size = EVP_EncodeBlock(line.data(), der.data(), static_cast<int>(octets));
    out.insert(out.end(), line.begin(), line.begin() + size);
    out.push_back('\n');
    der = der.subspan(octets);
  }
  append(out, "-----END ");
  append(out, label);
  append(out, "-----\n");
  OPENSSL_cleanse(line.data(), line.size());
}

std::optional<Bytes> take_pem(std::string_view label, std::string_view& text) {
  const auto begin = fmt::format("-----BEGIN {}-----", label);
  const auto end = fmt::format("-----END {}-----", label);
  const auto start = text.find(begin);
  if (start == std::string_view::npos) return std::nullopt;
  const auto stop = text.find(end, start);
  if (stop == std::string_view::npos) return std::nullopt;
  const auto body = text.substr(start + begin.size(), stop - start - begin.size());
  text.remove_prefix(stop + end.size());
  Bytes base64;
  base64.reserve(body.size());
  for (const char character : body) {
    if (character != '\n' && character != '\r' && character != ' ' && character != '\t') {
      base64.push_back(static_cast<std::uint8_t>(character));
    }
  }
  Bytes der(base64.size());
  const int size = EVP_DecodeBlock(der.data(), base64.data(), static_cast<int>(base64.size()));
  const auto padding = static_cast<std::size_t>(std::count(
      base64.end() - static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, base64.size())),
      base64.end(), static_cast<std::uint8_t>('=')));
  OPENSSL_cleanse(base64.data(), base64.size());
  if (size <= 0) return std::nullopt;
  der.resize(static_cast<std::size_t>(size) - padding);
  return der;
}

Result<KeyType> type_of_pkcs8(ByteView der) {
  const auto key = key_of(der);
  for (int i = 0; key && i <= static_cast<int>(KeyType::dsa2048); ++i) {
    if (is_of_type(key.get(), static_cast<KeyType>(i))) return static_cast<KeyType>(i);
  }
  return environment_problem("the private key cannot be read");
}

Result<void> put_key_bytes(ByteView pkcs8, KeyType type, Bytes& out) {
  const auto inside = inside_of(pkcs8);
  if (is_ec(type) && put_ec(inside, out)) return {};
  if (is_plain_rsa(type) && !inside.empty()) {
    out.insert(out.end(), inside.begin(), inside.end());
    return {};
  }
  const auto key = key_of(pkcs8);
  if (!key || !is_of_type(key.get(), type)) {
    return environment_problem(fmt::format("this is no {} key", key_title(type)));
  }
  return encode_key(key.get(), type, out);
}

}  // namespace handfast::pki::detail
