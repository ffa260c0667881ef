// scenarios/acceptors-too-low.yaml as its user runs it, against the lab gateway with and without
// the fault.
#include <filesystem>

#include "reports/json.hpp"
#include "tests/integration/dtls/plain_mosquitto.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/lab_gateway.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

/// Runs the scenario against a gateway with so many acceptors, 0 for any number.
stats::FleetStats herd_with(std::size_t acceptors) {
  const PlainMosquitto mosquitto;
  const LabGateway gateway({.identity = test_pki().server_identity()}, mosquitto.endpoint(),
                           {.acceptors = acceptors});
  const TempDirectory folder;
  std::filesystem::copy_file(HANDFAST_SCENARIOS "/acceptors-too-low.yaml", folder / "herd.yaml");
  folder.write("pki/root.pem", test_pki().trust_pem());
  Program program({HANDFAST_PROGRAM, "run", (folder / "herd.yaml").string(), "--target",
                   "dtls://127.0.0.1:" + std::to_string(gateway.endpoint().port), "--out",
                   (folder / "out").string()},
                  folder.path());
  program.wait();
  INFO(program.out() << program.err());
  const auto result = reports::load_json(folder / "out" / "result.json");
  REQUIRE(result);
  REQUIRE(result->load.fleets.size() == 1);
  return result->load.fleets.front();
}

}  // namespace

TEST_CASE("acceptors-too-low.yaml tells a gateway with one acceptor from one with plenty",
          "[dtls][mqttsn]") {
  const auto plenty = herd_with(0);
  CHECK(plenty.started == 300);
  CHECK(plenty.failed == 0);
  const auto few = herd_with(1);
  CHECK(few.started == 300);
  REQUIRE((plenty.datagrams && few.datagrams));
  CHECK(few.datagrams->retransmits > plenty.datagrams->retransmits);
  // Whoever was passed over has sent its ClientHello again before there was a cookie.
  CHECK(few.latency.at(stats::Phase::cookie).service.max() >= std::chrono::milliseconds(900));
  CHECK(few.datagrams->kernel_drops == 0);
}
