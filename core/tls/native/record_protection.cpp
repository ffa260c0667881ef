#include "core/tls/native/record_protection.hpp"

#include <algorithm>
#include <cassert>

namespace handfast::tls::native {

namespace {

using Nonce = std::array<std::uint8_t, 12>;

/// RFC 8446 section 5.3: the counter, padded to the left, over the iv.
Nonce nonce_of(const TrafficKeys& keys) {
  Nonce nonce = keys.at_hand->iv;
  for (std::size_t i = 0; i < 8; ++i) {
    nonce[11 - i] = static_cast<std::uint8_t>(nonce[11 - i] ^ (keys.sequence >> (8 * i)));
  }
  return nonce;
}

int as_int(std::size_t size) { return static_cast<int>(size); }

}  // namespace

TrafficKeys traffic_keys(Hasher& hasher, const Suite& suite, const Secret& secret) {
  TrafficKeys keys{.secret = secret, .suite_index = suite.index};
  take_in_hand(hasher, keys);
  return keys;
}

TrafficKeys next_keys(Hasher& hasher, const TrafficKeys& keys) {
  hasher.key(keys.secret.view());
  return traffic_keys(hasher, keys.suite(), hasher.expand("traffic upd", {}));
}

void take_in_hand(Hasher& hasher, TrafficKeys& keys) {
  if (keys.at_hand) return;
  keys.at_hand = std::make_unique<RecordKey>();
  hasher.key(keys.secret.view());
  hasher.expand("key", {}, std::span(keys.at_hand->key).first(keys.suite().key_bytes));
  hasher.expand("iv", {}, keys.at_hand->iv);
}

void put_plain_record(ContentType type, std::uint16_t version, ByteView plain, Bytes& wire) {
  ByteWriter writer(wire);
  writer.u8(static_cast<std::uint8_t>(type));
  writer.u16(version);
  writer.u16(static_cast<std::uint16_t>(plain.size()));
  writer.bytes(plain);
}

RecordProtection::Aead RecordProtection::make(const Suite& suite) {
  Aead made{CipherPtr(EVP_CIPHER_fetch(nullptr, suite.cipher, nullptr)),
            CipherContextPtr(EVP_CIPHER_CTX_new()), CipherContextPtr(EVP_CIPHER_CTX_new())};
  if (!made.cipher) return made;
  EVP_EncryptInit_ex2(made.seal.get(), made.cipher.get(), nullptr, nullptr, nullptr);
  EVP_DecryptInit_ex2(made.open.get(), made.cipher.get(), nullptr, nullptr, nullptr);
  return made;
}

bool RecordProtection::usable() const {
  return std::ranges::all_of(aeads_, [](const auto& aead) { return aead.cipher != nullptr; });
}

bool RecordProtection::seal(TrafficKeys& keys, ContentType type, ByteView plain, Bytes& wire,
                            std::size_t padding) {
  assert(keys.at_hand);
  auto* context = aeads_[keys.suite_index].seal.get();
  const auto nonce = nonce_of(keys);
  const std::size_t cipher_bytes = plain.size() + 1 + padding + tag_bytes;
  const std::size_t begin = wire.size();
  wire.resize(begin + record_header_bytes + cipher_bytes);
  std::uint8_t* const header = wire.data() + begin;
  header[0] = static_cast<std::uint8_t>(ContentType::application_data);
  header[1] = 3;
  header[2] = 3;
  header[3] = static_cast<std::uint8_t>(cipher_bytes >> 8);
  header[4] = static_cast<std::uint8_t>(cipher_bytes);
  std::uint8_t* const body = header + record_header_bytes;
  std::uint8_t* const tail = body + plain.size();  // content type and padding, which is zero
  tail[0] = static_cast<std::uint8_t>(type);
  int size = 0;
  const bool sealed =
      EVP_EncryptInit_ex2(context, nullptr, keys.at_hand->key.data(), nonce.data(), nullptr) == 1 &&
      EVP_EncryptUpdate(context, nullptr, &size, header, record_header_bytes) == 1 &&
      (plain.empty() ||
       EVP_EncryptUpdate(context, body, &size, plain.data(), as_int(plain.size())) == 1) &&
      EVP_EncryptUpdate(context, tail, &size, tail, as_int(1 + padding)) == 1 &&
      EVP_EncryptFinal_ex(context, tail + 1 + padding, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, tail + 1 + padding) == 1;
  if (!sealed) wire.resize(begin);
  ++keys.sequence;
  return sealed;
}

Checked<Opened> RecordProtection::open(TrafficKeys& keys, ByteView header, ByteView body,
                                       std::span<std::uint8_t> scratch) {
  // The shortest one holds its content type and nothing else.
  if (body.size() < 1 + tag_bytes) {
    return refuse(AlertDescription::bad_record_mac,
                  "record: too short to be protected (RFC 8446 5.2)");
  }
  assert(keys.at_hand);
  auto* context = aeads_[keys.suite_index].open.get();
  const auto nonce = nonce_of(keys);
  const std::size_t plain_bytes = body.size() - tag_bytes;
  int size = 0;
  const bool opened =
      EVP_DecryptInit_ex2(context, nullptr, keys.at_hand->key.data(), nonce.data(), nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes,
                          const_cast<std::uint8_t*>(body.data() + plain_bytes)) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &size, header.data(), as_int(header.size())) == 1 &&
      EVP_DecryptUpdate(context, scratch.data(), &size, body.data(), as_int(plain_bytes)) == 1 &&
      EVP_DecryptFinal_ex(context, scratch.data() + plain_bytes, &size) == 1;
  if (!opened) {
    return refuse(AlertDescription::bad_record_mac,
                  "record: the authentication tag does not match (RFC 8446 5.2)");
  }
  ++keys.sequence;
  // Padding does not change the limit of what a record may hold.
  if (plain_bytes > max_plain_bytes + 1) {
    return refuse(AlertDescription::record_overflow,
                  "record: more than 2^14 bytes of content and padding (RFC 8446 5.4)");
  }
  std::size_t content = plain_bytes;
  while (content > 0 && scratch[content - 1] == 0) --content;
  if (content == 0) {
    return refuse(AlertDescription::unexpected_message,
                  "record: padding alone, no content type (RFC 8446 5.4)");
  }
  return Opened{static_cast<ContentType>(scratch[content - 1]),
                ByteView(scratch.data(), content - 1)};
}

}  // namespace handfast::tls::native
