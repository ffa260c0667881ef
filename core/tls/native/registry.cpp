#include "core/tls/native/registry.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

namespace handfast::tls::native {

namespace {

// RFC 8446 section 5.5: 2^24.5 full-size records for AES-GCM; for ChaCha20-Poly1305 the sequence
// number would wrap first.
constexpr std::uint64_t gcm_limit = std::uint64_t{1} << 24;
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

constexpr std::array<Suite, suite_count> all_suites{{
    {0x1302, "TLS_AES_256_GCM_SHA384", "AES-256-GCM", 32, HashId::sha384, 0, gcm_limit},
    {0x1303, "TLS_CHACHA20_POLY1305_SHA256", "ChaCha20-Poly1305", 32, HashId::sha256, 1, no_limit},
    {0x1301, "TLS_AES_128_GCM_SHA256", "AES-128-GCM", 16, HashId::sha256, 2, gcm_limit},
}};

constexpr std::array<Group, group_count> all_groups{{
    {29, "x25519", "", "", "X25519", nullptr, 32, 32, 0},
    {23, "secp256r1", "P-256", "prime256v1", "EC", "P-256", 65, 32, 1},
    {30, "x448", "", "", "X448", nullptr, 56, 56, 2},
    {25, "secp521r1", "P-521", "", "EC", "P-521", 133, 66, 3},
    {24, "secp384r1", "P-384", "", "EC", "P-384", 97, 48, 4},
}};

constexpr std::array<Scheme, 14> all_schemes{{
    {0x0403, "ecdsa_secp256r1_sha256", "EC", "SHA256", "prime256v1", true},
    {0x0503, "ecdsa_secp384r1_sha384", "EC", "SHA384", "secp384r1", true},
    {0x0603, "ecdsa_secp521r1_sha512", "EC", "SHA512", "secp521r1", true},
    {0x0807, "ed25519", "ED25519", nullptr, nullptr, true},
    {0x0808, "ed448", "ED448", nullptr, nullptr, true},
    {0x0809, "rsa_pss_pss_sha256", "RSA-PSS", "SHA256", nullptr, true},
    {0x080a, "rsa_pss_pss_sha384", "RSA-PSS", "SHA384", nullptr, true},
    {0x080b, "rsa_pss_pss_sha512", "RSA-PSS", "SHA512", nullptr, true},
    {0x0804, "rsa_pss_rsae_sha256", "RSA", "SHA256", nullptr, true},
    {0x0805, "rsa_pss_rsae_sha384", "RSA", "SHA384", nullptr, true},
    {0x0806, "rsa_pss_rsae_sha512", "RSA", "SHA512", nullptr, true},
    {0x0401, "rsa_pkcs1_sha256", "RSA", "SHA256", nullptr, false},
    {0x0501, "rsa_pkcs1_sha384", "RSA", "SHA384", nullptr, false},
    {0x0601, "rsa_pkcs1_sha512", "RSA", "SHA512", nullptr, false},
}};

template <class Table, class Number>
auto by_number(const Table& table, Number number) -> decltype(table.data()) {
  for (const auto& row : table) {
    if (row.number == number) return &row;
  }
  return nullptr;
}

template <class Table>
auto by_name(const Table& table, std::string_view name) -> decltype(table.data()) {
  for (const auto& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool same_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::span<const Suite> suites() { return all_suites; }
std::span<const Group> groups() { return all_groups; }
std::span<const Scheme> schemes() { return all_schemes; }

const Suite* find_suite(std::uint16_t number) { return by_number(all_suites, number); }
const Suite* find_suite(std::string_view name) { return by_name(all_suites, name); }
const Group* find_group(std::uint16_t number) { return by_number(all_groups, number); }
const Scheme* find_scheme(std::uint16_t number) { return by_number(all_schemes, number); }
const Scheme* find_scheme(std::string_view name) { return by_name(all_schemes, name); }

const Group* find_group(std::string_view name) {
  for (const auto& group : all_groups) {
    for (const auto known : {group.name, group.alias, group.alias2}) {
      if (!known.empty() && same_in_any_case(name, known)) return &group;
    }
  }
  return nullptr;
}

}  // namespace handfast::tls::native
