// Good clients beside bad ones: that the bad ones were there, and what became of them.
#include "tests/integration/scenarios/form.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

const Form bad_chains(
    "bad-chains-under-load",
    {"fleets.alone.load.stages=[{rate: 40/s, for: 1s}]",
     "fleets.beside-strangers.load.stages=[{rate: 0/s, for: 1s}, {rate: 50/s, for: 1s}]",
     "fleets.beside-strangers.load.warm_up=1s", "fleets.beside-expired.load.warm_up=2s",
     "fleets.beside-expired.load.stages=[{rate: 0/s, for: 2s}, {rate: 50/s, for: 1s}]"});
const Form silent("half-open-and-slow",
                  {"fleets.regular.load.stages=[{rate: 20/s, for: 2s}]",
                   "fleets.silent-after-tcp.load.stages=[{rate: 10/s, for: 1s}]",
                   "fleets.silent-after-tcp.half_open.silent_for=500ms",
                   "fleets.silent-in-handshake.load.stages=[{rate: 10/s, for: 1s}]",
                   "fleets.silent-in-handshake.half_open.silent_for=500ms",
                   "fleets.silent-in-connect.load.stages=[{rate: 10/s, for: 1s}]",
                   "fleets.silent-in-connect.half_open.silent_for=500ms",
                   "fleets.slow.load.stages=[{rate: 5/s, for: 2s}]"});

}  // namespace

TEST_CASE("bad-chains-under-load: a fifth is refused, each for its own reason", "[scenarios]") {
  const auto result = bad_chains.play();
  CHECK(fleet_of(result, "alone").succeeded == 40);
  CHECK(fleet_of(result, "alone").lifecycle.bad_chains.total() == 0);
  const auto& strangers = fleet_of(result, "beside-strangers");
  CHECK(strangers.succeeded == 40);
  CHECK(strangers.lifecycle.bad_chains.causes.at({"connack", "alert_received:unknown_ca(48)"}) ==
        10);
  const auto& expired = fleet_of(result, "beside-expired");
  CHECK(expired.succeeded == 40);
  CHECK(expired.lifecycle.bad_chains.causes.at(
            {"connack", "alert_received:certificate_expired(45)"}) == 10);
}

TEST_CASE("half-open-and-slow: silent in three places, slow, and regular ones beside them",
          "[scenarios]") {
  const auto result = silent.play();
  CHECK(fleet_of(result, "regular").succeeded == 40);
  for (const auto* name : {"silent-after-tcp", "silent-in-handshake", "silent-in-connect"}) {
    INFO(name);
    const auto& fleet = fleet_of(result, name);
    CHECK(fleet.lifecycle.half_opens.silent == 10);
    CHECK(fleet.latency.contains(stats::Phase::connack) == false);
  }
  CHECK(fleet_of(result, "silent-after-tcp").tls_handshakes == 0);
  CHECK(fleet_of(result, "silent-in-connect").tls_handshakes == 10);
  const auto& slow = fleet_of(result, "slow");
  CHECK(slow.succeeded == 10);
  // A ClientHello of some 200 bytes alone takes more than ten pieces of 16.
  CHECK(slow.latency.at(stats::Phase::tls).service.min() >= std::chrono::milliseconds(500));
}
