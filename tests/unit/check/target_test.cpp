// The file that describes a broker which others start.
#include "harness/check/target.hpp"

#include <algorithm>

#include "harness/check/check.hpp"
#include "harness/check/gating.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/url_target.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::check {
namespace {

constexpr const char* whole = R"(handfast-target: 1
name: mybroker
version: "2.1"
material: material
profiles:
  one: tls://127.0.0.1:8883
  "mtls@client-leaf-only-bundle-trust": {url: "tls://[::1]:8884", login: {user: dev}}
  wss-one: wss://broker.lab.test:8084/ws
login: {user: me, password: secret}
capabilities:
  tls.versions: ["1.2", "1.3"]
  mtls: required
reload: kill -HUP 1
restart: "true"
log: tail -F broker.log
)";

std::string error_of(const std::string& text) {
  const auto target = parse_target(text, "t.yaml");
  return target ? "none" : target.error().text();
}

std::string with_line(const std::string& from, const std::string& to) {
  std::string text = whole;
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("a target file says where each profile is and what the broker can do", "[target]") {
  const auto target = parse_target(whole, "lab/t.yaml").value();
  CHECK(target.name == "mybroker");
  CHECK(target.version == "2.1");
  CHECK(target.material == "lab/material");
  REQUIRE(target.listeners.size() == 3);
  CHECK(target.listeners[0].endpoint.url() == "tls://127.0.0.1:8883");
  CHECK_FALSE(target.listeners[0].kind.two_way);
  CHECK(target.listeners[0].login.user == "me");
  CHECK(target.listeners[0].login.password == "secret");
  CHECK(target.listeners[1].kind.two_way);
  CHECK(target.listeners[1].endpoint.host == "::1");
  CHECK(target.listeners[1].login.user == "dev");
  CHECK_FALSE(target.listeners[1].login.password);
  CHECK(target.listeners[2].endpoint.path == "/ws");
  CHECK(target.capabilities.get("tls.versions") == "1.2,1.3");
  CHECK(target.capabilities.get("reload") == "api");  // there is a command for it
  CHECK(target.capabilities.has("oob.log"));
  CHECK(target.log == "tail -F broker.log");
}

TEST_CASE("a mistake in a target file is named with its place and a hint", "[target]") {
  CHECK(error_of(with_line("material: material", "materiel: material")) ==
        "t.yaml:4:1: unknown key \"materiel\" (did you mean \"material\"?)");
  CHECK(error_of(with_line("  one: tls://127.0.0.1:8883", "  onne: tls://127.0.0.1:8883")) ==
        "t.yaml:6:3: there is no profile \"onne\" (did you mean \"one\"?)");
  CHECK(error_of(with_line("tls://127.0.0.1:8883", "mqtt://127.0.0.1:1883")) ==
        "t.yaml:6:8: the profile \"one\" is a listener of kind tls, not tcp (tls://HOST:PORT)");
  CHECK(error_of(with_line("tls.versions:", "tls.version:")) ==
        "t.yaml:11:3: there is no capability \"tls.version\" (did you mean \"tls.versions\"?)");
  CHECK(error_of(with_line("  one: tls://127.0.0.1:8883", "  mtls-cdp: tls://127.0.0.1:8883")) ==
        "t.yaml:6:3: certificates of the profile \"mtls-cdp\" name a responder that a run starts "
        "(leave it out: handfast check --broker NAME plays it)");
  CHECK_THAT(error_of(with_line("tls://127.0.0.1:8883", "localhost")),
             Catch::StartsWith("t.yaml:6:8: "));
  CHECK_THAT(error_of(with_line("name: mybroker\n", "")), Catch::Contains("\"name\" is missing"));
  CHECK_THAT(error_of(with_line("name: mybroker", "name: ../x")), Catch::Contains("is no name"));
  CHECK_THAT(error_of(with_line("handfast-target: 1", "handfast-target: 2")),
             Catch::Contains("reads version 1"));
  CHECK_THAT(error_of(with_line("password: secret", "pasword: secret")),
             Catch::Contains("did you mean \"password\"?"));
}

TEST_CASE("a target file or its material that is not there is an environment problem", "[target]") {
  const auto missing = load_target("/nonexistent/t.yaml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ProblemKind::environment);
  CHECK_THAT(missing.error().text(), Catch::Contains("--prepare DIR writes a descriptor"));

  const handfast::test::TempDirectory directory;
  std::ofstream(directory / "t.yaml") << whole;
  const auto bare = load_target(directory / "t.yaml");
  REQUIRE_FALSE(bare);
  CHECK(bare.error().kind == ProblemKind::environment);
  CHECK_THAT(bare.error().text(), Catch::Contains("there is no folder of material"));
  std::filesystem::create_directory(directory / "material");
  CHECK(load_target(directory / "t.yaml"));
}

TEST_CASE("a target without a reload command does not reload, whatever it declares", "[target]") {
  auto text = with_line("reload: kill -HUP 1\n", "");
  const auto at = text.find("  mtls: required");
  text.insert(at, "  reload: signal\n");
  CHECK_FALSE(parse_target(text, "t.yaml").value().capabilities.has("reload"));
}

TEST_CASE("every capability that a row asks for can be declared", "[target]") {
  const auto& known = broker::capability_keys();
  for (const auto& spec : catalogue()) {
    for (const auto& wanted : spec.capabilities) {
      INFO(spec.id << ": " << wanted);
      CHECK(std::ranges::find(known, wanted.substr(0, wanted.find('='))) != known.end());
    }
    if (!spec.weaker_without) continue;
    INFO(spec.id);
    const auto& wanted = spec.weaker_without->capability;
    CHECK(std::ranges::find(known, wanted.substr(0, wanted.find('='))) != known.end());
  }
}

TEST_CASE("a URL is one profile, by its transport and the certificate that goes with it",
          "[target]") {
  const auto profile = [](const UrlTarget& asked) {
    const auto target = target_of_url(asked);
    return target ? target->listeners.at(0).name : target.error().text();
  };
  CHECK(profile({.url = "tcp://broker.lab.test"}) == "plain");
  CHECK(profile({.url = "ws://broker.lab.test/ws"}) == "ws-plain");
  CHECK(profile({.url = "tls://broker.lab.test", .trust = "ca.pem"}) == "one");
  CHECK(profile({.url = "wss://broker.lab.test", .trust = "ca.pem"}) == "wss-one");
  UrlTarget shown{.url = "tls://[::1]:8884", .trust = "ca.pem", .certificate = "c.pem"};
  shown.key = "c.key";
  CHECK(profile(shown) == "mtls");
  const auto target = target_of_url(shown).value();
  CHECK(target.name == "broker--1-8884");
  CHECK(target.own->certificate == "c.pem");
  CHECK(target.listeners[0].kind.two_way);
  CHECK(target.capabilities.all().empty());
  CHECK_THAT(profile({.url = "tls://broker.lab.test"}), Catch::Contains("needs --trust FILE.pem"));
  CHECK_THAT(profile({.url = "tcp://broker.lab.test", .trust = "ca.pem"}),
             Catch::Contains("go with TLS"));
  CHECK_THAT(profile({.url = "dtls://broker.lab.test"}), Catch::Contains("MQTT over TCP"));
  CHECK(looks_like_url("tls://x"));
  CHECK_FALSE(looks_like_url("lab/target.yaml"));
}

TEST_CASE("a broker with certificates of its own is asked only what they can tell", "[target]") {
  Context context;
  context.server_name = "";
  for (const auto* name : {"one", "mtls"}) context.listeners.push_back({.name = name, .kind = {}});
  context.materials.trusts[std::string(fixture_trust)] = {};
  context.materials.identities[std::string(good_client_fixture)] = {};
  const auto token = [&](std::string_view id) {
    const auto& all = catalogue();
    return skip_token(*std::ranges::find(all, id, &CheckSpec::id), context);
  };
  CHECK(token("tls-hello-record-split").empty());
  CHECK(token("client-none-required").empty());
  CHECK(token("client-cert-expired") == "no-identity");
  CHECK(token("server-cert-expiry-window") == "no-identity");
  CHECK(token("server-sni-select") == "sni=select");
}

}  // namespace
}  // namespace handfast::check
