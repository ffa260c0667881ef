// What the native client refuses of hellos and EncryptedExtensions, with which alert, and by which
// section.
#include "tests/unit/tls_native/refusal.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

TEST_CASE("the lying server is believed as long as it does not lie", "[tls_native]") {
  CHECK(judged([](LyingServer& server) { server.flight(); }) == "accepted");
}

TEST_CASE("ServerHello: every field is held against what was offered", "[tls_native]") {
  const auto hello = [](const auto& bend) { return bent(HandshakeType::server_hello, bend); };
  CHECK(hello([](Bytes& body) { body[1] = 4; }) ==
        "illegal_parameter: ServerHello: legacy_version is not 0x0303 (RFC 8446 4.1.3)");
  CHECK(hello([](Bytes& body) { body[session_id_at + 1] ^= 1; }) ==
        "illegal_parameter: ServerHello: legacy_session_id_echo is not what was sent (RFC 8446 "
        "4.1.3)");
  CHECK(hello([](Bytes& body) { body[suite_at + 1] = 5; }) ==
        "illegal_parameter: ServerHello: cipher suite 0x1305 was not offered (RFC 8446 4.1.3)");
  CHECK(hello([](Bytes& body) { body[compression_at] = 1; }) ==
        "illegal_parameter: ServerHello: legacy_compression_method is not 0 (RFC 8446 4.1.3)");
  CHECK(hello([](Bytes& body) { body[extensions_at + 7] = 5; }) ==
        "illegal_parameter: ServerHello: selected_version 0x0305 was not offered (RFC 8446 4.2.1)");
  CHECK(hello([](Bytes& body) { body.push_back(0); }) ==
        "decode_error: ServerHello: bytes behind the extensions (RFC 8446 4.1.3)");
  CHECK(hello([](Bytes& body) { body.pop_back(); }) ==
        "decode_error: ServerHello: extensions are cut short (RFC 8446 4.2)");
  CHECK(hello([](Bytes& body) { body.resize(20); }) ==
        "decode_error: ServerHello: cut short (RFC 8446 4.1.3)");
}

TEST_CASE("ServerHello: TLS 1.2 is refused, and named a downgrade when it is one", "[tls_native]") {
  const auto hello = [](const auto& bend) { return bent(HandshakeType::server_hello, bend); };
  CHECK(hello([](Bytes& body) { body.resize(extensions_at); }) ==
        "protocol_version: ServerHello: version 0x0303, not TLS 1.3 (RFC 8446 4.2.1)");
  for (const auto* marker : {"01", "00"}) {
    CHECK(hello([&](Bytes& body) {
            body.resize(extensions_at);
            std::ranges::copy(hex(std::string("444f574e475244") + marker), body.begin() + 26);
          }) == "illegal_parameter: ServerHello: downgrade marker in random (RFC 8446 4.1.3)");
  }
}

TEST_CASE("ServerHello: extensions twice, unasked for, or of another message (RFC 8446 4.2)",
          "[tls_native]") {
  const auto with = [](const Bytes& extension) {
    return bent(HandshakeType::server_hello,
                [&](Bytes& body) { add_extension(body, extensions_at, extension); });
  };
  CHECK(with(hex("002b 0002 0304")) ==
        "illegal_parameter: ServerHello: supported_versions occurs twice (RFC 8446 4.2)");
  CHECK(with(hex("0029 0002 0000")) ==
        "unsupported_extension: ServerHello: pre_shared_key was not asked for (RFC 8446 4.2)");
  CHECK(with(hex("000a 0000")) ==
        "illegal_parameter: ServerHello: supported_groups does not belong here (RFC 8446 4.2)");
  CHECK(with(hex("002c 0003 000161")) ==
        "illegal_parameter: ServerHello: cookie does not belong here (RFC 8446 4.2)");
  CHECK(with(hex("1234 0000")) ==
        "unsupported_extension: ServerHello: extension 4660 was not asked for (RFC 8446 4.2)");
}

TEST_CASE("ServerHello: the key share must be for ours, and worth something", "[tls_native]") {
  const auto share_at = extensions_at + 2 + 6 + 4;  // group, length, key
  const auto hello = [](const auto& bend) { return bent(HandshakeType::server_hello, bend); };
  CHECK(hello([&](Bytes& body) { body[share_at + 1] = 23; }) ==
        "illegal_parameter: ServerHello: key_share of group 23, for which none was sent (RFC 8446 "
        "4.2.8)");
  CHECK(hello([&](Bytes& body) {
          std::fill_n(body.begin() + static_cast<std::ptrdiff_t>(share_at) + 4, 32, 0);
        }) ==
        "illegal_parameter: ServerHello: key_share of x25519 leads to an all-zero secret (RFC "
        "8446 7.4.2)");
  CHECK(hello([&](Bytes& body) {
          body.resize(extensions_at);
          append(body, hex("0006 002b 0002 0304"));
        }) ==
        "missing_extension: ServerHello: key_share is missing, only psk_dhe_ke was offered "
        "(RFC 8446 4.2.9)");
  CHECK(hello([&](Bytes& body) {
          body.resize(extensions_at);
          append(body, hex("000e 002b 0002 0304 0033 0004 001d 0000"));
        }) ==
        "illegal_parameter: ServerHello: key_share of x25519 has 0 bytes instead of 32 (RFC "
        "8446 4.2.8)");
}

TEST_CASE("a share that is no point of its curve is refused (RFC 8446 4.2.8.2)", "[tls_native]") {
  native::KeyShares shares(KeyMode::fresh, 0);
  native::RandomPool random;
  for (const std::string_view name : {"secp256r1", "secp384r1", "secp521r1"}) {
    const auto& group = *native::find_group(name);
    const auto own = shares.take(group, random);
    Bytes share(group.share_bytes, 1);
    share[0] = 4;
    const auto secret = shares.agree(*own, share);
    REQUIRE(secret.has_error());
    CHECK(secret.error().alert == native::AlertDescription::illegal_parameter);
    CHECK_THAT(secret.error().detail,
               Catch::Contains("is no point of the curve (RFC 8446 4.2.8.2"));
  }
}

TEST_CASE("HelloRetryRequest: once, with a change, for what was offered (RFC 8446 4.1.4)",
          "[tls_native]") {
  const auto retry = [](std::uint16_t group) {
    return judged([=](LyingServer& server) { server.hello_retry_request(group); });
  };
  CHECK(retry(23) == "accepted");
  CHECK(retry(29) ==
        "illegal_parameter: HelloRetryRequest: selected_group already has a key share (RFC 8446 "
        "4.2.8)");
  CHECK(
      retry(256) ==
      "illegal_parameter: HelloRetryRequest: selected_group 256 was not offered (RFC 8446 4.2.8)");
  CHECK(judged([](LyingServer& server) {
          server.hello_retry_request(23);
          server.hello_retry_request(24);
        }) == "unexpected_message: HelloRetryRequest: a second one (RFC 8446 4.1.4)");
  const auto bend = [](const auto& change) {
    return judged([](LyingServer& server) { server.hello_retry_request(23); },
                  [&](HandshakeType, Bytes& body) { change(body); });
  };
  CHECK(bend([](Bytes& body) {
          body.resize(extensions_at);
          append(body, hex("0006 002b 0002 0304"));
        }) ==
        "illegal_parameter: HelloRetryRequest: the ClientHello would not change (RFC 8446 4.1.4)");
  CHECK(bend([](Bytes& body) {
          body.resize(extensions_at);
          append(body, hex("000c 002b 0002 0304 002c 0002 0000"));
        }) == "decode_error: HelloRetryRequest: cookie is empty or cut short (RFC 8446 4.2.2)");
  CHECK(judged(
            [](LyingServer& server) {
              server.hello_retry_request(23);
              server.server_hello();
            },
            [n = 0](HandshakeType, Bytes& body) mutable {
              if (n++ == 1) body[suite_at + 1] = 3;
            }) ==
        "illegal_parameter: ServerHello: cipher suite changed after HelloRetryRequest (RFC 8446 "
        "4.1.4)");
}

TEST_CASE("EncryptedExtensions: answers alone, each in its form (RFC 8446 4.3.1)", "[tls_native]") {
  const auto with = [](const std::string& extensions) {
    return bent(HandshakeType::encrypted_extensions, [&](Bytes& body) {
      body.clear();
      const native::LengthPrefix<2> length(body);
      append(body, hex(extensions));
    });
  };
  CHECK(with("0000 0000") == "accepted");            // server_name
  CHECK(with("000a 0004 0002 0017") == "accepted");  // the server's groups
  CHECK(with("0000 0001 00") ==
        "decode_error: EncryptedExtensions: server_name is not empty (RFC 6066 3)");
  CHECK(
      with("0010 0007 0005 04 6d717474") ==
      "unsupported_extension: EncryptedExtensions: application_layer_protocol_negotiation was not "
      "asked for (RFC 8446 4.2)");
  CHECK(with("002a 0000") ==
        "unsupported_extension: EncryptedExtensions: early_data was not asked for (RFC 8446 4.2)");
  CHECK(with("0033 0000") ==
        "illegal_parameter: EncryptedExtensions: key_share does not belong here (RFC 8446 4.2)");
  CHECK(with("0000 0000 0000 0000") ==
        "illegal_parameter: EncryptedExtensions: server_name occurs twice (RFC 8446 4.2)");
  CHECK(bent(HandshakeType::encrypted_extensions, [](Bytes& body) { body.push_back(0); }) ==
        "decode_error: EncryptedExtensions: bytes behind the extensions (RFC 8446 4.3.1)");
}

TEST_CASE("EncryptedExtensions: one protocol, and one that was offered (RFC 7301 3.2)",
          "[tls_native]") {
  const auto with = [](const std::string& extensions) {
    return judged([](LyingServer& server) { server.flight(); },
                  [&](HandshakeType type, Bytes& body) {
                    if (type != HandshakeType::encrypted_extensions) return;
                    body.clear();
                    const native::LengthPrefix<2> length(body);
                    append(body, hex(extensions));
                  },
                  {.alpn = {"mqtt"}});
  };
  CHECK(with("0010 0007 0005 04 6d717474") == "accepted");
  CHECK(with("0010 0007 0005 04 6d717475") ==
        "illegal_parameter: EncryptedExtensions: the ALPN protocol was not offered (RFC 7301 3.2)");
  CHECK(with("0010 0009 0007 04 6d717474 01 61") ==
        "decode_error: EncryptedExtensions: ALPN is not exactly one protocol name (RFC 7301 3.1)");
}

namespace {

/// A session as a server with `suite` would have given it; early data allowed.
std::shared_ptr<const Session> session_of(std::string_view suite, const std::string& alpn = {}) {
  auto session = std::make_shared<native::NativeSession>();
  session->suite = native::find_suite(suite);
  session->key.size = session->suite->hash == native::HashId::sha256 ? 32 : 48;
  session->ticket = {1, 2, 3};
  session->born = native::WallClock::now();
  session->lifetime = std::chrono::hours(1);
  session->max_early_data = 100;
  session->alpn = alpn;
  session->host = "localhost";
  session->verified = true;
  return session;
}

/// What the client says when the server selects identity `index`, with `encrypted_extensions`.
std::string selected(const std::string& index, const ConnectionSettings& connection,
                     std::string_view early = {}, const std::string& encrypted_extensions = {},
                     ClientSettings settings = {}) {
  return judged([](LyingServer& server) { server.flight(); },
                [&](HandshakeType type, Bytes& body) {
                  if (type == HandshakeType::server_hello && !index.empty()) {
                    add_extension(body, extensions_at, hex("0029 0002" + index));
                  } else if (type == HandshakeType::encrypted_extensions) {
                    body = {0, 0};
                    add_extension(body, 0, hex(encrypted_extensions));
                  }
                },
                std::move(settings), connection, early);
}

}  // namespace

TEST_CASE("ServerHello: a key that was offered, with the hash of the suite (RFC 8446 4.2.11)",
          "[tls_native]") {
  const ExternalPsk psk{.identity = "dev", .key = {1, 2, 3}};
  const auto aes256 = session_of("TLS_AES_256_GCM_SHA384");
  const std::vector<std::string> both{"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};
  CHECK(selected("0001", {.host = "localhost", .psk = psk}) ==
        "illegal_parameter: ServerHello: selected_identity 1 was not offered (RFC 8446 4.2.11)");
  CHECK(
      selected("ffff", {.host = "localhost", .psk = psk}) ==
      "illegal_parameter: ServerHello: selected_identity 65535 was not offered (RFC 8446 4.2.11)");
  CHECK(
      selected("0000", {.host = "localhost", .resume = aes256}, {}, {}, {.cipher_suites = both}) ==
      "illegal_parameter: ServerHello: the selected key's hash is not the cipher suite's (RFC 8446 "
      "4.2.11)");
  // The server does not know the key, so its Finished and records cannot be right.
  CHECK(selected("0000", {.host = "localhost", .psk = psk}) ==
        "bad_record_mac: record: the authentication tag does not match (RFC 8446 5.2)");
}

TEST_CASE("EncryptedExtensions: early data goes with the key, suite and protocol it was sent for",
          "[tls_native]") {
  const std::string refused =
      "illegal_parameter: EncryptedExtensions: early_data accepted with another key, suite or "
      "protocol than it was sent for (RFC 8446 4.2.10)";
  const ConnectionSettings connection{.host = "localhost",
                                      .resume = session_of("TLS_AES_128_GCM_SHA256")};
  CHECK(selected("", connection, "early") == "accepted");
  CHECK(selected("", connection, "early", "002a 0000") == refused);
  CHECK(selected("", connection, "early", "002a 0001 00") ==
        "decode_error: EncryptedExtensions: early_data is not empty (RFC 8446 4.2.10)");
}
