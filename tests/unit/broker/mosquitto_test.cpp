#include "harness/broker/mosquitto/mosquitto.hpp"

#include "core/base/file.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::broker;

namespace {

/// The six standard listeners on fixed ports.
Settings six_listeners() {
  Settings settings{.directory = "/srv/lab"};
  std::uint16_t port = 21883;
  for (const auto* name : {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"}) {
    const auto kind = parse_listener(name).value();
    ListenerSettings listener{.name = name, .kind = kind, .port = port++};
    if (uses_tls(kind.transport)) {
      listener.certificate = "/srv/lab/my pki/server-chain.pem";
      listener.key = "/srv/lab/my pki/server.key";
    }
    if (kind.two_way) listener.trust = "/srv/lab/my pki/cacert.pem";
    settings.listeners.push_back(listener);
  }
  return settings;
}

}  // namespace

TEST_CASE("mosquitto.conf for the six listeners is the golden file", "[broker]") {
  const auto golden = read_text(HANDFAST_SOURCE_DIR "/tests/golden/broker/mosquitto.conf");
  CHECK(render("mosquitto", six_listeners()).value() == golden);
}

TEST_CASE("verbose logs every packet, the default connections alone", "[broker]") {
  auto settings = six_listeners();
  CHECK(mosquitto::render(settings).find("log_type all\n") == std::string::npos);
  CHECK(mosquitto::render(settings).find("log_type notice\n") != std::string::npos);
  settings.verbose = true;
  CHECK(mosquitto::render(settings).find("log_type all\n") != std::string::npos);
}

TEST_CASE("keys take the place of a certificate, and their identity is the user", "[broker]") {
  Settings settings{.directory = "/srv/lab"};
  settings.listeners = {{.name = "psk", .kind = {Transport::tls}, .port = 21883}};
  settings.listeners.front().psk = {{.identity = "dev-1", .key = {0x0a, 0xff}}};
  const auto text = mosquitto::render(settings);
  CHECK(text.find("psk_file /srv/lab/psk.txt\n") != std::string::npos);
  CHECK(text.find("psk_hint handfast\nuse_identity_as_username true\n") != std::string::npos);
  CHECK(text.find("certfile") == std::string::npos);
  CHECK(text.find("allow_anonymous true\n") != std::string::npos);
  const auto files = mosquitto::files(settings).value();
  REQUIRE(files.size() == 1);
  CHECK(files.front().content == "dev-1:0aff\n");
  CHECK(files.front().secret);
}

TEST_CASE("an account is a password file, which everybody has to be in", "[broker]") {
  Settings settings{.directory = "/srv/lab"};
  settings.listeners = {
      {.name = "tls-two-way", .kind = parse_listener("tls-two-way").value(), .port = 21883}};
  settings.listeners.front().account = Account{.user = "gate", .password = "opens"};
  const auto text = mosquitto::render(settings);
  CHECK(text.find("password_file /srv/lab/passwords.txt\n") != std::string::npos);
  CHECK(text.find("allow_anonymous false\n") != std::string::npos);
  const auto files = mosquitto::files(settings).value();
  REQUIRE(files.size() == 1);
  CHECK(files.front().secret);
  CHECK(files.front().content.starts_with("gate:$6$"));
  CHECK(files.front().content.find("opens") == std::string::npos);
  auto other = settings.listeners.front();
  other.account.reset();
  CHECK_FALSE(mosquitto::can_share(settings.listeners.front(), other));
}

TEST_CASE("a bound client identifier is the user name", "[broker]") {
  auto settings = six_listeners();
  settings.listeners[2].user_from = UserFrom::common_name;
  CHECK(mosquitto::render(settings).find("use_username_as_clientid") == std::string::npos);
  settings.listeners[2].binds_client_id = true;
  CHECK(mosquitto::render(settings).find(
            "use_identity_as_username true\nuse_username_as_clientid true\n") != std::string::npos);
}

TEST_CASE("topics of users need names, and shut everybody out who has none", "[broker]") {
  auto settings = six_listeners();
  settings.user_topics = true;
  CHECK(mosquitto::files(settings)->empty());
  CHECK(mosquitto::render(settings).find("allow_anonymous true\n") != std::string::npos);
  settings.listeners[2].user_from = UserFrom::common_name;
  const auto text = mosquitto::render(settings);
  CHECK(text.find("allow_anonymous false\n") != std::string::npos);
  CHECK(text.find("acl_file /srv/lab/acl.conf\n") != std::string::npos);
  CHECK(mosquitto::files(settings)->front().content ==
        "pattern readwrite user/%u/#\npattern readwrite handfast/#\n");
  CHECK_FALSE(mosquitto::can_share(settings.listeners[1], settings.listeners[2]));
  CHECK(mosquitto::can_share(settings.listeners[0], settings.listeners[1]));
}

TEST_CASE("rendering needs ports", "[broker]") {
  auto settings = six_listeners();
  settings.listeners[1].port = 0;
  CHECK(render("mosquitto", settings).error().text() == "listener \"tls\" has no port yet");
}

TEST_CASE("WebSocket listeners alone get a plain one beside them", "[broker]") {
  auto settings = six_listeners();
  mosquitto::complete(settings);
  CHECK(settings.listeners.size() == 6);

  settings.listeners.erase(settings.listeners.begin(), settings.listeners.begin() + 3);
  mosquitto::complete(settings);
  REQUIRE(settings.listeners.size() == 4);
  CHECK(settings.listeners.back().auxiliary);
  CHECK(settings.listeners.back().kind == ListenerKind{Transport::tcp, false});
}

TEST_CASE("the version comes from the first line of the help", "[broker]") {
  CHECK(mosquitto::parse_version("mosquitto version 2.0.11\n\nmosquitto is an MQTT") == "2.0.11");
  CHECK(mosquitto::parse_version("mosquitto version 1.4.8 (build date x) starting") == "1.4.8");
  CHECK(mosquitto::parse_version("mosquitto_sub version 2.0.11") == "");
  CHECK(mosquitto::parse_version("") == "");
}
