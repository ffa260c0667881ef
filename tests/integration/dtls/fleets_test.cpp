// Fleets against the DTLS of other hands: GnuTLS, OpenSSL and Erlang/OTP.
#include "tests/integration/dtls/peers.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using loadgen::Behaviour;
using stats::Phase;

namespace {

std::uint64_t samples_of(const stats::FleetStats& fleet, Phase phase) {
  const auto found = fleet.latency.find(phase);
  return found == fleet.latency.end() ? 0 : found->second.service.count();
}

}  // namespace

TEST_CASE("A DTLS fleet gets through to libcoap on GnuTLS, each with its own certificate",
          "[dtls]") {
  const auto server = DtlsPeer::coap("gnutls");
  const auto fleet = run_fleet(dtls_fleet(server->endpoint()));
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  CHECK(fleet.distinct_certificates == 50);
  CHECK(fleet.negotiated.at("version").at("DTLS 1.2") == 50);
  CHECK(fleet.negotiated.at("chain_length").at("2") == 50);
  REQUIRE(fleet.datagrams);
  const auto& datagrams = *fleet.datagrams;
  CHECK(datagrams.handshakes == 50);
  CHECK(datagrams.cookies == 50);
  CHECK(samples_of(fleet, Phase::cookie) == 50);
  CHECK(samples_of(fleet, Phase::tls_clean) + samples_of(fleet, Phase::tls_retransmitted) == 50);
  CHECK(samples_of(fleet, Phase::tls_retransmitted) == datagrams.retransmitted);
  CHECK(samples_of(fleet, Phase::tcp) == 0);
  // Two ClientHellos and a flight with certificates at least, and close_notify.
  CHECK(datagrams.datagrams_sent >= 4 * 50);
  CHECK(datagrams.flights_sent >= 3 * 50);
  CHECK(datagrams.kernel_drops == 0);
  CHECK(fleet.bytes_sent > 50 * 1000);
}

TEST_CASE("DTLS connections are held to the end of the load", "[dtls]") {
  const auto server = DtlsPeer::coap("gnutls");
  auto asked = dtls_fleet(server->endpoint());
  asked.behaviour = Behaviour::hold;
  asked.stages = {{100, 100, 500ms}, {0, 0, 1s}};
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  CHECK(fleet.failed == 0);
}

TEST_CASE("CoAP clients publish to and observe resources of their own over DTLS", "[dtls]") {
  const auto server = DtlsPeer::coap("gnutls");
  auto asked = dtls_fleet(server->endpoint());
  asked.behaviour = Behaviour::echo;
  asked.datagrams.application = loadgen::Application::coap;
  asked.datagrams.retry = {2s, 4};
  asked.messages = loadgen::MessageSpec{.topic = "echo-{i}", .qos = 1};
  asked.messages->pace = {.rate = 5, .count = 5, .duration = 10s, .window = 1};
  asked.messages->subscriptions = {{.filter = "echo-{i}", .qos = 1}};
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  REQUIRE(fleet.messages);
  CHECK(fleet.failed == 0);
  CHECK(fleet.succeeded == 50);
  CHECK(fleet.messages->sent == 250);
  CHECK(fleet.messages->acked == 250);
  CHECK(fleet.messages->delivered == 250);
  CHECK(fleet.messages->lost == 0);
  CHECK(fleet.messages->duplicated == 0);
  CHECK(samples_of(fleet, Phase::puback) == 250);
  CHECK(samples_of(fleet, Phase::delivery) == 250);
  CHECK(samples_of(fleet, Phase::connack) == 50);
}

TEST_CASE("A pre-shared key stands for certificates over DTLS", "[dtls]") {
  const auto server = DtlsPeer::coap_psk();
  auto asked = dtls_fleet(server->endpoint());
  asked.identity = {};
  asked.psk = [](std::uint64_t) {
    return Result<tls::ExternalPsk>(
        tls::ExternalPsk{.identity = "CoAP", .key = {'s', 'e', 'c', 'r', 'e', 't'}});
  };
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  CHECK(fleet.negotiated.at("authentication").at("pre-shared key") == 50);
}

TEST_CASE("A server that sends its leaf alone is found out over DTLS", "[dtls]") {
  const auto server = DtlsPeer::coap("openssl");
  auto asked = dtls_fleet(server->endpoint());
  asked.stages = {{10, 10, 500ms}};
  const auto fleet = run_fleet(asked);
  CHECK(failures_text(fleet) == "tls/verify:unable_to_get_issuer_cert_locally(20) x5");
}

TEST_CASE("openssl s_server and gnutls-serv take our DTLS one connection at a time", "[dtls]") {
  const bool gnutls = GENERATE(false, true);
  const auto server = gnutls ? DtlsPeer::gnutls() : DtlsPeer::openssl();
  auto asked = dtls_fleet(server->endpoint());
  asked.stages = {{1, 1, 1s}};
  const auto fleet = run_fleet(asked);
  INFO((gnutls ? "gnutls-serv: " : "openssl: ") << failures_text(fleet));
  CHECK(fleet.succeeded == 1);
  CHECK(fleet.distinct_certificates == 1);
}

TEST_CASE("Erlang's DTLS takes a fleet, and resumes its sessions", "[dtls]") {
  const auto server = DtlsPeer::erlang();
  auto asked = dtls_fleet(server->endpoint());
  asked.clients = 10;
  asked.stages = {{50, 50, 1s}};
  asked.resumption = {.kind = loadgen::ResumptionKind::tickets, .share = 1};
  const auto fleet = run_fleet(asked);
  INFO(failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  CHECK(fleet.seeding >= 10);
  CHECK(fleet.resumption_asked + fleet.seeding == 50);
  CHECK(fleet.resumed == fleet.resumption_asked);
  CHECK(samples_of(fleet, Phase::tls_resumed) == fleet.resumed);
}

TEST_CASE("With a twentieth of the datagrams lost every client gets through, to GnuTLS and Erlang",
          "[dtls][restart]") {
  const bool erlang = GENERATE(false, true);
  const auto server = erlang ? DtlsPeer::erlang() : DtlsPeer::coap("gnutls");
  auto asked = dtls_fleet(server->endpoint());
  asked.stages = {{100, 100, 500ms}, {0, 0, 20s}};
  asked.deadline = 60s;
  asked.tls.datagrams.first_timeout = 200ms;
  asked.datagrams.restart = {.after = 2s, .times = 9};
  asked.datagrams.impairment = loadgen::PathImpairment{{.loss = 0.05}, {.loss = 0.05}};
  const auto fleet = run_fleet(asked);
  INFO((erlang ? "Erlang: " : "GnuTLS: ") << failures_text(fleet));
  CHECK(fleet.succeeded == 50);
  REQUIRE(fleet.datagrams);
  CHECK(fleet.datagrams->impaired > 0);
  CHECK(fleet.datagrams->retransmitted > 0);
  CHECK(samples_of(fleet, Phase::tls_retransmitted) == fleet.datagrams->retransmitted);
  CHECK(samples_of(fleet, Phase::tls_clean) == 50 - fleet.datagrams->retransmitted);
}
