#include <set>

#include "harness/broker/driver.hpp"
#include "harness/broker/launch.hpp"
#include "harness/broker/mosquitto/mosquitto.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::broker;

namespace {

ListenerSettings listener(const std::string& kind, std::uint16_t port = 0) {
  ListenerSettings made{.name = kind, .kind = parse_listener(kind).value(), .port = port};
  if (uses_tls(made.kind.transport)) {
    made.certificate = "server.pem";
    made.key = "server.key";
  }
  if (made.kind.two_way) made.trust = "cacert.pem";
  return made;
}

Result<Settings> prepare(std::vector<ListenerSettings> listeners) {
  return broker::prepare(mosquitto::driver(),
                         {.directory = "out", .listeners = std::move(listeners)});
}

}  // namespace

TEST_CASE("settings without a listener are refused", "[broker]") {
  CHECK(prepare({}).error().text() == "no listener asked for");
  CHECK(prepare({}).error().kind == ProblemKind::usage);
}

TEST_CASE("a kind that the broker lacks is named with those it has", "[broker]") {
  CHECK(prepare({listener("dtls")}).error().text() ==
        "mosquitto has no listener of kind \"dtls\" (one of: tcp, tls, tls-two-way, ws, wss, "
        "wss-two-way)");
}

TEST_CASE("names and ports are used once", "[broker]") {
  CHECK(prepare({listener("tcp"), listener("tcp")}).error().text() ==
        "two listeners are called \"tcp\"");
  CHECK(prepare({listener("tcp", 21883), listener("ws", 21883)}).error().text() ==
        "listener \"ws\" has the port 21883 of another listener");
}

TEST_CASE("a TLS listener without its files says which one is missing", "[broker]") {
  auto bare = listener("wss-two-way");
  bare.trust.clear();
  CHECK(prepare({bare}).error().text() ==
        "listener \"wss-two-way\" needs a file of trust anchors for client certificates");
  bare.key.clear();
  CHECK(prepare({bare}).error().text() == "listener \"wss-two-way\" needs a private key file");
  bare.certificate.clear();
  CHECK(prepare({bare}).error().text() == "listener \"wss-two-way\" needs a certificate file");
}

TEST_CASE("a path cannot smuggle in a setting", "[broker]") {
  auto evil = listener("tls");
  evil.certificate = "server.pem\nallow_anonymous false";
  CHECK(prepare({evil}).error().text() ==
        "server.pem\\x0aallow_anonymous false: listener \"tls\": control character in the path of "
        "a certificate file");
}

TEST_CASE("prepared settings have absolute paths and a port for each listener", "[broker]") {
  const auto settings = prepare({listener("wss-two-way"), listener("ws"), listener("wss")}).value();
  CHECK(settings.directory == std::filesystem::current_path() / "out");
  REQUIRE(settings.listeners.size() == 4);  // with the auxiliary one
  CHECK(settings.listeners[0].certificate == std::filesystem::current_path() / "server.pem");
  CHECK(settings.listeners[0].trust == std::filesystem::current_path() / "cacert.pem");
  CHECK(settings.listeners[1].certificate.empty());
  std::set<std::uint16_t> ports;
  for (const auto& each : settings.listeners) ports.insert(each.port);
  CHECK(ports.size() == 4);
  CHECK_FALSE(ports.contains(0));
}

TEST_CASE("ports that were asked for are kept", "[broker]") {
  const auto settings = prepare({listener("tcp", 21883), listener("tls")}).value();
  CHECK(settings.listeners[0].port == 21883);
  CHECK(settings.listeners[1].port != 21883);
}
