// The native engine under load on real brokers, with libssl as its shadow.
#include <openssl/ssl.h>

#include <array>
#include <atomic>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using loadgen::Behaviour;
using loadgen::ResumptionKind;

namespace {

loadgen::FleetSpec native(loadgen::FleetSpec fleet) {
  fleet.engine = tls::EngineKind::native;
  fleet.shadow_share = 1;
  fleet.stages = {{100, 100, 1s}};
  return fleet;
}

/// MQTT over TLS that asks for a client certificate from its second connection on.
class TwoFaced {
 public:
  TwoFaced() : context_(SSL_CTX_new(TLS_server_method())), peer_([this](int fd) { serve(fd); }) {
    REQUIRE(SSL_CTX_use_certificate_chain_file(context_.get(), pki().file("server.pem").c_str()) ==
            1);
    REQUIRE(SSL_CTX_use_PrivateKey_file(context_.get(), pki().file("server.key").c_str(),
                                        SSL_FILETYPE_PEM) == 1);
  }
  Endpoint endpoint() const {
    return {.transport = Transport::tls, .host = "127.0.0.1", .port = peer_.port()};
  }

 private:
  void serve(int fd) {
    const tls::SslPtr ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), fd);
    if (served_++ > 0)
      SSL_set_verify(ssl.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    std::array<char, 1024> buffer{};
    if (SSL_accept(ssl.get()) != 1) return;
    if (SSL_read(ssl.get(), buffer.data(), buffer.size()) <= 0) return;
    constexpr std::array<unsigned char, 5> connack{0x20, 3, 0, 0, 0};
    SSL_write(ssl.get(), connack.data(), connack.size());
    SSL_read(ssl.get(), buffer.data(), buffer.size());  // DISCONNECT
    SSL_shutdown(ssl.get());
  }

  tls::SslContextPtr context_;
  std::atomic<int> served_ = 0;
  Peer peer_;
};

}  // namespace

TEST_CASE("native gets through to mosquitto wherever libssl does", "[loadgen]") {
  const Mosquitto broker;
  const auto listener = GENERATE("tls", "tls-two-way", "wss");
  CAPTURE(listener);
  const auto fleet = run_one(native(fleet_for(broker, listener))).fleets[0];
  INFO(failures_of(fleet));
  CHECK(fleet.succeeded == 100);
  CHECK(fleet.failed == 0);
  CHECK(fleet.negotiated.at("version").at("TLS 1.3") == 100);
  const auto& shadows = fleet.lifecycle.shadows;
  CHECK(shadows.differed == 0);
  CHECK(shadows.not_comparable == 0);
  CHECK(shadows.agreed >= 50);  // none begins once the load is over
}

TEST_CASE("native fails as libssl does: untrusted server, wrong name, untrusted client",
          "[loadgen]") {
  const Mosquitto broker;
  auto fleet = native(fleet_for(broker, "tls-two-way"));
  std::string cause;
  SECTION("server of another root") {
    fleet.tls.trust = {};
    cause = "tls/verify:self_signed_cert_in_chain(19)";
  }
  SECTION("another name") {
    fleet.server_name = "elsewhere.example";
    cause = "tls/verify:hostname_mismatch";
  }
  SECTION("client of another root") {
    fleet.identity = [](std::uint64_t) { return pki().stranger(); };
    cause = "connack/alert_received:unknown_ca";
  }
  const auto told = run_one(fleet).fleets[0];
  CAPTURE(failures_of(told));
  CHECK(told.failed == 100);
  CHECK(failures_of(told).find(cause) == 0);
  CHECK(told.lifecycle.shadows.differed == 0);
  CHECK(told.lifecycle.shadows.agreed >= 50);
}

TEST_CASE("native resumes", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = native(fleet_for(broker, "tls"));
  fleet.clients = 5;
  fleet.resumption = {.kind = ResumptionKind::tickets};
  const auto told = run_one(fleet).fleets[0];
  INFO(failures_of(told));
  CHECK(told.succeeded == 100);
  CHECK(told.seeding >= 5);
  CHECK(told.resumption_asked + told.seeding == 100);
  CHECK(told.resumed == told.resumption_asked);
}

TEST_CASE("a server that treats the shadow otherwise makes the run not valid", "[loadgen]") {
  const TwoFaced server;
  loadgen::FleetSpec fleet;
  fleet.name = "odd";
  fleet.endpoint = server.endpoint();
  fleet.tls.trust = pki().trust();
  fleet = native(std::move(fleet));
  fleet.stages = {{1, 1, 1s}};
  const auto snapshot = run_one(fleet);
  CHECK(snapshot.fleets[0].succeeded == 1);
  CHECK(snapshot.fleets[0].failed == 0);  // the shadow's end is none of the fleet's
  const auto& shadows = snapshot.fleets[0].lifecycle.shadows;
  CHECK(shadows.differed == 1);
  const auto reasons = loadgen::saturation_reasons(snapshot);
  REQUIRE(!reasons.empty());
  CHECK(reasons.back().find("passed, and with libssl alert_received:certificate_required(116)") !=
        std::string::npos);
}
