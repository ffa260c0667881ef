// Exports, the watch, and who gets what.
#include "pki/manifest/manifest.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;

namespace {

constexpr auto head = R"(handfast-pki: 1
authorities: {root: {}}
identities: {broker: {issuer: root, profile: server}}
bundles: {cacert: [root]}
)";

std::string problem_of(const std::string& rest) {
  auto manifest = parse_manifest(head + rest, "lab.yaml");
  return manifest ? "no problem" : manifest.error().text();
}

}  // namespace

TEST_CASE("exports are read with all their settings", "[pki]") {
  const auto manifest = test::manifest_of(std::string(head) + R"(export:
  one-way: {for: emqx4, server: broker, trust: cacert, clients: none}
  two-way:
    for: haproxy
    server: broker
    trust: root
    clients: required
    user_from: cn
    crl: root
    partial: true
    depth: 3
    tls: ["1.2", "1.3"]
    ports: {mqtts: 8883, wss: 8084}
    backend: 127.0.0.1:1883
)");
  const auto& one = *manifest.exported("one-way");
  CHECK(one.target == "emqx4");
  CHECK(one.clients == ClientCertificates::none);
  const auto& two = *manifest.exported("two-way");
  CHECK(two.clients == ClientCertificates::required);
  CHECK(two.user_from == "cn");
  CHECK(two.crl == "root");
  CHECK(two.partial_chain);
  CHECK(two.depth == 3);
  CHECK(two.tls_versions == std::vector<std::string>{"1.2", "1.3"});
  CHECK(two.ports.at("wss") == 8084);
  CHECK(two.backend == "127.0.0.1:1883");
}

TEST_CASE("exports that say nothing or trust nobody are refused", "[pki]") {
  const auto exported = [](const std::string& fields) {
    return problem_of("export:\n  x: {for: emqx5, server: broker, " + fields + "}\n");
  };
  CHECK(exported("clients: none, user_from: cn") ==
        "lab.yaml:6:61: \"user_from\" is of no use with \"clients: none\" "
        "(clients: optional or required)");
  CHECK(exported("clients: required") ==
        "lab.yaml:6:3: \"x\" asks for client certificates and trusts nobody "
        "(add \"trust\": a bundle or an authority)");
  CHECK(exported("trust: cacerts") ==
        "lab.yaml:6:42: there is no bundle or authority \"cacerts\" (did you mean \"cacert\"?)");
  CHECK(exported("tls: [\"1.1\"]") ==
        "lab.yaml:6:40: unknown TLS version \"1.1\" (1.2 and 1.3 in quotes)");
  CHECK(problem_of("export:\n  x: {server: broker}\n") ==
        "lab.yaml:6:6: \"for\" is missing in \"x\"");
}

TEST_CASE("the watch has its settings (S4-68)", "[pki]") {
  const auto manifest = test::manifest_of(
      std::string(head) +
      "watch: {warn: [1d, 30d, 7d], every: 12h, hurry: {below: 2d, every: 30m}, notify: [log, "
      "'mail:a@x;b@y', metrics], fleets: true, revoke_expired: true}\n");
  CHECK(manifest.watch.warn == std::vector<Nanos>{24h * 30, 24h * 7, 24h});
  CHECK(manifest.watch.every == 12h);
  CHECK(manifest.watch.hurry_below == 48h);
  CHECK(manifest.watch.hurry_every == 30min);
  CHECK(manifest.watch.notify.size() == 3);
  CHECK(manifest.watch.fleets);
  CHECK(manifest.watch.revoke_expired);
  const auto plain = test::manifest_of(head);
  CHECK(plain.watch.warn.size() == 3);
  CHECK(plain.watch.hurry_every == 1h);
  CHECK(problem_of("watch: {notify: [pager]}\n") ==
        "lab.yaml:5:17: \"pager\" is no way to tell anybody (log, metrics, or 'mail:a@x;b@y')");
  CHECK(problem_of("watch: {warn: []}\n") ==
        "lab.yaml:5:15: \"warn\" never warns (for example [30d, 7d, 1d])");
}

TEST_CASE("nodes get what they are named", "[pki]") {
  const auto manifest =
      test::manifest_of(std::string(head) + "distribute: {node: [cacert, broker]}\n");
  REQUIRE(manifest.distribute.size() == 1);
  CHECK(manifest.distribute[0].entries == std::vector<std::string>{"cacert", "broker"});
  CHECK(problem_of("distribute: {node: [brokr]}\n") ==
        "lab.yaml:5:21: there is no entry \"brokr\" (did you mean \"broker\"?)");
  CHECK(problem_of("distribute: {node: []}\n") == "lab.yaml:5:20: \"node\" gets nothing");
  CHECK(problem_of("distribute: {node: [broker, broker]}\n") ==
        "lab.yaml:5:29: \"broker\" goes to \"node\" twice");
}

TEST_CASE("what rests on an entry is known (S4-39)", "[pki]") {
  const auto manifest = test::manifest_of(
      std::string(head) +
      "faults: {late: {like: broker, valid: {from: -2d, to: -1d}, expect: refuse}}\n"
      "export: {x: {for: emqx5, server: broker}}\ndistribute: {node: [broker]}\n");
  CHECK(manifest.users_of("root") == std::vector<std::string>{"it issued \"broker\"",
                                                              "it issued \"late\"",
                                                              "it is in the bundle \"cacert\""});
  CHECK(manifest.users_of("broker") == std::vector<std::string>{"the fault \"late\" is like it",
                                                                "the export \"x\" needs it",
                                                                "\"node\" gets it"});
  CHECK(manifest.users_of("late").empty());
}
