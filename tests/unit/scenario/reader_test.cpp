#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;

TEST_CASE("a complete scenario is read section by section", "[scenario]") {
  const auto read = read_scenario(complete());
  CHECK(read.name == "storm");
  CHECK(read.summary == "two fleets");
  CHECK(read.seed == 7);
  CHECK(read.pki->preset == "emqx-two-tier");
  CHECK(read.pki_contents->fleets[0].count == 2000);
  CHECK(read.broker->driver == "mosquitto");
  REQUIRE(read.broker->listeners.size() == 4);
  CHECK(read.broker->listeners[2] == ListenerKind{Transport::tls, true});
  CHECK(read.checks->groups == std::vector<std::string>{"emqx-guide"});
  CHECK(read.checks->core);
  REQUIRE(read.fleets.size() == 2);
  CHECK(read.fleets[0].name == "sensors");
  CHECK(read.fleet("holders")->clients == 50);
  CHECK(read.fleet("nobody") == nullptr);
  REQUIRE(read.thresholds.size() == 2);
  CHECK(read.thresholds[1].expression == "sensors.errors == 0");
  CHECK(read.reports == std::vector<Report>{Report::terminal, Report::junit});
}

TEST_CASE("what a scenario leaves out has a default", "[scenario]") {
  const auto read = read_scenario(
      "handfast: 1\nname: a\nbroker: {driver: mosquitto, listeners: [tcp]}\nchecks: {groups: "
      "[emqx-guide]}\n");
  CHECK(read.seed == 1);
  CHECK(read.summary.empty());
  CHECK_FALSE(read.pki);
  CHECK_FALSE(read.checks->core);
  CHECK(read.reports == std::vector<Report>{Report::terminal, Report::json});
}

TEST_CASE("paths start at the scenario's folder", "[scenario]") {
  const std::string text =
      "handfast: 1\nname: a\npki: {manifest: lab.yaml, home: /var/lab}\n"
      "target: {url: 'tls://host:8883', trust: ca.pem, client: {certificate: c.pem, key: "
      "c.key}}\nchecks: {groups: [g]}\n";
  const auto read = scenario::read(text, "dir/storm.yaml", {}).value();
  CHECK(read.pki->manifest == "dir/lab.yaml");
  CHECK(read.pki->home == "/var/lab");
  CHECK(read.target->trust == "dir/ca.pem");
  CHECK(read.target->certificate == "dir/c.pem");
  CHECK(read.target->key == "dir/c.key");
  CHECK(read.target->endpoint.url() == "tls://host:8883");
}

TEST_CASE("the first lines of a scenario are checked", "[scenario]") {
  CHECK(
      error("handfast: 1", "handfast: 2") ==
      "storm.yaml:1:11: scenario format 2 is not known (this version reads format 1: handfast: 1)");
  CHECK(error("handfast: 1\n", "") == "storm.yaml:1:1: \"handfast\" is missing");
  CHECK(error("name: storm\n", "") == "storm.yaml:1:1: \"name\" is missing");
  CHECK(error("name: storm", "name: My Storm") ==
        "storm.yaml:2:7: name \"My Storm\" is not made of lower-case letters, digits and hyphens, "
        "64 at most "
        "(write for example two-way-storm)");
  CHECK(error("seed: 7", "seed: -7") ==
        "storm.yaml:4:7: \"seed\" must be 0 to 9223372036854775807, not -7");
  CHECK(error("summary:", "sumary:") ==
        "storm.yaml:3:1: unknown key \"sumary\" (did you mean \"summary\"?)");
  CHECK(error(std::string("- a list\n")) ==
        "storm.yaml:1:1: the document must be a mapping, not a list");
}

TEST_CASE("the pki section is checked", "[scenario]") {
  CHECK(error("  driver: mosquitto", "  driver: mosquitto\n  certificate: servr") ==
        "storm.yaml:8:16: unknown identity of the PKI \"servr\" (did you mean \"server\"?)");
  CHECK(error("preset: emqx-two-tier", "preset: emqx-two-teir") ==
        "storm.yaml:5:15: unknown preset \"emqx-two-teir\" (did you mean \"emqx-two-tier\"?)");
  CHECK(error("preset: emqx-two-tier", "") ==
        "storm.yaml:5:6: \"pki\" needs either \"preset\" or \"manifest\" (write for example "
        "{preset: emqx-two-tier})");
  CHECK(error("preset: emqx-two-tier", "preset: emqx-single, manifest: a.yaml") ==
        "storm.yaml:5:6: \"pki\" needs either \"preset\" or \"manifest\" (write for example "
        "{preset: emqx-two-tier})");
  CHECK(error("preset: emqx-two-tier", "manifest: ''") ==
        "storm.yaml:5:17: \"manifest\" is an empty path");
  auto broken = known();
  broken.pki = [](const PkiSource&) -> Result<PkiContents> {
    return usage_problem("no issuer", "lab.yaml:3:1");
  };
  CHECK(scenario::read(complete(), "storm.yaml", broken).error().text() ==
        "lab.yaml:3:1: no issuer");
}

TEST_CASE("the broker section is checked", "[scenario]") {
  CHECK(error("driver: mosquitto", "driver: mosqitto") ==
        "storm.yaml:7:11: unknown broker driver \"mosqitto\" (did you mean \"mosquitto\"?)");
  CHECK(error("  driver: mosquitto\n", "") ==
        "storm.yaml:7:3: \"driver\" is missing in \"broker\"");
  CHECK(error("[tcp, tls, tls-two-way, wss]", "[]") ==
        "storm.yaml:8:14: \"listeners\" is an empty list (leave it out for the default)");
  CHECK(error("[tcp, tls, tls-two-way, wss]", "tls") ==
        "storm.yaml:8:14: \"listeners\" must be a list, not \"tls\" (write [tls])");
  CHECK(error("[tcp, tls, tls-two-way, wss]", "[tcp, tcp]") ==
        "storm.yaml:8:20: \"listeners\" names \"tcp\" twice");
  CHECK(error("[tcp, tls, tls-two-way, wss]", "[tls-twoway]") ==
        "storm.yaml:8:15: unknown listener \"tls-twoway\" (did you mean \"tls-two-way\"?)");
  CHECK(error("[tcp, tls, tls-two-way, wss]", "[dtls]") ==
        "storm.yaml:8:15: no broker that handfast starts has a DTLS listener "
        "(use target: {url: \"dtls://host:port\"})");
  CHECK(error("pki: {preset: emqx-two-tier}\n", "") ==
        "storm.yaml:6:3: listener \"tls\" needs a certificate, but there is no \"pki\" "
        "(write for example pki: {preset: emqx-two-tier})");
}

TEST_CASE("the target section is checked", "[scenario]") {
  const auto target = [](const std::string& section) {
    return error("handfast: 1\nname: a\ntarget: {" + section +
                 "}\nchecks: {groups: [emqx-guide]}\n");
  };
  CHECK(target("url: 'tls://h', trust: ca.pem") == "no error");
  CHECK(target("trust: ca.pem") == "storm.yaml:3:9: \"url\" is missing in \"target\"");
  CHECK(target("url: 'tls:/h'") ==
        "storm.yaml:3:15: URL \"tls:/h\" has no scheme (write for example tls://127.0.0.1:8883)");
  CHECK(target("url: 'dtls://h', trust: ca.pem") ==
        "storm.yaml:4:1: checks do not speak DTLS (remove \"checks\": fleets do)");
  CHECK(target("url: 'tls://h', client: {certificate: a.pem}") ==
        "storm.yaml:3:34: \"key\" is missing in \"client\"");
  CHECK(target("url: 'ws://h', trust: ca.pem") ==
        "storm.yaml:3:9: the target ws://h:80/mqtt has no TLS, so \"trust\" and \"client\" do not "
        "apply "
        "(remove them, or use a tls:// or wss:// URL)");
  CHECK(target("descriptor: broker.yaml") ==
        "storm.yaml:3:10: \"descriptor\" is not available in this version "
        "(write for example target: {url: \"tls://host:8883\", trust: ca.pem})");
}

TEST_CASE("checks, fleets and reports are checked", "[scenario]") {
  CHECK(error("[emqx-guide]", "[emqx-guid]") ==
        "storm.yaml:9:19: unknown check group \"emqx-guid\" (did you mean \"emqx-guide\"?)");
  CHECK(error("core: true", "core: yes") ==
        "storm.yaml:9:38: \"core\" must be true or false, not \"yes\" (write true)");
  CHECK(error("[terminal, junit]", "[terminal, pdf]") ==
        "storm.yaml:28:21: unknown report \"pdf\" (one of: terminal, json, junit, html, markdown, "
        "csv, "
        "hlog)");
  CHECK(error("  sensors:", "  Sensors:") ==
        "storm.yaml:11:3: fleet name \"Sensors\" is not made of lower-case letters, digits and "
        "hyphens, 64 at most "
        "(write for example two-way-storm)");
  CHECK(error("  holders:", "  checks:") ==
        "storm.yaml:19:3: a fleet cannot be called \"checks\" (thresholds use that word for the "
        "checks)");
  CHECK(error("  holders:", "  sensors:") ==
        "storm.yaml:19:3: duplicate key \"sensors\" in \"fleets\" (first set in line 11)");
}

TEST_CASE("sections that exclude or need each other are found", "[scenario]") {
  CHECK(error("checks: {", "target: {url: 'tcp://h'}\nchecks: {") ==
        "storm.yaml:9:1: both \"broker\" and \"target\" "
        "(keep broker to start one here, or target to reach one that runs)");
  CHECK(error(std::string("handfast: 1\nname: a\nchecks: {groups: [emqx-guide]}\n")) ==
        "storm.yaml:1:1: neither \"broker\" nor \"target\" "
        "(write for example broker: {driver: mosquitto, listeners: [tls]})");
  CHECK(
      error(std::string("handfast: 1\nname: a\nbroker: {driver: mosquitto, listeners: [tcp]}\n")) ==
      "storm.yaml:1:1: nothing to do: neither \"checks\" nor \"fleets\"");
}

TEST_CASE("a scenario file that is not there is a problem of the environment", "[scenario]") {
  const auto missing = load("no/such/storm.yaml", known());
  CHECK(missing.error() == environment_problem("cannot read the file: No such file or directory",
                                               "no/such/storm.yaml"));
}

TEST_CASE("the quickstart scenario makes 2,000 connections and more in each of its fleets",
          "[scenario]") {
  const auto quickstart = scenario::read(read_source_file("scenarios/quickstart.yaml"),
                                         "scenarios/quickstart.yaml", known())
                              .value();
  REQUIRE(quickstart.fleets.size() == 2);
  for (const auto& fleet : quickstart.fleets) {
    CHECK(fleet.clients == 2000);
    CHECK(total_starts(fleet.stages) >= 2000);
    CHECK(fleet.tls->verify);
  }
}
