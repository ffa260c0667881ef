// What the native client refuses of records, alerts and lengths.
#include "tests/unit/tls_native/refusal.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

TEST_CASE("a message must end where its keys do (RFC 8446 5.1)", "[tls_native]") {
  CHECK(judged([](LyingServer& server) {
          server.hold();
          server.server_hello();
          server.say(HandshakeType::encrypted_extensions, {0, 0});
          server.join();
        }) != "accepted");
  CHECK(judged([](LyingServer& server) {
          server.server_hello();
          server.encrypted_extensions();
          server.certificate();
          server.certificate_verify();
          server.hold();
          server.finished();
          server.say(HandshakeType::new_session_ticket, Bytes(20, 1));
          server.join();
        }) ==
        "unexpected_message: Finished: more follows in its record although the keys change "
        "(RFC 8446 5.1)");
  CHECK(judged([](LyingServer& server) {
          server.flight();
          server.hold();
          server.say(HandshakeType::key_update, {0});
          server.say(HandshakeType::key_update, {0});
          server.join();
        }) ==
        "unexpected_message: KeyUpdate: more follows in its record although the keys change "
        "(RFC 8446 5.1)");
}

TEST_CASE("records: what must not be there (RFC 8446 5)", "[tls_native]") {
  const auto after_hello = [](const Play& play) {
    return judged([&](LyingServer& server) {
      server.server_hello();
      play(server);
    });
  };
  CHECK(after_hello([](LyingServer& s) {
          s.put_plain(ContentType::handshake, hex("08000002 0000"));
        }) == "unexpected_message: record: not protected although keys are in use (RFC 8446 5.2)");
  CHECK(after_hello([](LyingServer& s) { s.put_plain(ContentType::alert, hex("02 28")); }) ==
        "unexpected_message: record: not protected although keys are in use (RFC 8446 5.2)");
  CHECK(after_hello([](LyingServer& s) { s.put_inner(Bytes(40, 0)); }) ==
        "unexpected_message: record: padding alone, no content type (RFC 8446 5.4)");
  CHECK(after_hello([](LyingServer& s) { s.put_inner(hex("00 63")); }) ==
        "unexpected_message: record: inner content type 99 (RFC 8446 5.2)");
  CHECK(after_hello([](LyingServer& s) { s.put_inner(hex("01 14")); }) ==
        "unexpected_message: record: inner content type 20 (RFC 8446 5.2)");
  CHECK(after_hello([](LyingServer& s) { s.put(ContentType::handshake, {}); }) ==
        "unexpected_message: record: an empty fragment of a handshake message (RFC 8446 5.1)");
  CHECK(after_hello([](LyingServer& s) { s.put(ContentType::application_data, hex("61")); }) ==
        "unexpected_message: record: application data before the server's Finished (RFC 8446 5)");
  CHECK(after_hello([](LyingServer& s) { s.put(ContentType::alert, hex("02")); }) ==
        "decode_error: alert: not one alert of two bytes (RFC 8446 5.1)");
  CHECK(after_hello([](LyingServer& s) {
          s.put_plain(ContentType::application_data, Bytes(16, 1));
        }) == "bad_record_mac: record: too short to be protected (RFC 8446 5.2)");
  CHECK(after_hello([](LyingServer& s) {
          s.put_plain(ContentType::application_data, Bytes(40, 1));
        }) == "bad_record_mac: record: the authentication tag does not match (RFC 8446 5.2)");
  CHECK(
      after_hello(
          [](LyingServer& s) { s.put_plain(ContentType::change_cipher_spec, hex("02")); }) ==
      "unexpected_message: record: change_cipher_spec that is not one byte 1 within the handshake "
      "(RFC 8446 5)");
  CHECK(judged([](LyingServer& s) {
          s.flight();
          s.put_plain(ContentType::change_cipher_spec, hex("01"));
        }) ==
        "unexpected_message: record: change_cipher_spec that is not one byte 1 within the "
        "handshake (RFC 8446 5)");
  CHECK(after_hello([](LyingServer& s) {
          for (int i = 0; i < 33; ++i) s.put_plain(ContentType::change_cipher_spec, hex("01"));
        }) == "unexpected_message: record: more than 32 in a row that bring nothing");
  CHECK(judged([](LyingServer& s) {
          s.flight();
          for (int i = 0; i < 33; ++i) s.put(ContentType::application_data, {});
        }) == "unexpected_message: record: more than 32 in a row that bring nothing");
  CHECK(judged([](LyingServer& s) { s.put_plain(ContentType::application_data, Bytes(30, 1)); }) ==
        "unexpected_message: record: application data before any key (RFC 8446 5.1)");
}

TEST_CASE("records: other types may not part a message (RFC 8446 5.1)", "[tls_native]") {
  CHECK(judged([](LyingServer& s) {
          s.server_hello();
          s.put(ContentType::handshake, hex("0800"));
          s.put_plain(ContentType::change_cipher_spec, hex("01"));
        }) ==
        "unexpected_message: record: change_cipher_spec within a handshake message (RFC 8446 "
        "5.1)");
  CHECK(judged([](LyingServer& s) {
          s.flight();
          s.put(ContentType::handshake, hex("0400"));
          s.put(ContentType::application_data, hex("61"));
        }) ==
        "unexpected_message: record: application data within a handshake message (RFC 8446 "
        "5.1)");
}

TEST_CASE("lengths that lie are refused before they cost anything", "[tls_native]") {
  CHECK(judged([](LyingServer& s) {
          s.server_hello();
          s.put(ContentType::handshake, hex("0b ffffff 00"));
        }) == "illegal_parameter: Certificate: 16777219 bytes, more than 1 MiB");
  const auto raw = [](const std::string& bytes) {
    auto engine = native_engine();
    auto client = engine->make_client({.host = "localhost"}).value();
    Output out;
    client->start(out);
    client->feed(hex(bytes), out);
    return alert_name(client->failure().alert.description) + ": " + client->failure().detail;
  };
  CHECK(raw("16 0303 4001") ==
        "record_overflow: record: 16385 bytes, more than 2^14 (RFC 8446 5.1)");
  CHECK(raw("17 0303 4101") ==
        "record_overflow: record: 16641 bytes, more than 2^14 + 256 (RFC 8446 5.2)");
  CHECK(raw("16 0403 0001") ==
        "unexpected_message: record: version 0x0403 is not TLS (RFC 8446 5.1)");
  CHECK(raw("19 0303 0001") ==
        "unexpected_message: record: content type 25 does not exist (RFC 8446 5.1)");
}

TEST_CASE("alerts end the connection whatever their level, but for user_canceled (RFC 8446 6)",
          "[tls_native]") {
  const auto heard = [](const std::string& alert) {
    auto engine = native_engine();
    auto client = engine->make_client({.host = "localhost"}).value();
    LyingServer server;
    Output out;
    client->start(out);
    server.read_hello(out.wire);
    server.flight();
    server.put(ContentType::alert, hex(alert));
    client->feed(server.take(), out);
    CHECK_FALSE(has_event(out, EventKind::alert_sent));
    if (has_event(out, EventKind::closed)) return std::string("closed");
    return has_event(out, EventKind::failed) ? client->failure().detail : "ignored";
  };
  CHECK(heard("01 5a") == "ignored");
  CHECK(heard("01 00") == "closed");
  CHECK(heard("02 00") == "closed");
  CHECK(heard("01 28") == "the server sent handshake_failure (40)");
  CHECK(heard("02 74") == "the server sent certificate_required (116)");
}

TEST_CASE("a peer that speaks no TLS is a protocol failure, not a refusal", "[tls_native]") {
  const std::string answer =
      GENERATE(as<std::string>{}, "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH\r\n",
               std::string(600, '\0'), std::string(600, '\xff'));
  auto engine = native_engine();
  auto client = engine->make_client({.host = "localhost"}).value();
  Output out;
  client->start(out);
  client->feed(as_bytes(answer), out);
  CHECK(has_event(out, EventKind::failed));
  CHECK(client->failure().cause == Cause::protocol);
  CHECK_FALSE(client->failure().detail.empty());
}

TEST_CASE("a server's flight with one byte flipped is refused and never accepted", "[tls_native]") {
  auto engine = native_engine();
  for (std::size_t at = 0; at < 300; ++at) {
    INFO("byte " << at);
    auto client = engine->make_client({.host = "localhost"}).value();
    auto server = plain_server();
    Output out;
    client->start(out);
    Bytes answer = server.feed(std::exchange(out.wire, {}));
    const std::size_t second_record = 5 + static_cast<std::size_t>(answer[3] << 8 | answer[4]);
    // Minor of legacy_record_version without protection: "MUST be ignored" (RFC 8446 section 5.1).
    if (at == 2 || at == second_record + 2) continue;
    answer[at] ^= 0x5a;
    client->feed(answer, out);
    client->feed_end(out);
    CHECK_FALSE(has_event(out, EventKind::handshake_done));
    CHECK(client->failure().cause != Cause::none);
  }
}
