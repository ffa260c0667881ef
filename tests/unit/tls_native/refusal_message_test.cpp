// What the native client refuses of certificates, signatures, Finished, and in the order of
// messages.
#include "tests/unit/tls_native/refusal.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

TEST_CASE("Certificate: a list of certificates, and what belongs to them (RFC 8446 4.4.2)",
          "[tls_native]") {
  const auto certificate = [](const auto& bend) { return bent(HandshakeType::certificate, bend); };
  CHECK(certificate([](Bytes& body) { body = {0, 0, 0, 0}; }) ==
        "decode_error: Certificate: the server shows none (RFC 8446 4.4.2.4)");
  CHECK(certificate(
            [](Bytes& body) { body.insert(body.begin(), {1, 9}), body.erase(body.begin() + 2); }) ==
        "illegal_parameter: Certificate: the server's has a request context (RFC 8446 4.4.2)");
  CHECK(certificate([](Bytes& body) { body = hex("00 000005 000000 0000"); }) ==
        "decode_error: Certificate: a certificate is empty or cut short (RFC 8446 4.4.2)");
  CHECK(certificate([](Bytes& body) { body = hex("00 000007 000002 3000 0000"); }) ==
        "bad_certificate: Certificate: certificate 1 of 1 cannot be read (RFC 8446 4.4.2)");
  CHECK(certificate([](Bytes& body) { body = hex("00 00000b 000002 3000 0004 0005 0000"); }) ==
        "unsupported_extension: Certificate: status_request was not asked for (RFC 8446 4.2)");
  CHECK(certificate([](Bytes& body) { body.push_back(0); }) ==
        "decode_error: Certificate: cut short, or bytes behind it (RFC 8446 4.4.2)");
}

TEST_CASE("CertificateRequest: empty context, with signature_algorithms (RFC 8446 4.3.2)",
          "[tls_native]") {
  const auto request = [](const std::string& body) {
    return judged([&](LyingServer& server) {
      server.server_hello();
      server.encrypted_extensions();
      server.say(HandshakeType::certificate_request, hex(body));
    });
  };
  CHECK(request("00 0008 000d 0004 0002 0403") == "accepted");
  CHECK(request("00 000c 000d 0004 0002 0403 1234 0000") == "accepted");  // unknown: ignored
  CHECK(request("01 07 0008 000d 0004 0002 0403") ==
        "illegal_parameter: CertificateRequest: a context within the handshake (RFC 8446 4.3.2)");
  CHECK(request("00 0000") ==
        "missing_extension: CertificateRequest: signature_algorithms is missing (RFC 8446 4.3.2)");
  CHECK(request("00 0008 000d 0004 0003 0403") ==
        "decode_error: CertificateRequest: signature_algorithms is no list of schemes (RFC 8446 "
        "4.2.3)");
  CHECK(request("00 000c 000d 0004 0002 0403 0033 0000") ==
        "illegal_parameter: CertificateRequest: key_share does not belong here (RFC 8446 4.2)");
}

TEST_CASE("CertificateVerify: the scheme and the signature (RFC 8446 4.4.3)", "[tls_native]") {
  const auto verify = [](const auto& bend) {
    return bent(HandshakeType::certificate_verify, bend);
  };
  const auto scheme = [&](std::uint8_t high, std::uint8_t low) {
    return verify([=](Bytes& body) {
      body[0] = high;
      body[1] = low;
    });
  };
  CHECK(scheme(8, 4) ==
        "illegal_parameter: CertificateVerify: rsa_pss_rsae_sha256 does not fit the certificate's "
        "key (RFC 8446 4.4.3)");
  CHECK(
      scheme(5, 3) ==
      "illegal_parameter: CertificateVerify: ecdsa_secp384r1_sha384 does not fit the certificate's "
      "key (RFC 8446 4.4.3)");
  CHECK(
      scheme(4, 1) ==
      "illegal_parameter: CertificateVerify: rsa_pkcs1_sha256 is for certificates alone (RFC 8446 "
      "4.2.3)");
  CHECK(scheme(2, 3) ==
        "illegal_parameter: CertificateVerify: scheme 0x0203 was not offered (RFC 8446 4.4.3)");
  CHECK(verify([](Bytes& body) { body.back() ^= 1; }) ==
        "decrypt_error: CertificateVerify: the signature does not match (RFC 8446 4.4.3)");
  CHECK(verify([](Bytes& body) { body.push_back(0); }) ==
        "decode_error: CertificateVerify: cut short, or bytes behind it (RFC 8446 4.4.3)");
}

TEST_CASE("Finished: every bit counts (RFC 8446 4.4.4)", "[tls_native]") {
  for (std::size_t at = 0; at < 32; ++at) {
    CHECK(bent(HandshakeType::finished, [at](Bytes& body) { body[at] ^= 0x10; }) ==
          "decrypt_error: Finished: verify_data does not match (RFC 8446 4.4.4)");
  }
  CHECK(bent(HandshakeType::finished, [](Bytes& body) { body.pop_back(); }) ==
        "decode_error: Finished: not as long as the hash (RFC 8446 4.4.4)");
}

TEST_CASE("messages in another order, missing or repeated (RFC 8446 4)", "[tls_native]") {
  using Step = void (LyingServer::*)();
  const auto order = [](const std::vector<Step>& steps) {
    return judged([&](LyingServer& server) {
      for (const auto step : steps) (server.*step)();
    });
  };
  constexpr Step sh = &LyingServer::server_hello;
  constexpr Step ee = &LyingServer::encrypted_extensions;
  constexpr Step cr = &LyingServer::certificate_request;
  constexpr Step ct = &LyingServer::certificate;
  constexpr Step cv = &LyingServer::certificate_verify;
  constexpr Step fin = &LyingServer::finished;
  CHECK(order({sh, ee, cr, ct, cv, fin}) == "accepted");
  CHECK(order({sh, ct}) ==
        "unexpected_message: Certificate where EncryptedExtensions was due (RFC 8446 4)");
  CHECK(
      order({sh, ee, fin}) ==
      "unexpected_message: Finished where Certificate or CertificateRequest was due (RFC 8446 4)");
  CHECK(order({sh, ee, ct, fin}) ==
        "unexpected_message: Finished where CertificateVerify was due (RFC 8446 4)");
  CHECK(order({sh, ee, cr, cr}) ==
        "unexpected_message: CertificateRequest where Certificate was due (RFC 8446 4)");
  CHECK(order({sh, ee, ct, cr}) ==
        "unexpected_message: CertificateRequest where CertificateVerify was due (RFC 8446 4)");
  CHECK(order({sh, ee, ee}) ==
        "unexpected_message: EncryptedExtensions where Certificate or CertificateRequest was due "
        "(RFC 8446 4)");
  CHECK(order({sh, ee, ct, cv, cv}) ==
        "unexpected_message: CertificateVerify where Finished was due (RFC 8446 4)");
  CHECK(order({ee}) ==
        "unexpected_message: EncryptedExtensions where ServerHello was due (RFC 8446 4)");
  CHECK(judged([](LyingServer& server) {
          server.flight();
          server.certificate_request();
        }) == "unexpected_message: CertificateRequest after the handshake (RFC 8446 4.6)");
}

TEST_CASE("after the handshake: KeyUpdate and tickets in their form (RFC 8446 4.6)",
          "[tls_native]") {
  const auto later = [](HandshakeType type, const std::string& body) {
    return judged([&](LyingServer& server) {
      server.flight();
      server.say(type, hex(body));
    });
  };
  CHECK(later(HandshakeType::key_update, "02") ==
        "illegal_parameter: KeyUpdate: request_update is 2, not 0 or 1 (RFC 8446 4.6.3)");
  CHECK(later(HandshakeType::key_update, "0000") ==
        "decode_error: KeyUpdate: not one byte (RFC 8446 4.6.3)");
  CHECK(later(HandshakeType::new_session_ticket, "00000010 00000000 01 00 0001 61 0000") ==
        "accepted");
  CHECK(later(HandshakeType::new_session_ticket, "00000010 00000000 01 00 0000 0000") ==
        "decode_error: NewSessionTicket: cut short, or an empty ticket (RFC 8446 4.6.1)");
  CHECK(later(HandshakeType::new_session_ticket,
              "00000010 00000000 01 00 0001 61 0006 002a 0002 0000") ==
        "decode_error: NewSessionTicket: early_data is not max_early_data_size (RFC 8446 4.2.10)");
  CHECK(later(HandshakeType::finished, "00") ==
        "unexpected_message: Finished after the handshake (RFC 8446 4.6)");
}
