// What happens to broker and PKI while fleets run: that it happened, and that the right ones
// noticed.
#include "tests/integration/scenarios/form.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

const Form rotation(
    "certificate-rotation",
    {"fleets.storm.load.stages=[{rate: 20/s, for: 7s}]", "fleets.holders.clients=20",
     "fleets.holders.load.stages=[{rate: 40/s, for: 500ms}, {rate: 0/s, for: 6s}]",
     "timeline=[{at: 1s, pki: {renew: server}}, {at: 1500ms, broker: reload}, "
     "{at: 3s, pki: {rekey: server}}, {at: 3500ms, broker: reload}, "
     "{at: 5s, pki: {rekey: second, yes_ca: true}}, {at: 5500ms, broker: reload}]"});
const Form ca_swap("ca-swap",
                   {"fleets.old-clients.load.stages=[{rate: 20/s, for: 9s}]",
                    "fleets.new-clients.load.stages=[{rate: 20/s, for: 9s}]",
                    "fleets.storm.load.stages=[{rate: 20/s, for: 9s}]",
                    "timeline=[{at: 1s, pki: {swap: {root: both}}}, {at: 1500ms, broker: restart}, "
                    "{at: 3500ms, pki: {swap: {server: server-new}}}, {at: 4s, broker: reload}, "
                    "{at: 6s, pki: {swap: {root: root-new}}}, {at: 6500ms, broker: restart}]",
                    "thresholds=[new-clients.errors >= 20, new-clients.errors <= 100, "
                    "old-clients.errors >= 20, old-clients.errors <= 120, storm.errors <= 80]"});
// The fleet that expires does so 15 s after it was minted, as the manifest says.
const Form expiry("expiry",
                  {"fleets.devices.load.stages=[{rate: 20/s, for: 5s}]",
                   "fleets.expiring.load.stages=[{rate: 10/s, for: 19s}]",
                   "fleets.storm.load.stages=[{rate: 20/s, for: 13s}]",
                   "timeline=[{at: 1s, pki: {renew: server, valid: 5s}}, {at: 2s, broker: reload}, "
                   "{at: 9s, pki: {renew: server, valid: 90d}}, {at: 10s, broker: reload}]",
                   "thresholds=[devices.errors == 0, expiring.errors >= 10, storm.errors >= 20, "
                   "storm.errors <= 120]"});
const Form reconnect(
    "mass-reconnect",
    {"fleets.gateways.clients=40",
     "fleets.gateways.load.stages=[{rate: 80/s, for: 500ms}, {rate: 0/s, for: 9s}]",
     "timeline=[{at: 2s, broker: restart}]",
     "thresholds=[gateways.connections_lost >= 40, gateways.reconnected >= 40, "
     "gateways.away == 0, gateways.errors < 400]"});
const Form revocation(
    "revocation", {"fleets.devices.load.stages=[{rate: 10/s, for: 6s}]",
                   "fleets.stolen.load.stages=[{rate: 10/s, for: 6s}]",
                   "timeline=[{at: 1s, pki: {revoke: 'stolen[0..99]', reason: keyCompromise}}, "
                   "{at: 2s, broker: reload}]",
                   "thresholds=[devices.errors == 0, stolen.errors >= 20, stolen.errors <= 50]"});

std::uint64_t failures(const stats::FleetStats& fleet, const std::string& cause) {
  std::uint64_t count = 0;
  for (const auto& [key, times] : fleet.failures) {
    if (key.cause == cause) count += times;
  }
  return count;
}

}  // namespace

TEST_CASE("certificate-rotation: four chains are shown, and nobody fails", "[scenarios]") {
  const auto result = rotation.play();
  const auto& storm = fleet_of(result, "storm");
  CHECK(storm.succeeded == 140);
  // A chain that was accepted is remembered, so each one is verified in full once.
  CHECK(storm.negotiated.at("authentication").at("chain verified") >= 4);
  CHECK(fleet_of(result, "holders").succeeded == 20);
}

TEST_CASE("ca-swap: new clients get in after the first step, old ones stay out after the last",
          "[scenarios]") {
  const auto result = ca_swap.play();
  CHECK(failures(fleet_of(result, "new-clients"), "alert_received:unknown_ca(48)") >= 10);
  CHECK(failures(fleet_of(result, "old-clients"), "alert_received:unknown_ca(48)") >= 10);
  CHECK(failures(fleet_of(result, "storm"), "verify:self_signed_certificate_in_chain(19)") == 0);
}

TEST_CASE("expiry: clients are refused by the broker, and the broker by clients", "[scenarios]") {
  const auto result = expiry.play();
  const auto& expiring = fleet_of(result, "expiring");
  CHECK(failures(expiring, "alert_received:certificate_expired(45)") >= 10);
  CHECK(expiring.succeeded >= 50);
  CHECK(failures(fleet_of(result, "storm"), "verify:cert_has_expired(10)") >= 20);
}

TEST_CASE("mass-reconnect: everybody is dropped, and everybody comes back", "[scenarios]") {
  const auto result = reconnect.play();
  const auto& back = fleet_of(result, "gateways").lifecycle.reconnects;
  CHECK(back.lost >= 40);
  CHECK(back.away == 0);
  CHECK(back.given_up == 0);
}

TEST_CASE("revocation: the revoked are refused as such, and nobody else", "[scenarios]") {
  const auto result = revocation.play();
  CHECK(failures(fleet_of(result, "stolen"), "alert_received:certificate_revoked(44)") >= 20);
  CHECK(fleet_of(result, "devices").succeeded == 60);
}
