// The section "timeline": what it reads, what it refuses, and how it is told again.
#include "harness/scenario/plan.hpp"
#include "harness/scenario/resolved.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using namespace std::chrono_literals;

namespace {

/// complete(), whose load ends after 25 s, with this timeline in line 4.
std::string with_timeline(const std::string& events) {
  return with("seed: 7", "timeline: [" + events + "]");
}

std::string timeline_error(const std::string& events) { return test::error(with_timeline(events)); }

Timeline timeline_of(const std::string& events) {
  return read_scenario(with_timeline(events)).timeline;
}

/// What `known` says about a driver that can do neither.
std::string error_of_poor_driver(const std::string& events) {
  auto poor = known();
  poor.broker_can = [](const std::string&) {
    return Known::BrokerAbilities{.reload = false, .reads_crls = false};
  };
  const auto scenario = read(with_timeline(events), "storm.yaml", poor);
  return scenario ? "no error" : scenario.error().text();
}

}  // namespace

TEST_CASE("a timeline is read in the words of pki and broker", "[scenario]") {
  const auto events = timeline_of(
      "{at: 1s, broker: restart}, "
      "{at: 2s, pki: {revoke: ['devices[0..99]', 'devices[200]', client], reason: keyCompromise}}, "
      "{at: 2s, broker: reload}, {at: 3s, pki: {swap: {server: stranger, root: cacert}}}, "
      "{at: 4s, pki: {rekey: second, yes_ca: true, valid: 20s}}");
  REQUIRE(events.size() == 5);
  CHECK(std::get<BrokerAction>(events[0].action) == BrokerAction::restart);
  const auto& revoke = std::get<PkiAction>(events[1].action);
  CHECK(revoke.verb == PkiVerb::revoke);
  CHECK(revoke.reason == "keyCompromise");
  REQUIRE(revoke.names.size() == 3);
  CHECK(revoke.names[0].first == 0);
  CHECK(revoke.names[0].last == 99);
  CHECK(revoke.names[1].first == revoke.names[1].last);
  CHECK_FALSE(revoke.names[2].first);
  CHECK(events[2].at == 2s);
  CHECK(std::get<PkiAction>(events[3].action).swaps.size() == 2);
  const auto& rekey = std::get<PkiAction>(events[4].action);
  CHECK(rekey.yes_authority);
  CHECK(rekey.valid == Nanos(20s));

  CHECK(describe(events[0]) == "broker restart");
  CHECK(describe(events[1]) == "pki revoke devices[0..99], devices[200], client");
  CHECK(describe(events[3]) == "pki swap server: stranger, root: cacert");
  CHECK(describe(events[4]) == "pki rekey second (valid 20s)");
  CHECK(changes_crls({events[1]}));
  CHECK_FALSE(changes_crls({events[0], events[3], events[4]}));
  CHECK_FALSE(changes_pki({events[0], events[2]}));
}

TEST_CASE("the resolved scenario tells the timeline so that it reads the same", "[scenario]") {
  const auto text = with_timeline(
      "{at: 500ms, broker: stop}, {at: 1s, broker: start}, "
      "{at: 2s, pki: {revoke: 'devices[0..99]'}}, {at: 3s, pki: {crl: [second], valid: 5s}}, "
      "{at: 4s, pki: {unhold: client}}, {at: 4s, pki: {renew: server}}, "
      "{at: 5s, pki: {swap: {server: client}}}");
  const auto first = resolved(read_scenario(text));
  CHECK(first.find("timeline:\n  - {at: 500ms, broker: stop}\n  - {at: 1s, broker: start}\n"
                   "  - {at: 2s, pki: {revoke: [\"devices[0..99]\"], reason: unspecified}}\n"
                   "  - {at: 3s, pki: {crl: [second], valid: 5s}}\n") != std::string::npos);
  CHECK(resolved(read_scenario(first)) == first);
  CHECK(resolved(read_scenario(complete())).find("timeline") == std::string::npos);
}

TEST_CASE("a dry run tells the timeline", "[scenario]") {
  const auto text =
      plan(read_scenario(with_timeline("{at: 10s, broker: restart}, {at: 15s, pki: {revoke: "
                                       "'devices[0..99]'}}")),
           Limits{})
          .text;
  CHECK(text.find("timeline     at 10s: broker restart\n"
                  "timeline     at 15s: pki revoke devices[0..99]\n") != std::string::npos);
}

TEST_CASE("mistakes in a timeline are found where they are", "[scenario]") {
  CHECK(timeline_error("") ==
        "storm.yaml:4:11: \"timeline\" holds no event (leave it out, or describe one)");
  CHECK(timeline_error("{at: 1s, broker: restrat}") ==
        "storm.yaml:4:29: unknown broker action \"restrat\" (did you mean \"restart\"?)");
  CHECK(timeline_error("{at: 1s, brocker: restart}") ==
        "storm.yaml:4:21: unknown key \"brocker\" in \"timeline[0]\" (did you mean \"broker\"?)");
  CHECK(timeline_error("{at: 1, broker: restart}").starts_with("storm.yaml:4:17: "));
  CHECK(timeline_error("{broker: restart}").find("\"at\" is missing") != std::string::npos);
  CHECK(timeline_error("{at: 1s}") ==
        "storm.yaml:4:12: the event says nothing to do "
        "(write for example {at: 10s, broker: restart})");
  CHECK(timeline_error("{at: 1s, broker: stop, pki: {renew: server}}") ==
        "storm.yaml:4:12: one event does one thing, broker or pki "
        "(write two events at the same time)");
  CHECK(timeline_error("{at: 1s, pki: {renew: server, crl: second}}")
            .ends_with("one event does one thing "
                       "(write an event of its own, at the same time)"));
  CHECK(timeline_error("{at: 1s, pki: {}}")
            .ends_with("\"pki\" says nothing to do "
                       "(one of: revoke, unhold, renew, rekey, crl, swap)"));
  CHECK(timeline_error("{at: 1s, pki: {renew: server, reason: superseded}}") ==
        "storm.yaml:4:42: \"reason\" does not apply to renew (it goes with revoke)");
  CHECK(timeline_error("{at: 1s, pki: {revoke: client, valid: 5s}}")
            .ends_with("\"valid\" does not apply to revoke (it goes with renew, rekey and crl)"));
  CHECK(timeline_error("{at: 1s, pki: {renew: second, yes_ca: true}}")
            .ends_with("\"yes_ca\" does not apply to renew (it goes with rekey)"));
  CHECK(timeline_error("{at: 1s, pki: {revoke: 'devices[0-99]'}}") ==
        "storm.yaml:4:35: \"devices[0-99]\" is no range of a fleet's members "
        "(write for example 'devices[0..99]' (both ends included) or 'devices[17]')");
  CHECK(timeline_error("{at: 1s, pki: {revoke: 'devices[9..1]'}}")
            .ends_with("the range 9..1 is upside down"));
}

TEST_CASE("an event must fall into the load, after those before it", "[scenario]") {
  CHECK(timeline_error("{at: 24s, broker: reload}") == "no error");
  CHECK(timeline_error("{at: 25s, broker: reload}") ==
        "storm.yaml:4:17: the event at 25s comes after the load, which ends at 25s "
        "(let it happen earlier, or the fleets run longer)");
  CHECK(timeline_error("{at: 2s, broker: reload}, {at: 1s, broker: reload}") ==
        "storm.yaml:4:43: the event at 1s stands behind one at 2s "
        "(write events in the order of time)");
}

TEST_CASE("a timeline follows what the broker does", "[scenario]") {
  CHECK(timeline_error("{at: 1s, broker: start}")
            .ends_with("the broker runs then, so start does not apply "
                       "(stop it first, or use restart)"));
  CHECK(timeline_error("{at: 1s, broker: stop}, {at: 2s, broker: reload}")
            .ends_with("the broker was stopped before then, so reload does not apply "
                       "(start it first)"));
  CHECK(timeline_error("{at: 1s, broker: stop}, {at: 2s, broker: start}, "
                       "{at: 3s, broker: restart}") == "no error");
  CHECK(error_of_poor_driver("{at: 1s, broker: reload}")
            .ends_with("mosquitto reads its certificates only when it starts (use restart)"));
  CHECK(error_of_poor_driver("{at: 1s, broker: restart}") == "no error");
}

TEST_CASE("a timeline wants a broker, fleets and a PKI of ours", "[scenario]") {
  const std::string head = "handfast: 1\nname: x\n";
  const std::string fleet =
      "fleets: {a: {listener: tcp, clients: 1, load: {stages: [{rate: 1/s, for: 5s}]}}}\n";
  const std::string event = "timeline: [{at: 1s, broker: restart}]\n";
  CHECK(test::error(head + "target: {url: 'tcp://127.0.0.1:1883'}\n" + fleet + event) ==
        "storm.yaml:5:1: the target is not ours: a timeline cannot restart it or change its files "
        "(use broker: {driver: ...}, or remove the timeline)");
  CHECK(test::error(head +
                    "pki: {preset: emqx-single}\nbroker: {driver: mosquitto, listeners: [tls]}\n" +
                    "checks: {groups: [emqx-guide]}\n" + event)
            .ends_with("a timeline runs beside fleets, and there are none "
                       "(remove it, or describe fleets)"));
  CHECK(test::error(head + "broker: {driver: mosquitto, listeners: [tcp]}\n" + fleet +
                    "timeline: [{at: 1s, pki: {renew: server}}]\n") ==
        "storm.yaml:5:21: the event changes a PKI, and there is no \"pki\" "
        "(write for example pki: {preset: emqx-two-tier})");
  CHECK(test::error(
            head +
            "broker: {driver: mosquitto, listeners: [tcp]}\n"
            "fleets: {a: {listener: tcp, clients: 1, load: {model: search, from: 1/s, to: 2/s, "
            "step: 1s, precision: 5%}}}\nthresholds: [a.errors == 0]\n" +
            event)
            .ends_with("fleet \"a\" searches for the knee, which a timeline would disturb "
                       "(use a load of another model)"));
}

TEST_CASE("a revocation must be seen by somebody", "[scenario]") {
  const std::string one_way =
      "handfast: 1\nname: x\npki: {preset: emqx-two-tier}\n"
      "broker: {driver: mosquitto, listeners: [tls]}\n"
      "fleets: {a: {listener: tls, clients: 1, load: {stages: [{rate: 1/s, for: 5s}]}}}\n";
  CHECK(test::error(one_way + "timeline: [{at: 1s, pki: {revoke: client}}]\n") ==
        "storm.yaml:6:35: no listener asks for a certificate, so nobody would see a revocation "
        "(add the listener tls-two-way)");
  CHECK(test::error(one_way + "timeline: [{at: 1s, pki: {renew: server}}]\n") == "no error");
  CHECK(error_of_poor_driver("{at: 1s, pki: {revoke: client}}")
            .ends_with("mosquitto takes no CRL file, so it would not see a revocation "
                       "(use another driver, for example mosquitto)"));
}

TEST_CASE("names of a timeline are those of the PKI", "[scenario]") {
  CHECK(timeline_error("{at: 1s, pki: {revoke: 'devises[0..9]'}}")
            .ends_with("the PKI has no fleet \"devises\" (did you mean \"devices\"?)"));
  CHECK(timeline_error("{at: 1s, pki: {revoke: 'devices[0..2000]'}}")
            .ends_with("\"devices\" has no member 2000 (its members are 0 to 1999)"));
  CHECK(timeline_error("{at: 1s, pki: {revoke: devices}}")
            .ends_with("\"devices\" is a fleet: say which members "
                       "(write for example 'devices[0..1999]')"));
  CHECK(timeline_error("{at: 1s, pki: {renew: 'devices[0..9]'}}")
            .ends_with("\"devices\" is a fleet, to which renew does not apply "
                       "(its members can be revoked)"));
  CHECK(timeline_error("{at: 1s, pki: {renew: sever}}")
            .ends_with("the PKI has no entry \"sever\" (did you mean \"server\"?)"));
  CHECK(timeline_error("{at: 1s, pki: {revoke: client@1}}") == "no error");
  CHECK(
      timeline_error("{at: 1s, pki: {crl: server}}").find("the PKI has no authority \"server\"") !=
      std::string::npos);
  CHECK(timeline_error("{at: 1s, pki: {rekey: second}}")
            .ends_with("\"second\" is an authority: a new key means to reissue all that it issued "
                       "(add yes_ca: true if that is meant; renew keeps the key)"));
  CHECK(timeline_error("{at: 1s, pki: {swap: {servr: client}}}")
            .ends_with("the broker has no files of \"servr\" (swap server (its chain and key) or "
                       "root (its anchors for client certificates))"));
  CHECK(timeline_error("{at: 1s, pki: {swap: {server: second}}}")
            .find("the PKI has no identity or fault \"second\"") != std::string::npos);
  CHECK(timeline_error("{at: 1s, pki: {swap: {root: cacrt}}}")
            .ends_with("the PKI has no authority or bundle \"cacrt\" (did you mean \"cacert\"?)"));
}
