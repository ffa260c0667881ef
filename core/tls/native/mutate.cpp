#include "core/tls/native/mutate.hpp"

#include <algorithm>
#include <array>

#include "core/tls/native/signatures.hpp"

namespace handfast::tls::native {

namespace {

// Offsets in a Certificate message without context: msg_type, length, context length, list length.
constexpr std::size_t context_at = handshake_header_bytes;
constexpr std::size_t list_at = context_at + 1;
constexpr std::size_t leaf_at = list_at + 3;

std::size_t get_u24(const Bytes& bytes, std::size_t at) {
  return std::size_t{bytes[at]} << 16 | std::size_t{bytes[at + 1]} << 8 | bytes[at + 2];
}

void add_u24(Bytes& bytes, std::size_t at, std::ptrdiff_t more) {
  const auto value = get_u24(bytes, at) + static_cast<std::size_t>(more);
  for (std::size_t i = 0; i < 3; ++i)
    bytes[at + i] = static_cast<std::uint8_t>(value >> (16 - 8 * i));
}

auto place(Bytes& bytes, std::size_t at) { return bytes.begin() + static_cast<std::ptrdiff_t>(at); }

/// Puts `count` zeros at `at` into the list; the lengths around grow with it.
void insert_into_list(Bytes& message, std::size_t at, std::size_t count) {
  message.insert(place(message, at), count, 0);
  add_u24(message, 1, static_cast<std::ptrdiff_t>(count));
  add_u24(message, list_at, static_cast<std::ptrdiff_t>(count));
}

}  // namespace

void mutate_hello(Mutation mutation, ClientHello& hello) {
  constexpr std::uint16_t unknown_group = 0x1a1a;  // reserved by RFC 8701 for nobody
  switch (mutation) {
    case Mutation::hello_extension_twice:
      hello.extra.push_back({.type = static_cast<std::uint16_t>(ExtensionType::supported_groups),
                             .body = {0, 2, 0, 29}});
      break;
    case Mutation::hello_compression:
      hello.compression_methods = {1, 0};
      break;
    case Mutation::hello_unknown_groups:
      hello.groups = {unknown_group};
      hello.key_shares = {{.group = unknown_group, .key_exchange = Bytes(32, 7)}};
      break;
    case Mutation::hello_empty_key_share:
      hello.key_shares.clear();
      hello.no_key_shares = true;
      break;
    case Mutation::hello_psk_not_last:
      hello.behind_psk = true;
      break;
    default:
      break;
  }
}

std::uint16_t mutated_record_version(Mutation mutation, std::uint16_t version) {
  if (mutation == Mutation::hello_record_version_0300) return 0x0300;
  return mutation == Mutation::hello_record_version_0304 ? 0x0304 : version;
}

void mutate_certificate(Mutation mutation, Bytes& message) {
  const std::size_t leaf_bytes = get_u24(message, leaf_at);
  const std::size_t leaf_end = leaf_at + 3 + leaf_bytes;
  switch (mutation) {
    case Mutation::certificate_context:
      message[context_at] = 1;
      message.insert(place(message, context_at + 1), 0xaa);
      add_u24(message, 1, 1);
      break;
    case Mutation::certificate_truncated: {
      const auto cut = static_cast<std::ptrdiff_t>(leaf_bytes / 2);
      message.erase(place(message, leaf_end) - cut, place(message, leaf_end));
      for (const auto at : {std::size_t{1}, list_at, leaf_at}) add_u24(message, at, -cut);
      break;
    }
    case Mutation::certificate_trailing:
      insert_into_list(message, leaf_end, 8);
      add_u24(message, leaf_at, 8);
      break;
    case Mutation::certificate_empty_entry:
      insert_into_list(message, leaf_end + 2, 5);  // behind the leaf's extensions
      break;
    case Mutation::certificate_list_too_long:
      add_u24(message, list_at, 1);
      break;
    default:
      break;
  }
}

const Scheme* mutated_scheme(Mutation mutation, const Scheme* scheme, const EVP_PKEY* key) {
  constexpr std::uint16_t rsa_pkcs1_sha256 = 0x0401;
  const bool to_pkcs1 = mutation == Mutation::verify_pkcs1 && EVP_PKEY_is_a(key, "RSA") == 1;
  return to_pkcs1 ? find_scheme(rsa_pkcs1_sha256) : scheme;
}

void mutate_verify(Mutation mutation, Bytes& message, std::span<const std::uint16_t> asked) {
  const auto rename = [&message](std::uint16_t scheme) {
    message[handshake_header_bytes] = static_cast<std::uint8_t>(scheme >> 8);
    message[handshake_header_bytes + 1] = static_cast<std::uint8_t>(scheme);
  };
  if (mutation == Mutation::verify_flipped) return flip(message);
  if (mutation == Mutation::verify_pkcs1) return rename(0x0401);
  if (mutation != Mutation::verify_scheme_not_asked) return;
  // Schemes of the registry first, then one for private use that nobody asks for.
  constexpr std::array candidates{0x0603, 0x0503, 0x0806, 0x0805, 0x0804, 0x0403, 0xfe00};
  for (const int candidate : candidates) {
    const auto number = static_cast<std::uint16_t>(candidate);
    if (std::ranges::find(asked, number) == asked.end()) return rename(number);
  }
}

void flip(Bytes& message) { message.back() ^= 1; }

std::size_t mutated_fragment(Mutation mutation, std::size_t message_bytes, std::size_t usual) {
  if (mutation == Mutation::flight_split_64) return 64;
  if (mutation == Mutation::flight_split_messages) return (message_bytes + 1) / 2;
  return usual;
}

}  // namespace handfast::tls::native
