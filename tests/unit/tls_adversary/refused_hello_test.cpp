// ServerHellos that a client must refuse (RFC 8446 sections 4.1.3, 4.2.8, 4.2.11 and 7.4).
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

/// Nothing need be signed: a ServerHello is refused before.
auto says(std::function<void(Bytes&)> change) {
  return [change = std::move(change)](const Target&) {
    return Edits{.units = in_message(message::server_hello, change)};
  };
}

ClientSettings with_group(const char* group) {
  auto settings = tls13_settings();
  settings.groups = {group};
  return settings;
}

/// libssl passes over what it does not know, and then has other keys.
constexpr std::string_view passed_over = "bad_record_mac";
constexpr std::size_t random_at = 6;
constexpr std::size_t session_id_at = random_at + 32;

auto key_share(std::function<void(Bytes&)> change) {
  return says([change = std::move(change)](Bytes& hello) {
    edit_extensions(hello, [&](ExtensionList& list) {
      for (auto& one : list) {
        if (one.type != extension::key_share) continue;
        Bytes key(one.body.begin() + 4, one.body.end());
        change(key);
        one.body.resize(2);
        ByteWriter writer(one.body);
        writer.u16(static_cast<std::uint16_t>(key.size()));
        writer.bytes(key);
      }
    });
  });
}

}  // namespace

TEST_CASE("a server that falls back to TLS 1.2 is refused with protocol_version (RFC 8446 4.2.1)",
          "[tls][adversary]") {
  check_each(says([](Bytes& hello) { remove_extension(hello, extension::supported_versions); }),
             {"protocol_version"});
}

TEST_CASE("the downgrade marker is refused with illegal_parameter (RFC 8446 4.1.3)",
          "[tls][adversary]") {
  for (const std::uint8_t version : Bytes{0, 1}) {
    // libssl, where nothing but TLS 1.3 is allowed, minds the version first.
    check_each(says([version](Bytes& hello) {
                 remove_extension(hello, extension::supported_versions);
                 const Bytes marker{'D', 'O', 'W', 'N', 'G', 'R', 'D', version};
                 std::ranges::copy(marker, hello.begin() + random_at + 24);
               }),
               {"illegal_parameter", "protocol_version"});
  }
}

TEST_CASE(
    "a selected_version that is not TLS 1.3 is refused with illegal_parameter (RFC 8446 4.2.1)",
    "[tls][adversary]") {
  for (const std::uint8_t minor : Bytes{3, 5}) {
    check_each(says([minor](Bytes& hello) {
                 set_extension(hello, extension::supported_versions, {3, minor});
               }),
               {"illegal_parameter"});
  }
}

TEST_CASE("a suite that was not offered is refused with illegal_parameter (RFC 8446 4.1.3)",
          "[tls][adversary]") {
  auto settings = tls13_settings();
  settings.cipher_suites = {"TLS_AES_128_GCM_SHA256"};
  for (const std::uint8_t number : Bytes{0x02, 0x03, 0x04, 0xff}) {
    check_each(says([number](Bytes& hello) { hello[suite_offset(hello) + 1] = number; }),
               {"illegal_parameter"}, plain_options(), settings);
  }
  // One of TLS 1.2 alone.
  check_each(says([](Bytes& hello) {
               hello[suite_offset(hello)] = 0xc0;
               hello[suite_offset(hello) + 1] = 0x2b;
             }),
             {"illegal_parameter"});
}

TEST_CASE("legacy fields with other values are refused with illegal_parameter (RFC 8446 4.1.3)",
          "[tls][adversary]") {
  SECTION("legacy_version") {
    // libssl does not look at it, and then has other keys.
    check_each(says([](Bytes& hello) { hello[5] = 4; }), {"illegal_parameter", "bad_record_mac"});
  }
  SECTION("legacy_session_id_echo, changed") {
    check_each(says([](Bytes& hello) { hello[session_id_at + 1] ^= 1; }), {"illegal_parameter"});
  }
  SECTION("legacy_session_id_echo, empty") {
    check_each(says([](Bytes& hello) {
                 hello.erase(hello.begin() + session_id_at + 1,
                             hello.begin() + session_id_at + 1 + hello[session_id_at]);
                 hello[session_id_at] = 0;
                 fit_length(hello);
               }),
               {"illegal_parameter"});
  }
  SECTION("legacy_compression_method") {
    check_each(says([](Bytes& hello) { hello[suite_offset(hello) + 2] = 1; }),
               {"illegal_parameter"});
  }
}

TEST_CASE("a ServerHello without key_share is refused with missing_extension (RFC 8446 4.2.9)",
          "[tls][adversary]") {
  check_each(says([](Bytes& hello) { remove_extension(hello, extension::key_share); }),
             {"missing_extension"});
}

TEST_CASE(
    "a share of a group for which none was sent is refused with illegal_parameter (RFC 8446 4.2.8)",
    "[tls][adversary]") {
  auto settings = tls13_settings();
  settings.groups = {"P-256", "P-384"};
  for (const std::uint8_t group : Bytes{24, 25, 29}) {
    check_each(says([group](Bytes& hello) {
                 edit_extensions(hello, [group](ExtensionList& list) {
                   for (auto& one : list) {
                     if (one.type == extension::key_share) one.body[1] = group;
                   }
                 });
               }),
               {"illegal_parameter"}, plain_options(), settings);
  }
}

TEST_CASE("points that are none are refused with illegal_parameter (RFC 8446 4.2.8.2)",
          "[tls][adversary]") {
  SECTION("compressed") {
    check_each(key_share([](Bytes& key) {
                 key.resize(33);
                 key[0] = 2;
               }),
               {"illegal_parameter"});
  }
  SECTION("hybrid") {
    check_each(
        key_share([](Bytes& key) { key[0] = static_cast<std::uint8_t>(6 + (key.back() & 1)); }),
        {"illegal_parameter"});
  }
  SECTION("not on the curve") {
    check_each(key_share([](Bytes& key) { key.back() ^= 1; }), {"illegal_parameter"});
  }
  SECTION("at infinity") {
    check_each(key_share([](Bytes& key) { key = {0}; }), {"illegal_parameter"});
  }
  SECTION("cut short") {
    check_each(key_share([](Bytes& key) { key.resize(64); }), {"illegal_parameter"});
  }
  SECTION("too long") {
    check_each(key_share([](Bytes& key) { key.push_back(0); }), {"illegal_parameter"});
  }
  SECTION("empty") {
    check_each(key_share([](Bytes& key) { key.clear(); }), {"illegal_parameter", "decode_error"});
  }
}

TEST_CASE("x25519 that comes to nothing but zeros is refused (RFC 8446 7.4.2)",
          "[tls][adversary]") {
  // Points of small order: 0, 1, and p - 1.
  for (const std::uint8_t first : Bytes{0x00, 0x01, 0xec}) {
    check_each(key_share([first](Bytes& key) {
                 key.assign(32, first == 0xec ? 0xff : 0);
                 key[0] = first;
                 if (first == 0xec) key[31] = 0x7f;
               }),
               {"illegal_parameter"}, plain_options(), with_group("X25519"));
  }
}

TEST_CASE("an x25519 share of another length is refused with illegal_parameter (RFC 8446 4.2.8.2)",
          "[tls][adversary]") {
  for (const std::size_t size : {31U, 33U}) {
    check_each(key_share([size](Bytes& key) { key.resize(size); }), {"illegal_parameter"},
               plain_options(), with_group("X25519"));
  }
}

TEST_CASE("an extension that occurs twice is refused with illegal_parameter (RFC 8446 4.2)",
          "[tls][adversary]") {
  check_each(says([](Bytes& hello) {
               edit_extensions(hello, [](ExtensionList& list) { list.push_back(list.front()); });
             }),
             {"illegal_parameter"});
}

TEST_CASE("an extension that was not asked for is refused (RFC 8446 4.2)", "[tls][adversary]") {
  SECTION("unknown to everybody") {
    check_each(says([](Bytes& hello) { set_extension(hello, extension::unassigned, {}); }),
               {"unsupported_extension", passed_over});
  }
  SECTION("pre_shared_key without an offer") {
    check_each(says([](Bytes& hello) { set_extension(hello, extension::pre_shared_key, {0, 0}); }),
               {"unsupported_extension"});
  }
  SECTION("one that belongs into EncryptedExtensions") {
    auto settings = tls13_settings();
    settings.alpn = {"mqtt"};
    check_each(says([](Bytes& hello) {
                 set_extension(hello, extension::alpn, {0, 5, 4, 'm', 'q', 't', 't'});
               }),
               {"illegal_parameter"}, plain_options(), settings);
  }
}

TEST_CASE("a PSK index out of range is refused with illegal_parameter (RFC 8446 4.2.11)",
          "[tls][adversary]") {
  const ExternalPsk psk{.identity = "device", .key = Bytes(16, 7)};
  auto options = plain_options();
  options.psk = std::make_shared<const ExternalPsk>(psk);
  const auto index = [](std::uint8_t high, std::uint8_t low) {
    return says([high, low](Bytes& hello) {
      set_extension(hello, extension::pre_shared_key, {high, low});
    });
  };
  const ConnectionSettings connection{.host = "localhost", .psk = psk};
  check_each(index(0, 0), {"accepted"}, options, tls13_settings(), connection);
  check_each(index(0, 1), {"illegal_parameter"}, options, tls13_settings(), connection);
  check_each(index(0xff, 0xff), {"illegal_parameter"}, options, tls13_settings(), connection);
}

TEST_CASE("a PSK whose hash is not the suite's is refused with illegal_parameter (RFC 8446 4.2.11)",
          "[tls][adversary]") {
  const ExternalPsk psk{.identity = "device", .key = Bytes(16, 7)};
  auto options = plain_options();
  options.psk = std::make_shared<const ExternalPsk>(psk);
  // libssl offers no other suites beside such a key, and so minds the suite.
  check_each(says([](Bytes& hello) { hello[suite_offset(hello) + 1] = 0x02; }),
             {"illegal_parameter"}, options, tls13_settings(), {.host = "localhost", .psk = psk});
}

TEST_CASE("a server that ignores the PSK and shows a certificate is verified (RFC 8446 4.2.11)",
          "[tls][adversary]") {
  const ExternalPsk psk{.identity = "device", .key = Bytes(16, 7)};
  auto settings = tls13_settings();
  settings.trust = Trust::from_pem(to_pem(test_pki().rogue_root.certificate.get()), "r").value();
  check_each([](const Target&) { return Edits{}; }, {"unknown_ca"}, plain_options(), settings,
             {.host = "localhost", .psk = psk});
}
