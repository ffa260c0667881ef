// Through an HTTP proxy, and with an Origin.
#include "tests/integration/probe/peers.hpp"
#include "tests/integration/transports/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using probe::Outcome;

namespace {

/// tinyproxy, a forward proxy; `more` goes into its configuration.
class ForwardProxy {
 public:
  explicit ForwardProxy(const std::string& more = {}) {
    const auto file =
        folder_.write("tinyproxy.conf", fmt::format("Port {}\nListen 127.0.0.1\nTimeout 30\n"
                                                    "MaxClients 20\nAllow 127.0.0.1\n{}",
                                                    port_, more));
    program_ = std::make_unique<Program>(
        std::vector<std::string>{"tinyproxy", "-d", "-c", file.string()}, folder_.path());
    await_listener(port_);
  }
  Endpoint endpoint() const { return {.host = "127.0.0.1", .port = port_}; }

 private:
  TempDirectory folder_;
  std::uint16_t port_ = free_port();
  std::unique_ptr<Program> program_;
};

}  // namespace

TEST_CASE("WebSocket and TLS pass an HTTP proxy through a tunnel (S2-31)", "[transports]") {
  const TransportLab lab;
  const ForwardProxy forward;
  for (const std::string listener : {"ws", "wss", "tls"}) {
    auto options = lab.options(listener);
    options.http_proxy = forward.endpoint();
    const auto seen = probe::run(options).value();
    INFO(listener << ": " << seen.sentence());
    CHECK(seen.outcome == Outcome::accept);
    REQUIRE(seen.phases.size() > 2);
    CHECK(seen.phases[0].first == "tcp");
    CHECK(seen.phases[1].first == "proxy");
  }
}

TEST_CASE("a proxy that refuses, or is none, is told from the broker (S2-31)", "[transports]") {
  const TransportLab lab;
  const ForwardProxy strict("ConnectPort 1\n");
  auto options = lab.options("wss");
  options.http_proxy = strict.endpoint();
  const auto refused = probe::run(options).value();
  INFO(refused.sentence());
  CHECK(refused.outcome == Outcome::reject);
  CHECK(refused.stopped_in == "proxy");
  CHECK(refused.http_status == 403);
  CHECK(refused.detail.starts_with("the HTTP proxy refused the tunnel: HTTP/1."));

  ScriptedPeer other({{1, "SSH-2.0-x\r\n"}}, ScriptedPeer::End::fin);
  options.http_proxy->port = other.port();
  const auto foreign = probe::run(options).value();
  CHECK(foreign.outcome == Outcome::reject);
  CHECK(foreign.detail.starts_with("the HTTP proxy sent no HTTP answer, but \"SSH-2.0-x"));

  ScriptedPeer silent({}, ScriptedPeer::End::hold);
  options.http_proxy->port = silent.port();
  options.timeouts.upgrade = 100ms;
  const auto hang = probe::run(options).value();
  CHECK(hang.outcome == Outcome::hang);
  CHECK(hang.stopped_in == "proxy");

  options.http_proxy->port = closed_port();
  const auto nobody = probe::run(options).value();
  CHECK(nobody.outcome == Outcome::reject);
  CHECK(nobody.stopped_in == "tcp");
}

TEST_CASE("an Origin goes into the upgrade, and mosquitto takes any (S2-34)", "[transports]") {
  const TransportLab lab;
  for (const std::string listener : {"ws", "wss"}) {
    auto options = lab.options(listener);
    options.origin = "https://app.example";
    const auto seen = probe::run(options).value();
    INFO(listener << ": " << seen.sentence());
    CHECK(seen.outcome == Outcome::accept);
  }
  ScriptedPeer peer({{1, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"}},
                    ScriptedPeer::End::fin);
  probe::Options options;
  options.endpoint = {.transport = Transport::ws, .host = "127.0.0.1", .port = peer.port()};
  options.origin = "https://app.example";
  const auto refused = probe::run(options).value();
  CHECK(refused.http_status == 403);
  CHECK(refused.websocket_states ==
        std::vector{websocket::State::connecting, websocket::State::closed});
  CHECK(peer.read().find("\r\nOrigin: https://app.example\r\n") != std::string::npos);
  options.origin = "a\r\nX: y";
  CHECK_FALSE(probe::run(options));
}
