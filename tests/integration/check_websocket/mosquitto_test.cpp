// Group D on a real mosquitto 2.0.11 with libwebsockets: what came of each row.
#include <algorithm>
#include <map>

#include "harness/check/websocket/rows.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/emqx_lab.hpp"
#include "tests/support/live_bench.hpp"

namespace handfast::test {
namespace {

using reports::Verdict;

/// A broker with a wss listener; the plain one is there because mosquitto starts with none less.
class WssLab {
 public:
  WssLab() : materials_(check::Materials::from_pki(lab_.pki()).value()) {
    broker::ListenerSettings wss;
    wss.name = "wss";
    wss.kind = parse_listener(wss.name).value();
    wss.certificate = materials_.identity("server")->chain;
    wss.key = materials_.identity("server")->key;
    broker::ListenerSettings plain;
    plain.name = "tcp";
    plain.kind = parse_listener(plain.name).value();
    broker_ = lab_.start({plain, wss});
  }

  LiveBench bench() const {
    LiveBench bench({{"wss-one", broker_->find("wss")->endpoint}}, materials_);
    bench.pid_of_server = broker_->pid();
    return bench;
  }

 private:
  EmqxLab lab_;
  check::Materials materials_;
  std::unique_ptr<broker::Broker> broker_;
};

const check::CheckSpec& wss_row(const std::string& id) {
  static const auto rows = check::websocket_specs();
  const auto found = std::ranges::find(rows, id, &check::CheckSpec::id);
  REQUIRE(found != rows.end());
  return *found;
}

void check_verdicts(const std::map<std::string, Verdict>& expected) {
  const WssLab lab;
  auto bench = lab.bench();
  for (const auto& [id, verdict] : expected) {
    const auto& row = wss_row(id);
    const auto& plan = std::get<check::ScriptPlan>(row.plan);
    const auto judged = plan.judge(row.level, plan.drive(bench));
    INFO(id << ": " << judged.observed << " / " << judged.reason);
    CHECK(reports::to_string(judged.verdict) == reports::to_string(verdict));
  }
}

TEST_CASE("mosquitto takes text and unmasked frames, and ends what else is wrong", "[check]") {
  check_verdicts({{"ws-frame-text", Verdict::fail},
                  {"ws-frame-unmasked", Verdict::fail},
                  {"ws-frame-rsv", Verdict::pass},
                  {"ws-frame-opcode", Verdict::pass},
                  {"ws-frame-orphan-continuation", Verdict::pass},
                  {"ws-control-too-long", Verdict::warn},  // no close frame
                  {"ws-length-nonminimal", Verdict::info},
                  {"ws-length-huge", Verdict::pass},  // read as a stream
                  {"ws-length-msb", Verdict::warn}});
}

TEST_CASE("mosquitto reads MQTT across all borders of frames", "[check]") {
  check_verdicts({{"ws-frame-binary-split", Verdict::pass},
                  {"ws-frame-byte-each", Verdict::pass},
                  {"ws-frame-many-packets", Verdict::pass},
                  {"ws-frame-continuation", Verdict::pass},
                  {"ws-frame-ping-between", Verdict::pass},
                  {"ws-frame-header-split", Verdict::pass},
                  {"ws-ping", Verdict::pass},
                  {"ws-outbound-frames", Verdict::pass},
                  {"ws-deflate", Verdict::pass}});
}

TEST_CASE("mosquitto upgrades nearly everything", "[check]") {
  check_verdicts({{"ws-upgrade-mqtt", Verdict::pass},
                  {"ws-upgrade-list", Verdict::pass},
                  {"ws-upgrade-header-forms", Verdict::pass},
                  {"ws-upgrade-unknown", Verdict::warn},  // closed without an HTTP answer
                  {"ws-upgrade-version", Verdict::warn},
                  {"ws-upgrade-bad-key", Verdict::warn},
                  {"ws-upgrade-post", Verdict::warn},
                  {"ws-upgrade-path", Verdict::warn},
                  {"ws-upgrade-query", Verdict::pass},
                  {"ws-upgrade-header-flood", Verdict::pass},
                  {"ws-upgrade-piggyback", Verdict::info},
                  {"ws-http-get", Verdict::warn}});
}

}  // namespace
}  // namespace handfast::test
