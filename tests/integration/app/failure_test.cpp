// What a user sees when the broker, the certificates or the run itself go wrong: counted, named,
// never lost.
#include <csignal>

#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

std::uint64_t failures_with(const stats::FleetStats& fleet, const std::string& cause) {
  std::uint64_t count = 0;
  for (const auto& [key, times] : fleet.failures) {
    if (key.cause == cause) count += times;
  }
  return count;
}

/// The number behind "pid " in the progress lines.
pid_t broker_pid(const std::string& progress) {
  const auto at = progress.find("pid ");
  REQUIRE(at != std::string::npos);
  return static_cast<pid_t>(std::stol(progress.substr(at + 4)));
}

}  // namespace

TEST_CASE("a wrong CA at the client is told before the load and fails the run in words (S0-18)",
          "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s", {}, "rogue"));
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  CHECK(program.wait() == 1);
  INFO(program.out());
  const auto told = program.err().find(
      "trust: fleet \"sensors\" does not accept what the broker "
      "serves: unable to get local issuer certificate (20, ");
  CHECK(told != std::string::npos);
  CHECK(told < program.err().find("load "));
  const auto result = folder.result();
  CHECK(result.fleets.at(0).verification.find("did not accept the broker's chain before the "
                                              "load: unable to get local issuer") !=
        std::string::npos);
  CHECK(result.load.fleets.at(0).succeeded == 0);
  CHECK(failures_with(result.load.fleets.at(0), "verify:unable_to_get_issuer_cert_locally(20)") ==
        20);
  CHECK_THAT(program.out(), Catch::Contains("FAILED") &&
                                Catch::Contains("unable to get local issuer certificate"));
}

TEST_CASE(
    "a rejected TLS 1.3 client certificate is reported with the alert, though the handshake call "
    "succeeded",
    "[app]") {
  const Folder folder;
  folder.write("lab.yaml",
               "handfast-pki: 1\n"
               "home: pki\n"
               "authorities:\n"
               "  root: {cn: lab root}\n"
               "  rogue: {cn: rogue root, trust: false}\n"
               "identities:\n"
               "  server: {issuer: root, profile: server, names: [localhost, 127.0.0.1]}\n"
               "fleets:\n"
               "  devices: {issuer: rogue, count: 20, cn: 'dev-{i}'}\n");
  auto text = storm("20/s", "1s");
  text.replace(text.find("{preset: emqx-two-tier}"), 23, "{manifest: lab.yaml}");
  text.replace(text.find("clients: 2000"), 13, "clients: 20");
  const auto file = folder.write("storm.yaml", text);
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  CHECK(program.wait() == 1);
  INFO(program.out() << program.err());
  const auto result = folder.result();
  const auto& fleet = result.load.fleets.at(0);
  CHECK(fleet.tls_handshakes == 20);
  CHECK(fleet.succeeded == 0);
  CHECK(failures_with(fleet, "alert_received:unknown_ca(48)") == 20);
  // How it went, for five of them: all the handshake, and the alert only afterwards.
  REQUIRE(fleet.samples.size() == 1);
  const auto& samples = fleet.samples.begin()->second;
  REQUIRE(samples.size() == stats::most_samples);
  for (const auto& sample : samples) {
    REQUIRE(sample.messages.size() >= 6);
    CHECK(sample.messages.front().name == "ClientHello");
    CHECK(sample.messages.front().sent);
    CHECK(sample.messages.back().name == "Finished");
    CHECK(sample.messages.back().sent);
    CHECK(sample.took >= sample.messages.back().after);
    CHECK(!sample.client_id.empty());
  }
  CHECK_THAT(program.out(), Catch::Contains("unknown_ca (48)"));
}

TEST_CASE("Ctrl-C in mid-storm still prints and writes what was measured", "[app]") {
  const Folder folder;
  const auto file =
      folder.write("storm.yaml", storm("50/s", "60s", "reports: [terminal, json, html]\n"));
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  REQUIRE(program.await_err("load 2 s of 60 s"));
  program.signal(SIGINT);
  CHECK(program.wait() == 130);
  INFO(program.out() << program.err());
  const auto result = folder.result();
  CHECK(result.interrupted);
  CHECK(result.load.fleets.at(0).succeeded > 0);
  CHECK(result.load.fleets.at(0).planned < 3000);
  CHECK_THAT(program.out(), Catch::Contains("INTERRUPTED"));
  CHECK(std::filesystem::exists(folder / "out/report.html"));
  CHECK(kill(broker_pid(program.err()), 0) != 0);
}

TEST_CASE("a broker killed in mid-storm gives counted failures and exit 1, no hang, no crash",
          "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("50/s", "4s"));
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  REQUIRE(program.await_err("load 1 s of 4 s"));
  kill(broker_pid(program.err()), SIGKILL);
  CHECK(program.wait() == 1);
  INFO(program.out() << program.err());
  const auto result = folder.result();
  const auto& fleet = result.load.fleets.at(0);
  REQUIRE(result.broker.died);
  CHECK_THAT(*result.broker.died, Catch::Contains("signal 9"));
  CHECK(fleet.succeeded > 0);
  CHECK(failures_with(fleet, "errno:ECONNREFUSED") > 0);
  CHECK(fleet.started == fleet.succeeded + fleet.failed + fleet.interrupted);
  CHECK_THAT(program.out(), Catch::Contains("killed by signal 9"));
}

TEST_CASE("a target that nobody listens on is the environment's fault, with its address", "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  Program program(
      handfast_words({"run", file, "--out", folder.out(), "--target", "tls://127.0.0.1:1"}),
      folder.path());
  CHECK(program.wait() == 3);
  CHECK_THAT(program.err(),
             Catch::EndsWith(
                 "handfast run: 127.0.0.1:1: cannot connect: Connection refused (is the broker "
                 "running, and is this its address?)\n"));
}

TEST_CASE("a broker that is not installed says how to get it", "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  Program program(handfast_words({"run", file, "--out", folder.out(), "--broker-bin",
                                  (folder / "mosquitto").string()}),
                  folder.path());
  CHECK(program.wait() == 3);
  CHECK_THAT(program.err(), Catch::Contains((folder / "mosquitto").string()) &&
                                Catch::Contains("apt-get install mosquitto"));
}

TEST_CASE("results that cannot be written still reach the terminal first", "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  Program first(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  first.wait();
  std::filesystem::remove(folder / "out/result.json");
  std::filesystem::create_directories(folder / "out/result.json/in-the-way");
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  CHECK(program.wait() == 3);
  CHECK_THAT(program.out(), Catch::Contains("sensors"));
  CHECK_THAT(program.err(), Catch::Contains("result.json"));
}
