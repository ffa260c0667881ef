// What a real mosquitto does once it is up.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "harness/broker/ports.hpp"
#include "harness/broker/process.hpp"
#include "tests/integration/broker/fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::BrokerFixture;
using test::eventually;
using test::publish;

namespace {

/// What openssl s_client says about a listener at TLS 1.2, where a missing client certificate shows
/// in the handshake itself.
std::string handshake(const Listener& listener, const ClientFiles& client) {
  std::vector<std::string> arguments{"s_client", "-connect", listener.endpoint.authority(),
                                     "-tls1_2",  "-CAfile",  client.trust.string()};
  if (!client.certificate.empty()) {
    arguments.insert(arguments.end(), {"-cert", client.certificate.string(), "-cert_chain",
                                       client.certificate.string(), "-key", client.key.string()});
  }
  return capture("/usr/bin/openssl", arguments).value();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool logged(const Broker& broker, const std::string& text) {
  return eventually([&] { return !broker.log_lines(text).empty(); });
}

}  // namespace

TEST_CASE("mosquitto opens the six listeners on loopback and nowhere else", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start(test::six_listeners);
  CHECK(broker->driver() == "mosquitto");
  CHECK(broker->version().starts_with("2."));
  REQUIRE(broker->listeners().size() == 6);

  const auto own = socket_inodes(broker->pid());
  std::set<std::uint16_t> ports;
  for (const auto& socket : listening_sockets()) {
    if (!own.contains(socket.inode)) continue;
    CHECK(socket.address == "127.0.0.1");
    ports.insert(socket.port);
  }
  std::set<std::uint16_t> expected;
  for (const auto& listener : broker->listeners()) expected.insert(listener.endpoint.port);
  CHECK(ports == expected);
}

TEST_CASE("TLS listeners show the chain, and two-way ones insist on a client certificate",
          "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start(test::six_listeners);
  const auto& client = fixture.files().client;
  const ClientFiles nobody{.trust = client.trust};
  for (const auto* name : {"tls", "wss"}) {
    INFO(name);
    CHECK(contains(handshake(*broker->find(name), nobody), "Verify return code: 0 (ok)"));
  }
  for (const auto* name : {"tls-two-way", "wss-two-way"}) {
    INFO(name);
    CHECK(contains(handshake(*broker->find(name), client), "Verify return code: 0 (ok)"));
    CHECK_FALSE(contains(handshake(*broker->find(name), client), "alert"));
    CHECK(contains(handshake(*broker->find(name), nobody), "alert handshake failure"));
  }
}

TEST_CASE("the log tells which client identifier got in and which did not (S2-18)", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start({"tcp", "tls", "tls-two-way"});
  for (const auto& listener : broker->listeners()) {
    INFO(listener.name);
    CHECK(publish(listener, fixture.files().client, "good-" + listener.name) == "");
    CHECK(logged(*broker, "as good-" + listener.name + " "));
  }
  const ClientFiles nobody{.trust = fixture.files().client.trust};
  CHECK(publish(*broker->find("tls-two-way"), nobody, "bad") != "");
  CHECK(broker->log_lines("as bad ").empty());
  CHECK(broker->log_lines("as good-", 2).size() == 2);
}

TEST_CASE("verbose logs the packets (S2-16)", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"tcp"});
  settings.verbose = true;
  const auto broker = start("mosquitto", settings).value();
  CHECK(publish(*broker->find("tcp"), {}, "talker") == "");
  CHECK(logged(*broker, "Received PUBLISH from talker"));
}

TEST_CASE("WebSocket listeners alone come up as well", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start({"ws"});
  REQUIRE(broker->listeners().size() == 1);
  CHECK(broker->find("ws") != nullptr);
  CHECK(broker->find("auxiliary") == nullptr);
}

TEST_CASE("a stopped broker leaves no process, frees its ports and did not die", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start({"tcp", "ws"});
  const auto pid = broker->pid();
  CHECK_FALSE(broker->died());
  REQUIRE(broker->stop());
  CHECK(kill(pid, 0) != 0);  // reaped: the pid is unknown
  CHECK_FALSE(broker->died());
  for (const auto& listener : broker->listeners()) CHECK(check_port(listener.endpoint.port));
  CHECK(broker->stop());
  CHECK_FALSE(broker->log_lines("terminating").empty());
}

TEST_CASE("a broker that is dropped is stopped", "[broker]") {
  const BrokerFixture fixture;
  pid_t pid = 0;
  {
    const auto broker = fixture.start({"tcp"});
    pid = broker->pid();
  }
  CHECK(kill(pid, 0) != 0);
}

TEST_CASE("a broker that is killed says so", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start({"tcp"});
  REQUIRE(kill(broker->pid(), SIGKILL) == 0);
  REQUIRE(eventually([&] { return broker->died().has_value(); }));
  CHECK(broker->died()->text() == "killed by signal 9 (Killed)");
  CHECK(broker->reload().error().text() == "mosquitto does not run: killed by signal 9 (Killed)");
  CHECK(broker->stop());
  CHECK(broker->died()->signal == SIGKILL);  // stopping afterwards does not hide it
  CHECK(broker->sample().error().kind == ProblemKind::environment);
}

TEST_CASE("a broker starts again on the same ports and only its own log lines count", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"tcp"});
  auto broker = start("mosquitto", settings).value();
  settings.listeners[0].port = broker->listeners()[0].endpoint.port;
  CHECK(publish(*broker->find("tcp"), {}, "early") == "");
  REQUIRE(logged(*broker, "as early "));
  REQUIRE(broker->stop());

  broker = start("mosquitto", settings).value();
  CHECK(publish(*broker->find("tcp"), {}, "late") == "");
  CHECK(logged(*broker, "as late "));
  CHECK(broker->log_lines("as early ").empty());
}

TEST_CASE("after a reload mosquitto shows a new certificate (S4-36)", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start({"tls"});
  const ClientFiles nobody{.trust = fixture.files().client.trust};
  const auto& pki = test::test_pki();
  const auto fresh =
      test::mint({.name = "fresh", .extended_usage = "serverAuth"}, &pki.intermediate);
  // Written over the old files, so that the key keeps its owner.
  fixture.directory().write("pki/server-chain.pem", test::to_pem(fresh.certificate.get()));
  fixture.directory().write("pki/server.key", test::to_pem(fresh.key.get()), 0600);
  CHECK_FALSE(contains(handshake(*broker->find("tls"), nobody), "CN = fresh"));
  REQUIRE(broker->reload());
  REQUIRE(logged(*broker, "Reloading config"));
  CHECK(
      eventually([&] { return contains(handshake(*broker->find("tls"), nobody), "CN = fresh"); }));
}

TEST_CASE("a broker is sampled: its processor time grows with work", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start({"tls"});
  const auto before = broker->sample().value();
  CHECK(before.rss_bytes > 1024 * 1024);
  CHECK(before.open_files >= 4);
  CHECK(before.threads >= 1);
  // Each handshake costs it about a millisecond, and the kernel counts in hundredths of a second.
  CHECK(eventually([&] {
    publish(*broker->find("tls"), fixture.files().client, "worker");
    return broker->sample().value().cpu_seconds > before.cpu_seconds;
  }));
}

TEST_CASE("under root the broker runs as a user of its own", "[broker]") {
  const BrokerFixture fixture;
  const auto broker = fixture.start({"tcp"});
  const auto owner =
      capture("/usr/bin/stat", {"-c", "%U", "/proc/" + std::to_string(broker->pid())});
  const auto expected = run_as("mosquitto");
  CHECK((geteuid() == 0) == !expected.empty());
  if (!expected.empty()) CHECK(owner.value() == expected + "\n");
}
