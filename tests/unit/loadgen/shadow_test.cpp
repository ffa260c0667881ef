// When a connection and its repetition with libssl ended alike.
#include "loadgen/shadow.hpp"
#include "loadgen/run.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;

namespace {

std::string told(const char* phase, const char* cause) {
  return TlsOutcome::of({phase, cause}).text();
}

}  // namespace

TEST_CASE("A shadow compares what TLS said, and nothing above or below", "[loadgen]") {
  CHECK(told("tls", "verify:cert_has_expired(10)") == "verify:cert_has_expired(10)");
  CHECK(told("connack", "alert_received:unknown_ca(48)") == "alert_received:unknown_ca(48)");
  CHECK(told("tls", "alert_sent:protocol_version(70)") == "alert_sent:protocol_version(70)");
  CHECK(told("tls", "tls:protocol") == "tls:protocol");
  for (const char* end : {"closed", "errno:ECONNRESET", "errno:EPIPE"}) {
    CHECK(told("tls", end) == "ended without an alert");
    CHECK(told("connack", end) == "ended without an alert");
    CHECK(told("established", end) == "passed");
    CHECK_FALSE(TlsOutcome::of({"tcp", end}).comparable());
  }
  for (const char* above : {"connack:not_authorized(5)", "http:404", "mqtt:malformed"})
    CHECK(told("connack", above) == "passed");
  CHECK(told("established", "deadline") == "passed");
  for (const char* nothing : {"deadline", "errno:EMFILE", "local:no key"})
    CHECK_FALSE(TlsOutcome::of({"tls", nothing}).comparable());
}

TEST_CASE("Pairs are counted once, and a difference makes the run not valid", "[loadgen]") {
  const auto passed = TlsOutcome::passed();
  const auto expired = TlsOutcome::of({"tls", "verify:cert_has_expired(10)"});
  const auto late = TlsOutcome::of({"tls", "deadline"});
  stats::FleetStats fleet{.name = "f"};
  auto& shadows = fleet.lifecycle.shadows;
  compare(passed, passed, shadows);
  compare(expired, expired, shadows);
  compare(late, passed, shadows);
  compare(expired, late, shadows);
  CHECK(shadows == stats::Shadows{.agreed = 2, .not_comparable = 2});
  stats::Snapshot snapshot{.fleets = {fleet}};
  CHECK(saturation_reasons(snapshot).empty());

  compare(passed, expired, snapshot.fleets[0].lifecycle.shadows);
  const auto reasons = saturation_reasons(snapshot);
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0] ==
        "fleet \"f\": 1 of 3 connections ended otherwise than with libssl, the first kind: passed, "
        "and with libssl verify:cert_has_expired(10)");
}
