// PROXY headers before TLS, read by HAProxy, and byte for byte.
#include "core/proxy/header.hpp"
#include "loadgen/run.hpp"
#include "tests/integration/probe/peers.hpp"
#include "tests/integration/transports/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using probe::Outcome;

namespace {

/// HAProxy that passes bytes on to `backend`, but only behind a PROXY header.
class Balancer {
 public:
  explicit Balancer(const Endpoint& backend) {
    const auto file = folder_.write("haproxy.cfg", fmt::format(R"(global
  maxconn 200
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend in
  bind 127.0.0.1:{} accept-proxy
  default_backend out
backend out
  server one {}
)",
                                                               port_, backend.authority()));
    program_ = std::make_unique<Program>(
        std::vector<std::string>{"haproxy", "-db", "-f", file.string()}, folder_.path());
    await_listener(port_);
  }
  std::uint16_t port() const { return port_; }

 private:
  TempDirectory folder_;
  std::uint16_t port_ = free_port();
  std::unique_ptr<Program> program_;
};

}  // namespace

TEST_CASE("HAProxy takes both PROXY headers before TLS and nothing without one (S2-03)",
          "[transports]") {
  const TransportLab lab;
  const Balancer balancer(lab.broker->find("tls")->endpoint);
  auto options = lab.options("tls");
  options.endpoint.port = balancer.port();
  for (const auto version : {proxy::Version::v1, proxy::Version::v2}) {
    options.proxy_protocol = version;
    const auto seen = probe::run(options).value();
    INFO(proxy::to_string(version) << ": " << seen.sentence());
    CHECK(seen.outcome == Outcome::accept);
    CHECK(seen.tls.verified);
  }
  options.proxy_protocol.reset();
  const auto bare = probe::run(options).value();
  INFO(bare.sentence());
  CHECK(bare.outcome == Outcome::reject);
  CHECK(bare.stopped_in == "tls");
}

TEST_CASE("a whole fleet says PROXY first (S2-03)", "[transports]") {
  const TransportLab lab;
  const Balancer balancer(lab.broker->find("wss")->endpoint);
  for (const auto version : {proxy::Version::v1, proxy::Version::v2}) {
    loadgen::FleetSpec fleet;
    fleet.name = "balanced";
    fleet.endpoint = lab.broker->find("wss")->endpoint;
    fleet.endpoint.port = balancer.port();
    fleet.tls.trust = test_pki().trust();
    fleet.stages = {{100, 100, 200ms}};
    fleet.proxy_protocol = version;
    fleet.origin = "https://app.example";
    const auto stats = loadgen::run({fleet}, {}).value().fleets.at(0);
    for (const auto& [key, count] : stats.failures) UNSCOPED_INFO(key.phase << "/" << key.cause);
    CHECK(stats.succeeded == 20);
  }
}

TEST_CASE("the PROXY header names the connection's own two ends, then TLS begins (S2-03)",
          "[transports]") {
  for (const auto version : {proxy::Version::v1, proxy::Version::v2}) {
    ScriptedPeer peer({{1, ""}}, ScriptedPeer::End::fin);
    probe::Options options;
    options.endpoint = {.transport = Transport::tls, .host = "127.0.0.1", .port = peer.port()};
    options.proxy_protocol = version;
    CHECK(probe::run(options).value().outcome == Outcome::reject);
    const auto bytes = peer.read();
    const auto header = proxy::parse(as_bytes(bytes));
    REQUIRE(header.has_value());
    CHECK(header->version == version);
    CHECK(header->header.source.host == "127.0.0.1");
    CHECK(header->header.source.port > 1023);
    CHECK(header->header.destination == proxy::Address{"127.0.0.1", peer.port()});
    // Whatever came with it is a TLS record of type handshake (RFC 8446 section 5.1).
    if (bytes.size() > header->consumed) CHECK(bytes[header->consumed] == 0x16);
  }
}
