// Every way to fail, provoked by a real peer, ends in the counter that its name promises.
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

/// Twenty connections to `port` over `transport`.
loadgen::FleetSpec fleet_to(std::uint16_t port, Transport transport) {
  loadgen::FleetSpec fleet;
  fleet.name = "lost";
  fleet.endpoint = {.transport = transport, .host = "127.0.0.1", .port = port};
  fleet.tls.trust = pki().trust();
  fleet.stages = {{200, 200, 100ms}};
  return fleet;
}

std::string outcome(const loadgen::FleetSpec& fleet) {
  const auto stats = run_one(fleet).fleets.at(0);
  CHECK(stats.started == 20);
  CHECK(stats.failed == 20);
  CHECK(stats.succeeded + stats.interrupted + stats.dropped == 0);
  return failures_of(stats);
}

void say(int fd, std::string_view text) { (void)!write(fd, text.data(), text.size()); }

/// Reads what the client says first, so that a following close is a FIN and no reset.
void hear(int fd) {
  char buffer[4096];
  (void)!read(fd, buffer, sizeof buffer);
}

}  // namespace

TEST_CASE("Nobody listens: ECONNREFUSED in tcp", "[loadgen]") {
  CHECK(outcome(fleet_to(closed_port(), Transport::tls)) == "tcp/errno:ECONNREFUSED x20");
  CHECK(outcome(fleet_to(closed_port(), Transport::tcp)) == "tcp/errno:ECONNREFUSED x20");
}

TEST_CASE("A server that never answers: deadline, in the phase that waits for it", "[loadgen]") {
  const Peer silent([](int) {});
  for (const auto& [transport, expected] :
       std::vector<std::pair<Transport, std::string>>{{Transport::tls, "tls/deadline x20"},
                                                      {Transport::ws, "upgrade/deadline x20"},
                                                      {Transport::tcp, "connack/deadline x20"}}) {
    auto fleet = fleet_to(silent.port(), transport);
    fleet.deadline = 300ms;
    CHECK(outcome(fleet) == expected);
  }
}

TEST_CASE("A server that closes: closed", "[loadgen]") {
  const Peer closing([](int fd) {
    hear(fd);
    shutdown(fd, SHUT_RDWR);
  });
  CHECK(outcome(fleet_to(closing.port(), Transport::tls)) == "tls/closed x20");
  CHECK(outcome(fleet_to(closing.port(), Transport::ws)) == "upgrade/closed x20");
  CHECK(outcome(fleet_to(closing.port(), Transport::tcp)) == "connack/closed x20");
}

TEST_CASE("A server that resets: ECONNRESET", "[loadgen]") {
  const Peer resetting([](int fd) {
    hear(fd);
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    // The peer's destructor would come too late: a copy of nothing takes the descriptor's place.
    const int null = socket(AF_UNIX, SOCK_STREAM, 0);
    dup2(null, fd);
    close(null);
  });
  CHECK(outcome(fleet_to(resetting.port(), Transport::tls)) == "tls/errno:ECONNRESET x20");
}

TEST_CASE("A server that speaks something else: protocol", "[loadgen]") {
  const Peer ssh([](int fd) { say(fd, "SSH-2.0-OpenSSH_9.2p1\r\n"); });
  CHECK(outcome(fleet_to(ssh.port(), Transport::tls)) == "tls/tls:protocol x20");
  CHECK(outcome(fleet_to(ssh.port(), Transport::tcp)) == "connack/mqtt:unexpected_packet x20");
  const Peer web([](int fd) {
    hear(fd);
    say(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  });
  CHECK(outcome(fleet_to(web.port(), Transport::ws)) == "upgrade/http:404 x20");
}

TEST_CASE("A broker that refuses in CONNACK: its reason", "[loadgen]") {
  const Peer refusing([](int fd) {
    hear(fd);
    say(fd, {"\x20\x03\x00\x87\x00", 5});
  });
  CHECK(outcome(fleet_to(refusing.port(), Transport::tcp)) ==
        "connack/connack:not_authorized(135) x20");
}

TEST_CASE("A chain that we do not trust: its verification result", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls");
  fleet.stages = {{200, 200, 100ms}};
  SECTION("no anchor") {
    fleet.tls.trust = {};
    CHECK(outcome(fleet) == "tls/verify:unable_to_get_issuer_cert_locally(20) x20");
  }
  SECTION("another name") {
    fleet.server_name = "broker.example";
    CHECK(outcome(fleet) == "tls/verify:hostname_mismatch(62) x20");
  }
}

TEST_CASE("A client certificate that is refused: the alert, after our own handshake", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = fleet_for(broker, "tls-two-way");
  fleet.stages = {{200, 200, 100ms}};
  SECTION("TLS 1.3, none sent") {
    fleet.identity = nullptr;
    CHECK(outcome(fleet) == "connack/alert_received:certificate_required(116) x20");
  }
  SECTION("TLS 1.3, of an unknown CA") {
    fleet.identity = [](std::uint64_t) { return pki().stranger(); };
    CHECK(outcome(fleet) == "connack/alert_received:unknown_ca(48) x20");
  }
  SECTION("TLS 1.2, of an unknown CA: within the handshake") {
    fleet.identity = [](std::uint64_t) { return pki().stranger(); };
    fleet.tls.max_version = tls::Version::tls1_2;
    CHECK(outcome(fleet) == "tls/alert_received:unknown_ca(48) x20");
  }
  SECTION("TLS 1.3 below WebSocket: while the upgrade waits") {
    fleet.endpoint = broker.endpoint("wss-two-way");
    fleet.identity = nullptr;
    // libwebsockets may close without an alert reaching us; what counts is that it is told apart
    // from success.
    const auto stats = run_one(fleet).fleets.at(0);
    INFO(failures_of(stats));
    CHECK(stats.failed == 20);
    for (const auto& [key, count] : stats.failures) CHECK(key.phase == "upgrade");
  }
  // A refused client does not count as a certificate that got through.
  CHECK(run_one(fleet).fleets.at(0).distinct_certificates == 0);
}
