// Comparisons: that each side of one was what its name says.
#include <openssl/crypto.h>

#include <algorithm>

#include "tests/integration/scenarios/form.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

/// `fleets` one after another, each with 20 connections within a second in which it has the broker
/// to itself.
std::vector<std::string> in_turn(const std::vector<std::string>& fleets,
                                 const std::vector<std::string>& more = {}) {
  std::vector<std::string> changes;
  int second = 0;
  for (const auto& fleet : fleets) {
    const auto load = "fleets." + fleet + ".load.";
    const auto before = std::to_string(second) + "s";
    if (second == 0) {
      changes.push_back(load + "stages=[{rate: 20/s, for: 1s}]");
    } else {
      changes.push_back(load + "stages=[{rate: 0/s, for: " + before + "}, {rate: 20/s, for: 1s}]");
      changes.push_back(load + "warm_up=" + before);
    }
    ++second;
  }
  changes.insert(changes.end(), more.begin(), more.end());
  return changes;
}

const Form client_keys(
    "client-key-types",
    in_turn({"rsa2048", "rsa3072", "p256", "p384", "ed25519"},
            {"thresholds=[rsa2048.distinct_certificates >= 20, "
             "rsa3072.distinct_certificates >= 20, p256.distinct_certificates >= 20, "
             "p384.distinct_certificates >= 20, ed25519.distinct_certificates >= 20]"}));
const Form server_keys("server-key-types", {"fleets.storm.load.stages=[{rate: 20/s, for: 2s}]",
                                            "fleets.storm.load.warm_up=1s"});
const Form groups("key-exchange-groups", in_turn({"x25519", "p256", "post-quantum"}));
const Form certificates("one-way-and-two-way",
                        in_turn({"one-way", "two-way"},
                                {"thresholds[3]=two-way.distinct_certificates >= 20"}));
const Form upgrades("wss-and-tls", in_turn({"tls", "wss"}));

std::uint64_t negotiated(const reports::Result& result, const std::string& fleet,
                         const std::string& aspect, const std::string& value) {
  const auto& all = fleet_of(result, fleet).negotiated.at(aspect);
  const auto found = all.find(value);
  return found == all.end() ? 0 : found->second;
}

}  // namespace

TEST_CASE("client-key-types: a fleet for each type, with keys of that type", "[scenarios]") {
  const auto result = client_keys.play();
  for (const auto* name : {"rsa2048", "rsa3072", "p256", "p384", "ed25519"}) {
    INFO(name);
    CHECK(fleet_of(result, name).succeeded == 20);
    CHECK(fleet_of(result, name).distinct_certificates == 20);
  }
  // As the first certificate of each fleet has it.
  for (const std::string line :
       {"rsa2048: 200 certificates, RSA 2048", "rsa3072: 200 certificates, RSA 3072",
        "p256: 200 certificates, P-256", "p384: 200 certificates, P-384",
        "ed25519: 200 certificates, Ed25519"}) {
    INFO(line);
    CHECK(std::ranges::count(result.pki, line + ", issued by second") == 1);
  }
}

TEST_CASE("server-key-types: the broker signs with the key that was asked for", "[scenarios]") {
  const Folder shared;
  const auto home = "pki.home=" + (shared / "pki").string();
  const auto plain = server_keys.play({home});
  CHECK(negotiated(plain, "storm", "signature", "ecdsa_secp256r1_sha256") == 20);
  const auto rsa = server_keys.play({home, "broker.certificate=server-rsa3072"});
  CHECK(negotiated(rsa, "storm", "signature", "rsa_pss_rsae_sha256") == 20);
  const auto p384 = server_keys.play({home, "broker.certificate=server-p384"});
  CHECK(negotiated(p384, "storm", "signature", "ecdsa_secp384r1_sha384") == 20);
  const auto edwards = server_keys.play({home, "broker.certificate=server-ed25519"});
  CHECK(negotiated(edwards, "storm", "signature", "ed25519") == 20);
  CHECK_THAT(edwards.scenario_resolved, Catch::Contains("certificate: server-ed25519"));
}

TEST_CASE("key-exchange-groups: each fleet has its own, the hybrid one where both sides know it",
          "[scenarios]") {
  const auto result = groups.play();
  CHECK(negotiated(result, "x25519", "group", "x25519") == 20);
  CHECK(negotiated(result, "p256", "group", "secp256r1") == 20);
  const bool hybrid = OpenSSL_version_num() >= 0x30500000UL;
  CHECK(negotiated(result, "post-quantum", "group", hybrid ? "X25519MLKEM768" : "x25519") == 20);
  const auto& engine = result.fleets.at(2).tls_engine;
  INFO(engine);
  CHECK((engine.find("lacks it: X25519MLKEM768") == std::string::npos) == hybrid);
}

TEST_CASE("one-way-and-two-way: one side shows certificates, the other none", "[scenarios]") {
  const auto result = certificates.play();
  CHECK(fleet_of(result, "one-way").succeeded == 20);
  CHECK(fleet_of(result, "one-way").distinct_certificates == 0);
  CHECK(fleet_of(result, "two-way").distinct_certificates == 20);
  CHECK(fleet_of(result, "two-way").bytes_sent > fleet_of(result, "one-way").bytes_sent);
}

TEST_CASE("wss-and-tls: one side upgrades, the other does not", "[scenarios]") {
  const auto result = upgrades.play();
  CHECK(fleet_of(result, "tls").succeeded == 20);
  CHECK_FALSE(fleet_of(result, "tls").latency.contains(stats::Phase::upgrade));
  CHECK(fleet_of(result, "wss").latency.at(stats::Phase::upgrade).service.count() == 20);
}
