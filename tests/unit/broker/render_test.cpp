// The settings of the brokers beside mosquitto: as golden files, and what they refuse.
#include <algorithm>

#include "harness/broker/driver.hpp"
#include "harness/broker/launch.hpp"
#include "harness/broker/rabbitmq/node.hpp"
#include "harness/broker/rabbitmq/rabbitmq.hpp"
#include "harness/broker/rabbitmq/render.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

using namespace handfast;
using namespace handfast::broker;

namespace {

ListenerSettings fixed_listener(const std::string& name, std::uint16_t port) {
  const auto kind = parse_listener(name).value();
  ListenerSettings listener{.name = name, .kind = kind, .port = port};
  if (uses_tls(kind.transport)) {
    listener.certificate = "/srv/lab/my pki/server-chain.pem";
    listener.key = "/srv/lab/my pki/server.key";
  }
  if (kind.two_way) listener.trust = "/srv/lab/my pki/root.pem";
  return listener;
}

Settings fixed_settings(const std::vector<std::string>& names) {
  Settings settings{.directory = "/srv/lab"};
  std::uint16_t port = 21883;
  for (const auto& name : names) settings.listeners.push_back(fixed_listener(name, port++));
  return settings;
}

std::string sharing_problem(const char* driver, const std::string& one, const std::string& other) {
  const auto prepared = prepare(*find_driver(driver).value(), fixed_settings({one, other}));
  return prepared ? "none" : prepared.error().text();
}

}  // namespace

TEST_CASE("the settings of each broker are the golden file", "[broker]") {
  struct Case {
    const char* driver;
    const char* golden;
    std::vector<std::string> listeners;
  };
  for (const auto& [driver, golden, listeners] :
       {Case{"rabbitmq", "rabbitmq.conf", {"tcp", "tls-two-way", "ws", "wss"}},
        Case{"activemq", "activemq.xml", {"tcp", "tls", "tls-two-way"}},
        Case{"ejabberd", "ejabberd.yml", {"tcp", "tls", "ws", "wss"}},
        Case{"ejabberd", "ejabberd-two-way.yml", {"tls-two-way"}},
        Case{"aedes", "aedes.json", {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"}}}) {
    INFO(driver);
    const auto text = render(driver, fixed_settings(listeners)).value();
    CHECK(tests::golden_difference(text, std::string("broker/") + golden) == "");
  }
}

TEST_CASE("RabbitMQ's wss listener says in Erlang whether clients need a certificate", "[broker]") {
  rabbitmq::Node node{
      .listeners = {{.name = "wss-two-way", .transport = Transport::wss, .port = 21888}},
      .spare_port = 21889,
      .wss = rabbitmq::TlsOptions{.certificate = "/a \"b\"/c.pem",
                                  .key = "/k",
                                  .trust = "/t",
                                  .ask_clients = true,
                                  .insist = true}};
  const auto text = rabbitmq::advanced_config(node);
  CHECK(text.find("{verify, verify_peer}, {fail_if_no_peer_cert, true}") != std::string::npos);
  CHECK(text.find("{certfile, \"/a \\\"b\\\"/c.pem\"}") != std::string::npos);
  CHECK(rabbitmq::conf(node).find("web_mqtt.tcp.port = 21889\n") != std::string::npos);
  node.listeners.clear();
  CHECK(rabbitmq::advanced_config(node).empty());
}

TEST_CASE("RabbitMQ expects PROXY headers and names users for all native listeners", "[broker]") {
  auto settings = fixed_settings({"tls-two-way", "ws"});
  settings.listeners.front().proxy_protocol = true;
  for (auto& listener : settings.listeners) listener.user_from = UserFrom::common_name;
  auto text = render("rabbitmq", settings).value();
  CHECK(text.find("\nmqtt.proxy_protocol = true\n") != std::string::npos);
  CHECK(text.find("web_mqtt.proxy_protocol") == std::string::npos);
  CHECK(text.find("mqtt.ssl_cert_login = true") != std::string::npos);
  CHECK(text.find("load_definitions") == std::string::npos);
  settings.user_topics = true;
  text = render("rabbitmq", settings).value();
  CHECK(text.find("load_definitions = /srv/lab/definitions.json\n") != std::string::npos);
  const auto users = rabbitmq::definitions({"dev-1"});
  CHECK(users.find(R"("name": "dev-1")") != std::string::npos);
  CHECK(users.find(R"("write": "^(handfast\\..*|user\\.{username}\\..*)$")") != std::string::npos);

  const auto& driver = *find_driver("rabbitmq").value();
  auto plain = fixed_listener("tcp", 21890);
  CHECK_FALSE(can_share(driver, plain, settings.listeners.front()));
  plain.user_from = UserFrom::common_name;
  CHECK_FALSE(can_share(driver, plain, settings.listeners.front()));  // no header in front
  plain.proxy_protocol = true;
  CHECK(can_share(driver, plain, settings.listeners.front()));
}

TEST_CASE("a password beside certificates is the only way in", "[broker]") {
  auto settings = fixed_settings({"tls-two-way"});
  settings.listeners.front().account = Account{.user = "gate", .password = "opens"};
  const auto rabbitmq = render("rabbitmq", settings).value();
  CHECK(
      rabbitmq.find("mqtt.allow_anonymous = false\ndefault_user = gate\ndefault_pass = opens\n") !=
      std::string::npos);
  CHECK(rabbitmq.find("ssl_cert_login") == std::string::npos);
  const auto activemq = render("activemq", settings).value();
  CHECK(activemq.find("anonymousAccessAllowed=\"false\"") != std::string::npos);
  CHECK(activemq.find("username=\"gate\" password=\"opens\"") != std::string::npos);
  CHECK(render("aedes", settings).value().find("\"password\": \"opens\"") != std::string::npos);
}

TEST_CASE("RabbitMQ takes the first dNSName for a user name", "[broker]") {
  auto settings = fixed_settings({"tls-two-way"});
  settings.listeners.front().user_from = UserFrom::alternative_name;
  CHECK(render("rabbitmq", settings)
            .value()
            .find("ssl_cert_login_from = subject_alternative_name\n"
                  "ssl_cert_login_san_type = dns\n") != std::string::npos);
}

TEST_CASE("ejabberd expects PROXY headers on the listeners that are told so", "[broker]") {
  auto settings = fixed_settings({"tcp", "tls"});
  CHECK(render("ejabberd", settings).value().find("proxy") == std::string::npos);
  settings.listeners.back().proxy_protocol = true;
  CHECK(render("ejabberd", settings)
            .value()
            .find("module: mod_mqtt\n    use_proxy_protocol: true\n    tls: true\n") !=
        std::string::npos);
}

TEST_CASE("what RabbitMQ's settings cannot say is a copy of what they can", "[broker]") {
  auto settings = fixed_settings({"tls", "tls-two-way", "wss", "wss-two-way"});
  settings.listeners.push_back(fixed_listener("tls-two-way", 21890));
  settings.listeners.back().name = "tls-two-way@second";
  settings.listeners.back().trust = "/srv/lab/second.pem";
  rabbitmq::complete(settings);
  for (auto& listener : settings.listeners) {
    if (listener.auxiliary) listener.port = 21900;
  }
  const auto node = rabbitmq::node_of(settings);
  CHECK(tests::golden_difference(rabbitmq::copy_script(node), "broker/rabbitmq-copies.erl") == "");
  CHECK(node.listeners.size() == 2);  // one tls, one wss
  CHECK(rabbitmq::copy_script({}).empty());
}

TEST_CASE("a JVM has one key store, so TLS listeners share the certificate", "[broker]") {
  const auto& driver = *find_driver("activemq").value();
  auto other = fixed_listener("tls-two-way", 21884);
  CHECK(can_share(driver, fixed_listener("tls", 21883), other));
  other.certificate = "/srv/lab/other.pem";
  CHECK_FALSE(can_share(driver, fixed_listener("tls", 21883), other));
  CHECK(can_share(driver, fixed_listener("tcp", 21883), other));
}

TEST_CASE("brokers that a person starts have settings for every listener", "[broker]") {
  struct Case {
    const char* driver;
    const char* golden;
    std::vector<std::string> listeners;
  };
  for (const auto& [driver, golden, listeners] :
       {Case{"emqx4", "emqx4.conf", {"tcp", "tls", "tls-two-way", "ws", "wss-two-way"}},
        Case{"emqx5", "emqx5.conf", {"tcp", "tls", "tls-two-way", "ws", "wss-two-way"}},
        Case{"nanomq", "nanomq.conf", {"tcp", "tls-two-way", "ws"}},
        Case{"hivemq", "hivemq.xml", {"tcp", "tls", "tls-two-way", "ws", "wss-two-way"}},
        Case{"vernemq", "vernemq.conf", {"tcp", "tls", "tls-two-way", "ws", "wss-two-way"}}}) {
    INFO(driver);
    auto settings = fixed_settings(listeners);
    settings.listeners.push_back(fixed_listener("tls-two-way", 21899));
    settings.listeners.back().name = "ident@client/x";
    if (const auto& can = find_driver(driver).value()->can; !can.user_from.empty()) {
      settings.listeners.back().user_from = UserFrom::common_name;
    }
    if (std::string(driver) == "nanomq") settings.listeners.pop_back();
    const auto& renders = *find_driver(driver).value();
    CHECK(tests::golden_difference(renders.render(settings), std::string("broker/") + golden) ==
          "");
    CHECK(find_program_of(renders, {}).error().text() ==
          std::string(driver) + " is started by you, not by handfast (handfast check --broker " +
              driver + " --prepare DIR writes its settings)");
  }
  CHECK(std::ranges::find(drivers(), "emqx5") == drivers().end());
}

TEST_CASE("the gateways of EMQX take DTLS alone, with acceptors for a herd", "[broker]") {
  for (const std::string driver : {"emqx5-mqttsn", "emqx5-coap"}) {
    INFO(driver);
    const auto& renders = *find_driver(driver).value();
    CHECK(tests::golden_difference(renders.render(fixed_settings({"dtls", "dtls-two-way"})),
                                   "broker/" + driver + ".conf") == "");
    const auto refused = prepare(renders, fixed_settings({"tls"}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text() ==
          driver + " has no listener of kind \"tls\" (one of: dtls, dtls-two-way)");
  }
}

TEST_CASE("listeners that one process cannot serve together are refused by name", "[broker]") {
  CHECK(sharing_problem("ejabberd", "tls", "tls-two-way") ==
        "listeners \"tls\" and \"tls-two-way\" cannot share one ejabberd (start one broker for "
        "each)");
  CHECK(sharing_problem("rabbitmq", "tls", "tls-two-way") == "none");
  CHECK(sharing_problem("rabbitmq", "wss", "wss-two-way") == "none");
  CHECK(sharing_problem("nanomq", "tls", "tls-two-way") != "none");
  CHECK(sharing_problem("ejabberd", "tcp", "tls-two-way") != "none");
  CHECK(sharing_problem("ejabberd", "tcp", "tls") == "none");
  CHECK(sharing_problem("activemq", "tls", "tls-two-way") == "none");
  CHECK(sharing_problem("aedes", "wss", "wss-two-way") == "none");
  CHECK(sharing_problem("mosquitto", "tls", "tls-two-way") == "none");
}

TEST_CASE("a wish that a broker cannot keep is refused, not forgotten", "[broker]") {
  const auto problem = [](const char* driver, void (*wish)(ListenerSettings&)) {
    auto settings = fixed_settings({"tls-two-way"});
    wish(settings.listeners.front());
    const auto prepared = prepare(*find_driver(driver).value(), settings);
    return prepared ? std::string("none") : prepared.error().text();
  };
  const auto version = [](ListenerSettings& listener) { listener.tls_version = "1.2"; };
  const auto ciphers = [](ListenerSettings& listener) { listener.ciphers = "AES128-SHA"; };
  const auto revoked = [](ListenerSettings& listener) { listener.revoked = "/crl.pem"; };
  const auto user = [](ListenerSettings& listener) { listener.user_from = UserFrom::subject; };
  const auto key = [](ListenerSettings& listener) { listener.psk = {{"dev-1", {1}}}; };
  const auto header = [](ListenerSettings& listener) { listener.proxy_protocol = true; };
  const auto optional = [](ListenerSettings& listener) { listener.certificate_optional = true; };
  CHECK(problem("mosquitto", optional) ==
        "listener \"tls-two-way\": mosquitto cannot be given an optional client certificate");
  const auto told = [](ListenerSettings& listener) { listener.proxy_names_users = true; };
  const auto bound = [](ListenerSettings& listener) { listener.binds_client_id = true; };
  CHECK(problem("rabbitmq", bound) ==
        "listener \"tls-two-way\": rabbitmq cannot be given client identifiers from certificates");
  const auto account = [](ListenerSettings& listener) { listener.account = Account{"a", "b"}; };
  CHECK(problem("ejabberd", account) ==
        "listener \"tls-two-way\": ejabberd cannot be given a password beside certificates");
  CHECK(problem("mosquitto", account) == "none");
  CHECK(problem("rabbitmq", key) ==
        "listener \"tls-two-way\": rabbitmq cannot be given pre-shared keys");
  CHECK(problem("mosquitto", header) ==
        "listener \"tls-two-way\": mosquitto cannot be given the PROXY protocol");
  CHECK(problem("rabbitmq", header) == "none");
  CHECK(problem("rabbitmq", told) ==
        "listener \"tls-two-way\": rabbitmq cannot be given users by PROXY headers");
  CHECK(problem("ejabberd", version) ==
        "listener \"tls-two-way\": ejabberd cannot be given a TLS version");
  CHECK(problem("rabbitmq", ciphers) ==
        "listener \"tls-two-way\": rabbitmq cannot be given a cipher list");
  CHECK(problem("rabbitmq", revoked) ==
        "listener \"tls-two-way\": rabbitmq cannot be given revocation lists");
  CHECK(problem("aedes", user) ==
        "listener \"tls-two-way\": aedes cannot be given this way from a certificate to a user "
        "name");
  for (const auto wish : {+version, +ciphers, +revoked, +user}) {
    CHECK(problem("mosquitto", wish) == "none");
  }
}

TEST_CASE("a broker's own needs get ports but are not told of", "[broker]") {
  const auto settings = prepare(*find_driver("rabbitmq").value(), fixed_settings({"wss"})).value();
  CHECK(std::ranges::count_if(settings.listeners, &ListenerSettings::auxiliary) == 3);
  CHECK(std::ranges::none_of(settings.listeners,
                             [](const auto& listener) { return listener.port == 0; }));
}
