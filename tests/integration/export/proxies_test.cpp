// HAProxy and nginx from their exports, in front of a mosquitto without TLS.
#include "harness/broker/broker.hpp"
#include "tests/integration/export/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using test::ExportLab;

namespace {

/// A plain MQTT listener, and the request for a proxy in front of it.
struct Backend {
  explicit Backend(const ExportLab& lab) {
    auto started = broker::start(
        "mosquitto", {.directory = lab.directory() / "backend",
                      .listeners = {{.name = "tcp", .kind = {.transport = Transport::tcp}}}});
    REQUIRE(started);
    broker = std::move(*started);
  }
  std::unique_ptr<broker::Broker> broker;
};

void check_proxy(const std::string& target) {
  const ExportLab lab;
  const Backend backend(lab);
  auto request = lab.request(target, {"tcp", "tls", "tls-two-way"});
  request.backend = backend.broker->listeners()[0].endpoint;
  const auto proxy = lab.start(request);
  REQUIRE(lab.await(*proxy, request.listeners[0]));
  lab.check_one_way(request.listeners[1]);
  lab.check_two_way(request.listeners[2]);
  CHECK(proxy->stop(std::chrono::seconds(10)));
}

void check_revocation(const std::string& target) {
  const ExportLab lab;
  const Backend backend(lab);
  auto request = lab.request(target, {"tls-two-way"});
  request.backend = backend.broker->listeners()[0].endpoint;
  request.server.crl_pem = lab.crls();
  const auto proxy = lab.start(request);
  REQUIRE(lab.await(*proxy, request.listeners[0]));
  const auto outcome = lab.connect(request.listeners[0], lab.revoked);
  INFO(outcome);
  CHECK(outcome.starts_with("reject"));
}

}  // namespace

TEST_CASE("HAProxy runs from its export, one-way and two-way", "[export]") {
  check_proxy("haproxy");
}

TEST_CASE("nginx runs from its export, one-way and two-way", "[export]") { check_proxy("nginx"); }

TEST_CASE("HAProxy's export turns revoked clients away", "[export]") {
  check_revocation("haproxy");
}

TEST_CASE("nginx's export turns revoked clients away", "[export]") { check_revocation("nginx"); }
