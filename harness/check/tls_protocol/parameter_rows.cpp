// Section C2: suites, groups, extensions; and renegotiation_info of C4, which a hello decides too.
#include <algorithm>
#include <utility>

#include "core/base/random.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check::tls_protocol {

namespace {

using probe::Hello;
using probe::HelloBase;
using Suites = std::vector<std::uint16_t>;

const std::vector<std::uint8_t> no_common_suite{alert::handshake_failure,
                                                alert::insufficient_security};

auto suites_alone(Suites suites) {
  return [suites = std::move(suites)](Hello& hello) { hello.message.cipher_suites = suites; };
}

CheckSpec single(const std::string& id, HelloCase one) {
  HelloRow row;
  if (one.base == HelloBase::tls12_rsa) row.listener = "one@" + std::string(rsa_server);
  row.cases.push_back(std::move(one));
  return spec_of(id, std::move(row));
}

// --- suites -----------------------------------------------------------------------------------

HelloCase weak(std::string what, Suites suites, std::optional<Level> level = std::nullopt) {
  return {.what = std::move(what),
          .base = HelloBase::tls12,
          .change = suites_alone(std::move(suites)),
          .want = Want::reject,
          .alerts = no_common_suite,
          .level = level};
}

CheckSpec forbidden_suites() {
  HelloRow row;
  row.cases = {
      weak("NULL suites", {0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc00b, 0xc010}),
      weak("EXPORT suites",
           {0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0017, 0x0019}),
      weak("anonymous suites", {0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7,
                                0xc015, 0xc016, 0xc017, 0xc018, 0xc019}),
      weak("RC4 suites", {0x0004, 0x0005, 0xc002, 0xc007, 0xc00c, 0xc011}),
      weak("3DES suites", {0x000a, 0x0013, 0x0016, 0xc003, 0xc008, 0xc00d, 0xc012}, Level::should)};
  return spec_of("tls12-suite-forbidden", std::move(row));
}

CheckSpec suite_order() {
  return single("tls12-suite-order",
                {.what = "CBC and static RSA first, AES-128-GCM behind",
                 .base = HelloBase::tls12,
                 .change = suites_alone({0xc013, 0xc009, 0x002f, 0xc02f, 0xc02b}),
                 .fact = FactWant{.name = "suite",
                                  .values = {"0xc02f", "0xc02b"},
                                  .otherwise = "the client's order led to a weaker suite"}});
}

CheckSpec tls13_suites() {
  const auto alone = [](std::string what, std::uint16_t suite, std::optional<Level> level) {
    return HelloCase{.what = std::move(what),
                     .base = HelloBase::tls13,
                     .change = suites_alone({suite}),
                     .level = level,
                     .to_connack = true};
  };
  HelloRow row;
  row.cases = {alone("TLS_AES_128_GCM_SHA256 alone", 0x1301, std::nullopt),
               alone("TLS_AES_256_GCM_SHA384 alone", 0x1302, Level::should),
               alone("TLS_CHACHA20_POLY1305_SHA256 alone", 0x1303, Level::should)};
  return spec_of("tls13-suites", std::move(row));
}

// --- groups -----------------------------------------------------------------------------------

void group_alone(Hello& hello, std::uint16_t number, std::string_view name) {
  auto& message = hello.message;
  message.groups = {number};
  if (message.key_shares.empty()) return;
  message.key_shares.clear();
  if (auto share = probe::fresh_share(name)) message.key_shares.push_back(std::move(*share));
}

CheckSpec groups_alone() {
  const auto x25519 = [](Hello& hello) { group_alone(hello, 0x001d, "x25519"); };
  const auto p256 = [](Hello& hello) { group_alone(hello, 0x0017, "secp256r1"); };
  HelloRow row;
  row.cases = {
      {.what = "x25519 alone, TLS 1.3", .base = HelloBase::tls13, .change = x25519},
      {.what = "secp256r1 alone, TLS 1.3", .base = HelloBase::tls13, .change = p256},
      // The groups of TLS 1.2 limit the curve of an ECDSA key too (RFC 8422 section 5.1.1).
      {.what = "x25519 alone, TLS 1.2", .base = HelloBase::tls12_rsa, .change = x25519},
      {.what = "secp256r1 alone, TLS 1.2", .base = HelloBase::tls12_rsa, .change = p256}};
  return spec_of("tls-group-x25519-p256", std::move(row));
}

/// An ML-KEM-768 encapsulation key as far as a server can tell (FIPS 203 section 7.2): 768
/// coefficients below the modulus, 12 bits each, and a seed. Nobody knows its decapsulation key.
Bytes encapsulation_key() {
  constexpr std::uint64_t modulus = 3329;
  Random random(768);
  Bytes key;
  for (std::size_t pair = 0; pair < 384; ++pair) {
    const auto a = random.below(modulus);
    const auto b = random.below(modulus);
    key.push_back(static_cast<std::uint8_t>(a));
    key.push_back(static_cast<std::uint8_t>(a >> 8 | b << 4));
    key.push_back(static_cast<std::uint8_t>(b >> 4));
  }
  for (std::size_t i = 0; i < 32; ++i) key.push_back(static_cast<std::uint8_t>(random.next()));
  return key;
}

void hybrid_first(Hello& hello) {
  constexpr std::uint16_t x25519_mlkem768 = 0x11ec;
  auto& message = hello.message;
  auto share = encapsulation_key();
  const auto& x25519 = message.key_shares.front().key_exchange;
  share.insert(share.end(), x25519.begin(), x25519.end());
  message.groups.insert(message.groups.begin(), x25519_mlkem768);
  message.key_shares.insert(message.key_shares.begin(),
                            {.group = x25519_mlkem768, .key_exchange = std::move(share)});
}

CheckSpec hybrid_group() {
  return single("tls13-hybrid-group",
                {.what = "X25519MLKEM768 in front of x25519",
                 .base = HelloBase::tls13,
                 .change = hybrid_first,
                 .fact = FactWant{.name = "group",
                                  .values = {"0x11ec", "x25519"},
                                  .otherwise = "a group was chosen that was not offered a share"}});
}

void unknown_groups(Hello& hello) {
  // Reserved by RFC 8701 for nobody.
  hello.message.groups = {0x1a1a, 0x2a2a};
  hello.message.key_shares = {{.group = 0x1a1a, .key_exchange = Bytes(32, 7)}};
}

CheckSpec no_group() {
  return single("tls13-group-none",
                {.what = "unknown groups alone, share included",
                 .base = HelloBase::tls13,
                 .change = unknown_groups,
                 .want = Want::reject,
                 .alerts = {alert::handshake_failure, alert::insufficient_security,
                            alert::unexpected_message, alert::illegal_parameter}});
}

// --- extensions -------------------------------------------------------------------------------

/// Values of RFC 8701 in every list that there is.
void grease(Hello& hello) {
  auto& message = hello.message;
  message.cipher_suites.insert(message.cipher_suites.begin(), 0x0a0a);
  message.groups.insert(message.groups.begin(), 0x1a1a);
  message.signature_algorithms.insert(message.signature_algorithms.begin(), 0x4a4a);
  message.extra.insert(message.extra.begin(), {.type = 0x2a2a, .body = {}});
  message.extra.push_back({.type = 0x3a3a, .body = {0}});
  if (message.versions.empty()) return;
  message.versions.insert(message.versions.begin(), 0x5a5a);
  message.psk_key_exchange_modes.push_back(0x0b);
  message.key_shares.insert(message.key_shares.begin(), {.group = 0x1a1a, .key_exchange = {0}});
}

CheckSpec grease_everywhere() {
  HelloRow row;
  row.cases = {
      {.what = "GREASE in every list, TLS 1.3",
       .base = HelloBase::tls13,
       .change = grease,
       .to_connack = true},
      {.what = "GREASE in every list, TLS 1.2", .base = HelloBase::tls12, .change = grease}};
  return spec_of("tls-grease", std::move(row));
}

auto shuffled(std::uint64_t seed) {
  return [seed](Hello& hello) {
    probe::spell_out_extensions(hello.message);
    Random random(seed);
    auto& list = hello.message.extra;
    for (std::size_t left = list.size(); left > 1; --left) {
      std::swap(list[left - 1], list[random.below(left)]);
    }
  };
}

CheckSpec extension_order() {
  HelloRow row;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto name = "order " + std::to_string(seed);
    row.cases.push_back({.what = name + ", TLS 1.3 and 1.2", .change = shuffled(seed)});
    row.cases.push_back(
        {.what = name + ", TLS 1.2", .base = HelloBase::tls12, .change = shuffled(seed)});
  }
  return spec_of("tls-hello-extension-order", std::move(row));
}

auto unknown_extension(std::size_t bytes) {
  constexpr std::uint16_t for_private_use = 0xff80;  // RFC 8447 section 17
  return [bytes](Hello& hello) {
    hello.message.extra.push_back({.type = for_private_use, .body = Bytes(bytes, 0)});
  };
}

CheckSpec big_extension() {
  HelloRow row;
  row.cases = {{.what = "4 KiB", .change = unknown_extension(4096)},
               {.what = "16 KiB", .change = unknown_extension(16384), .level = Level::may}};
  return spec_of("tls-unknown-extension-big", std::move(row));
}

CheckSpec duplicate_extension() {
  return single(
      "tls-hello-duplicate-extension",
      {.what = "supported_groups twice",
       .change =
           [](Hello& hello) { hello.message.extra.push_back({.type = 10, .body = {0, 2, 0, 29}}); },
       .want = Want::reject,
       .alerts = {alert::illegal_parameter, alert::unexpected_message, alert::decode_error,
                  alert::unsupported_extension}});
}

void bare(Hello& hello) {
  hello.message.extension_block = false;
  hello.message.cipher_suites = {0xc02f, 0xc013, 0x009c, 0x002f, 0x00ff};
}

CheckSpec bare_hello() {
  return single("tls12-hello-bare", {.what = "no extensions",
                                     .base = HelloBase::tls12_rsa,
                                     .change = bare,
                                     .want = Want::either});
}

CheckSpec ems_row() {
  return single("tls12-ems",
                {.what = "extended_master_secret offered",
                 .base = HelloBase::tls12,
                 .change = [](Hello&) {},
                 .fact = FactWant{.name = "extended_master_secret",
                                  .values = {"present"},
                                  .otherwise = "the session is not bound to its handshake"}});
}

CheckSpec reneg_info_row() {
  return single("tls12-reneg-info",
                {.what = "renegotiation_info offered",
                 .base = HelloBase::tls12,
                 .change = [](Hello&) {},
                 .fact = FactWant{.name = "renegotiation_info",
                                  .values = {"00"},
                                  .otherwise = "renegotiation is not bound to the connection"}});
}

// --- compression ------------------------------------------------------------------------------

void offer_deflate(Hello& hello) { hello.message.compression_methods = {1, 0}; }

CheckSpec compression_off() {
  return single("tls-compression-off",
                {.what = "DEFLATE and null offered",
                 .base = HelloBase::tls12,
                 .change = offer_deflate,
                 .fact = FactWant{.name = "compression",
                                  .values = {"null"},
                                  .otherwise = "compression leaks what is compressed"}});
}

CheckSpec compression_bad() {
  return single("tls13-compression-bad",
                {.what = "DEFLATE and null offered",
                 .base = HelloBase::tls13,
                 .change = offer_deflate,
                 .want = Want::reject,
                 .alerts = {alert::illegal_parameter, alert::decode_error}});
}

}  // namespace

std::vector<CheckSpec> parameter_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(single("tls12-suite-recommended", {.what = "ECDHE with AES-128-GCM alone",
                                                    .base = HelloBase::tls12,
                                                    .change = suites_alone({0xc02f, 0xc02b})}));
  rows.push_back(forbidden_suites());
  auto static_rsa = weak("static RSA suites", {0x009c, 0x009d, 0x003c, 0x003d, 0x002f, 0x0035});
  static_rsa.base = HelloBase::tls12_rsa;
  rows.push_back(single("tls12-suite-static-rsa", std::move(static_rsa)));
  for (auto* const make : {suite_order, tls13_suites, groups_alone, no_group, hybrid_group,
                           grease_everywhere, extension_order, big_extension, duplicate_extension,
                           bare_hello, ems_row, compression_off, compression_bad, reneg_info_row}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::tls_protocol
