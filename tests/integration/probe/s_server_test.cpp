// The probe's TLS against OpenSSL's own server: who rejects whom, with which alert, and when.
#include "harness/probe/probe.hpp"
#include "tests/integration/probe/peers.hpp"
#include "tests/support/catch.hpp"

namespace handfast::probe {
namespace {

using namespace std::chrono_literals;
using test::OpensslServer;
using tls::Version;

constexpr std::uint8_t handshake_failure = 40, unknown_ca = 48, certificate_required = 116;

/// A server pair and a client pair, both self-signed.
struct Lab {
  test::Directory directory;
  test::SelfSigned server = test::self_signed(directory.path(), "server");
  test::SelfSigned client = test::self_signed(directory.path(), "client");

  std::vector<std::string> one_way() const {
    return {"-cert", server.certificate.string(), "-key", server.key.string()};
  }
  /// Requires a client certificate and trusts the client's own.
  std::vector<std::string> two_way() const {
    auto arguments = one_way();
    for (const auto& more :
         {std::string("-Verify"), std::string("1"), std::string("-verify_return_error"),
          std::string("-CAfile"), client.certificate.string()}) {
      arguments.push_back(more);
    }
    return arguments;
  }

  Options options(const OpensslServer& peer, Version version, Mode mode) const {
    Options options;
    options.endpoint.transport = Transport::tls;
    options.endpoint.port = peer.port();
    options.tls.trust = server.trust;
    options.tls.min_version = options.tls.max_version = version;
    options.mode = mode;
    options.timeouts.connack = 300ms;  // s_server never answers CONNECT
    return options;
  }
};

bool has_message(const Transcript& transcript, bool sent, std::uint8_t type) {
  for (const auto& message : transcript.tls.messages) {
    if (message.sent == sent && message.type == type) return true;
  }
  return false;
}

TEST_CASE("one-way TLS completes, verifies and then waits for CONNACK", "[probe]") {
  Lab lab;
  OpensslServer peer(lab.one_way());
  for (const auto version : {Version::tls1_2, Version::tls1_3}) {
    const auto transcript = run(lab.options(peer, version, Mode::patient)).value();
    CHECK(transcript.outcome == Outcome::hang);
    CHECK(transcript.stopped_in == "connack");
    CHECK(transcript.handshake_completed);
    CHECK(transcript.tls.version == version);
    CHECK(transcript.tls.verified);
    CHECK(transcript.tls.verify_code == 0);
    CHECK_FALSE(transcript.tls.certificate_requested);
    CHECK(has_message(transcript, true, 1));
    CHECK(has_message(transcript, false, 2));
    CHECK(has_message(transcript, true, 20));
  }
}

TEST_CASE("a missing certificate is rejected behind a completed TLS 1.3 handshake", "[probe]") {
  Lab lab;
  OpensslServer peer(lab.two_way());
  for (const auto mode : {Mode::patient, Mode::eager}) {
    const auto transcript = run(lab.options(peer, Version::tls1_3, mode)).value();
    INFO(transcript.sentence());
    CHECK(transcript.outcome == Outcome::reject);
    CHECK(transcript.close == CloseKind::alert);
    CHECK(transcript.handshake_completed);
    CHECK(transcript.stopped_in == "connack");
    CHECK(transcript.tls.certificate_requested);
    CHECK_FALSE(transcript.tls.certificate_sent);
    REQUIRE(transcript.tls.alert_received);
    CHECK(transcript.tls.alert_received->description == certificate_required);
    CHECK(transcript.sentence() ==
          "reject: alert certificate_required (116) received after the handshake completed");
  }
}

TEST_CASE("a missing certificate is rejected inside the TLS 1.2 handshake", "[probe]") {
  Lab lab;
  OpensslServer peer(lab.two_way());
  for (const auto mode : {Mode::patient, Mode::eager}) {
    const auto transcript = run(lab.options(peer, Version::tls1_2, mode)).value();
    CHECK(transcript.outcome == Outcome::reject);
    CHECK_FALSE(transcript.handshake_completed);
    CHECK(transcript.stopped_in == "tls");
    REQUIRE(transcript.tls.alert_received);
    CHECK(transcript.tls.alert_received->description == handshake_failure);
  }
}

TEST_CASE("a foreign certificate is rejected with unknown_ca, a known one is not", "[probe]") {
  Lab lab;
  OpensslServer peer(lab.two_way());
  for (const auto version : {Version::tls1_2, Version::tls1_3}) {
    for (const auto mode : {Mode::patient, Mode::eager}) {
      auto options = lab.options(peer, version, mode);
      options.identity = lab.server.identity;  // self-signed, not in the server's trust file
      const auto foreign = run(options).value();
      INFO(foreign.sentence());
      CHECK(foreign.outcome == Outcome::reject);
      CHECK(foreign.tls.certificate_sent);
      REQUIRE(foreign.tls.alert_received);
      CHECK(foreign.tls.alert_received->description == unknown_ca);

      options.identity = lab.client.identity;
      const auto known = run(options).value();
      CHECK(known.outcome == Outcome::hang);
      CHECK(known.stopped_in == "connack");
      CHECK(known.tls.certificate_sent);
    }
  }
}

TEST_CASE("our client refuses a server that it does not trust and says why", "[probe]") {
  Lab lab;
  OpensslServer peer(lab.one_way());
  auto options = lab.options(peer, Version::tls1_3, Mode::patient);
  options.tls.trust = lab.client.trust;
  const auto transcript = run(options).value();
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.close == CloseKind::none);
  CHECK(transcript.refused_by_us());
  CHECK(transcript.stopped_in == "tls");
  CHECK(transcript.sentence() ==
        "reject: our client sent alert unknown_ca (48), verify code 18 "
        "depth_zero_self_signed_cert: self-signed certificate");
}

TEST_CASE("our client refuses a certificate for another name", "[probe]") {
  Lab lab;
  OpensslServer peer(lab.one_way());
  auto options = lab.options(peer, Version::tls1_3, Mode::patient);
  options.server_name = "wrong-name.handfast.invalid";
  const auto transcript = run(options).value();
  CHECK(transcript.refused_by_us());
  CHECK(transcript.sentence() ==
        "reject: our client sent alert bad_certificate (42), verify code 62 hostname_mismatch: "
        "hostname mismatch");
}

TEST_CASE("no common version is an alert of the server", "[probe]") {
  Lab lab;
  auto arguments = lab.one_way();
  arguments.push_back("-tls1_3");
  OpensslServer peer(arguments);
  const auto transcript = run(lab.options(peer, Version::tls1_2, Mode::patient)).value();
  CHECK(transcript.outcome == Outcome::reject);
  CHECK(transcript.sentence() ==
        "reject: alert protocol_version (70) received during the handshake");
}

TEST_CASE("a key that fits none of the server's schemes is not sent, and said so", "[probe]") {
  Lab lab;
  auto arguments = lab.two_way();
  // The server takes client signatures with RSA only; our key is P-256.
  for (const auto* more : {"-client_sigalgs", "RSA-PSS+SHA256"}) arguments.emplace_back(more);
  OpensslServer peer(arguments);
  for (const auto version : {Version::tls1_2, Version::tls1_3}) {
    auto options = lab.options(peer, version, Mode::patient);
    options.identity = lab.client.identity;
    const auto transcript = run(options).value();
    INFO(transcript.sentence());
    CHECK(transcript.outcome == Outcome::not_sent);
    CHECK(transcript.tls.certificate_requested);
    CHECK_FALSE(transcript.tls.certificate_sent);
    CHECK(transcript.sentence().find("not-sent: the TLS library sent an empty Certificate") == 0);
  }
}

}  // namespace
}  // namespace handfast::probe
