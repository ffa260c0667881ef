#include "loadgen/check_lifecycle.hpp"

#include <functional>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

FleetSpec good_fleet() {
  FleetSpec fleet;
  fleet.name = "sensors";
  fleet.endpoint = {.transport = Transport::tls, .host = "127.0.0.1", .port = 8883};
  return fleet;
}

std::string refusal(const std::function<void(FleetSpec&)>& bend) {
  FleetSpec fleet = good_fleet();
  bend(fleet);
  const auto checked = check_lifecycle(fleet);
  REQUIRE(!checked);
  CHECK(checked.error().kind == ProblemKind::usage);
  return checked.error().message;
}

Result<tls::Identity> nobody(std::uint64_t) { return tls::Identity{}; }

}  // namespace

TEST_CASE("What connections do besides messages is checked before they do it", "[loadgen]") {
  CHECK(check_lifecycle(good_fleet()));
  CHECK(refusal([](FleetSpec& f) {
          f.endpoint.transport = Transport::tcp;
          f.close = CloseStyle::close_notify;
        }) == "fleet \"sensors\": without TLS there is no close_notify");
  CHECK(refusal([](FleetSpec& f) { f.behaviour = Behaviour::reconnect; }) ==
        "fleet \"sensors\": its behaviour is reconnect, but it does not say how");
  CHECK(refusal([](FleetSpec& f) { f.reconnect.emplace(); }) ==
        "fleet \"sensors\": only clients that hold their connections come back");
  CHECK(refusal([](FleetSpec& f) {
          f.behaviour = Behaviour::hold;
          f.reconnect = Reconnect{.back_off = {.initial = 2s, .max = 1s}};
        }) == "fleet \"sensors\": the back-off must begin above zero and not above its maximum");
  CHECK(refusal([](FleetSpec& f) {
          f.behaviour = Behaviour::hold;
          f.reconnect = Reconnect{.back_off = {.multiplier = 0.5}};
        }) == "fleet \"sensors\": the back-off's multiplier must be 1 to 100");
  CHECK(refusal([](FleetSpec& f) { f.half_open = HalfOpen{.share = 1.5}; }) ==
        "fleet \"sensors\": half-open clients need a share of 0 to 1 and a time to be silent");
  CHECK(refusal([](FleetSpec& f) {
          f.endpoint.transport = Transport::ws;
          f.half_open = HalfOpen{.stop_at = StopAt::client_hello};
        }) == "fleet \"sensors\": without TLS there is no ClientHello to stop at");
  CHECK(refusal([](FleetSpec& f) { f.slow_handshake = SlowHandshake{.every = 1us}; }) ==
        "fleet \"sensors\": slow handshakes need a share of 0 to 1, pieces of a byte or more and "
        "at least 1 ms between them");
  CHECK(refusal([](FleetSpec& f) { f.bad_chains = BadChains{.share = 0.5}; }) ==
        "fleet \"sensors\": bad chains need a share of 0 to 1 and an identity");
  CHECK(refusal([](FleetSpec& f) {
          f.bad_chains = BadChains{
              .share = 0.5, .identity = nobody, .expect = {.refused = false, .alerts = {48}}};
        }) == "fleet \"sensors\": a chain that is accepted brings no alert");
  CHECK(refusal([](FleetSpec& f) {
          f.bad_chains = BadChains{.share = 0.5, .identity = nobody};
          f.half_open.emplace();
        }) == "fleet \"sensors\": take-over, half-open and bad chains exclude each other");
}
