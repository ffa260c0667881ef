#include "harness/scenario/lifecycle.hpp"

#include "harness/scenario/resolved.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

namespace {

/// The complete scenario with lines added to "sensors", or to "holders".
std::string sensors(const std::string& lines) {
  return with("    behaviour: connect-and-drop\n", lines);
}
std::string holders(const std::string& lines) { return with("    behaviour: hold\n", lines); }

}  // namespace

TEST_CASE("a fleet that says nothing closes politely and does nothing else", "[scenario]") {
  const auto read = read_scenario(complete());
  const auto& options = read.fleet("sensors")->lifecycle;
  CHECK(options.close == loadgen::CloseStyle::disconnect);
  CHECK_FALSE(options.reconnect);
  CHECK_FALSE(options.takeover);
  CHECK_FALSE(options.half_open);
  CHECK_FALSE(options.slow_handshake);
  CHECK_FALSE(options.bad_chains);
}

TEST_CASE("clients that come back are read with all they say, and with defaults", "[scenario]") {
  const auto all = read_scenario(
      holders("    behaviour: reconnect\n    reconnect: {hold_for: 5s, initial: 50ms, max: 2s, "
              "multiplier: 1.5, jitter: equal, max_attempts: 7}\n"));
  const auto& fleet = *all.fleet("holders");
  CHECK(fleet.behaviour == loadgen::Behaviour::reconnect);
  REQUIRE(fleet.lifecycle.reconnect);
  const auto& reconnect = *fleet.lifecycle.reconnect;
  CHECK(reconnect.hold_for == 5s);
  CHECK(reconnect.back_off.initial == 50ms);
  CHECK(reconnect.back_off.max == 2s);
  CHECK(reconnect.back_off.multiplier == 1.5);
  CHECK(reconnect.back_off.jitter == loadgen::Jitter::equal);
  CHECK(reconnect.max_attempts == 7);
  const auto drop = read_scenario(holders("    behaviour: hold\n    on_drop: reconnect\n"));
  REQUIRE(drop.fleet("holders")->lifecycle.reconnect);
  CHECK_FALSE(drop.fleet("holders")->lifecycle.reconnect->hold_for);
}

TEST_CASE("half-open, slow and bad-chain sections are read", "[scenario]") {
  const auto half = read_scenario(
      sensors("    half_open: {share: 5%, stop_at: client-hello, silent_for: 3s}\n    "
              "slow_handshake: {piece: 16B, every: 20ms}\n    close: rst\n"));
  const auto& options = half.fleet("sensors")->lifecycle;
  CHECK(options.close == loadgen::CloseStyle::rst);
  CHECK(options.half_open->share == 0.05);
  CHECK(options.half_open->stop_at == loadgen::StopAt::client_hello);
  CHECK(options.half_open->silent_for == 3s);
  CHECK(options.slow_handshake->share == 1);
  CHECK(options.slow_handshake->piece_bytes == 16);
  CHECK(options.slow_handshake->every == 20ms);
  const auto bad =
      read_scenario(sensors("    bad_chains: {share: 10%, identity: stranger, expect: "
                            "\"alert:unknown_ca,bad_certificate\"}\n"));
  const auto& chains = *bad.fleet("sensors")->lifecycle.bad_chains;
  CHECK(chains.share == 0.1);
  CHECK(chains.identity == "stranger");
  CHECK(chains.expect.refused);
  CHECK(chains.expect.alerts == std::vector<std::uint8_t>{48, 42});
}

TEST_CASE("what does not go together in a lifecycle is refused", "[scenario]") {
  CHECK(error(holders("    behaviour: hold\n    close: close-notify\n")) ==
        "storm.yaml:23:12: close-notify needs TLS, which listener \"tcp\" has not (use the "
        "listener tls or wss)");
  CHECK(error(holders("    behaviour: hold\n    reconnect: {}\n")) ==
        "storm.yaml:23:16: nothing reconnects in this fleet (add on_drop: reconnect)");
  CHECK(error(holders(
            "    behaviour: hold\n    on_drop: reconnect\n    reconnect: {hold_for: 5s}\n")) ==
        "storm.yaml:24:27: clients that hold do not let go by themselves (use behaviour: "
        "reconnect)");
  CHECK(error(sensors("    on_drop: reconnect\n")) ==
        "storm.yaml:17:14: \"on_drop\" applies to the behaviour hold (use behaviour: hold or "
        "behaviour: reconnect)");
  CHECK(error(sensors("    takeover: {after: 1s}\n")) ==
        "storm.yaml:17:15: \"takeover\" applies to the behaviour takeover (add behaviour: "
        "takeover)");
  CHECK(error(sensors("    bad_chains: {share: 5%, identity: strangr}\n")) ==
        "storm.yaml:17:39: the PKI has no fleet, identity or fault \"strangr\" (did you mean "
        "\"stranger\"?)");
  CHECK(
      error(sensors("    bad_chains: {share: 5%, identity: stranger, expect: alert:nonsense}\n")) ==
      "storm.yaml:17:57: unknown alert \"nonsense\" (names are those of RFC 8446 section 6, for "
      "example alert:unknown_ca)");
  CHECK(error(sensors("    half_open: {stop_at: tcp}\n    bad_chains: {share: 5%, identity: "
                      "stranger}\n")) ==
        "storm.yaml:17:16: a half-open client cannot take part in \"bad_chains\" as well (use a "
        "fleet of its own)");
}

TEST_CASE("a resolved lifecycle reads back as itself", "[scenario]") {
  const auto text = sensors(
      "    close: fin\n    slow_handshake: {share: 12.5%, piece: 1B, every: 2ms}\n    bad_chains: "
      "{share: 5%, identity: stranger, expect: alert:unknown_ca}\n");
  const auto once = resolved(read_scenario(text));
  CHECK(once.find("bad_chains: {share: 5%, identity: stranger, expect: \"alert:unknown_ca\"}") !=
        std::string::npos);
  CHECK(resolved(read_scenario(once)) == once);
  const auto back = resolved(read_scenario(holders("    behaviour: reconnect\n")));
  CHECK(resolved(read_scenario(back)) == back);
}
