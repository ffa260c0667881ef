// The opening handshake (RFC 6455 section 4.2): what may be asked for, and what must be refused.
#include "harness/check/websocket/table.hpp"

namespace handfast::check::wss {

namespace {

using Change = std::function<void(Request&)>;

/// Upgrades with a changed request; where that is answered with 101, CONNECT follows.
std::function<void(Conversation&, Step&)> asking(Change change) {
  return [change = std::move(change)](Conversation& talk, Step&) {
    auto request = usual_request(talk.endpoint());
    change(request);
    if (talk.upgrade(request)) talk.to_pingresp();
  };
}

Change offering(std::string protocols) {
  return [protocols = std::move(protocols)](Request& request) {
    request.set("Sec-WebSocket-Protocol", protocols);
  };
}

FactWant selects_mqtt() {
  return {.name = "subprotocol",
          .values = {"mqtt"},
          .otherwise = "the subprotocol that the client offered was not selected"};
}

Move accepted(std::string what, Change change) {
  Move move;
  move.what = std::move(what);
  move.play = asking(std::move(change));
  move.facts = {selects_mqtt()};
  return move;
}

Move refused(std::string what, std::vector<std::uint16_t> statuses, Change change) {
  Move move;
  move.what = std::move(what);
  move.play = asking(std::move(change));
  move.expect = Expect::refused;
  move.codes = std::move(statuses);
  return move;
}

Move recorded(std::string what, Change change) {
  Move move;
  move.what = std::move(what);
  move.play = asking(std::move(change));
  move.expect = Expect::either;
  return move;
}

CheckSpec usual_upgrade() {
  MoveRow row;
  row.moves = {accepted("upgrade with \"mqtt\"", [](Request&) {})};
  row.moves.front().facts.push_back(
      {.name = "accept hash",
       .values = {"right"},
       .otherwise = "Sec-WebSocket-Accept does not answer the client's key"});
  row.twin = false;  // it is the twin
  return wss_spec("ws-upgrade-mqtt", std::move(row));
}

CheckSpec header_forms() {
  MoveRow row;
  row.moves.push_back(accepted("Connection: keep-alive, Upgrade", [](Request& request) {
    request.set("Connection", "keep-alive, Upgrade");
  }));
  row.moves.push_back(accepted("names and values in other letter case", [](Request& request) {
    request.set("Upgrade", "WebSocket");
    request.set("Connection", "upgrade");
    for (auto& [name, value] : request.fields) {
      for (auto& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }));
  row.moves.push_back(accepted("subprotocols over two lines", [](Request& request) {
    request.set("Sec-WebSocket-Protocol", "foo");
    request.add("Sec-WebSocket-Protocol", "mqtt");
  }));
  return wss_spec("ws-upgrade-header-forms", std::move(row));
}

const std::string only_foo = "upgrade with \"foo\"";

/// Never to be echoed: must. No MQTT behind it: should. 400, or a close frame once the client
/// speaks MQTT; a close without a word is a right outcome reached badly.
Judgement judge_unknown(Level level, const ScriptEvidence& evidence) {
  return judge_single(evidence, only_foo, [level](const Step& step) {
    if (fact(step, "subprotocol") == "foo") {
      return web_contrary(level, step, "a subprotocol that is not spoken was selected");
    }
    if (step.outcome == probe::Outcome::accept || step.outcome == probe::Outcome::refuse) {
      return web_contrary(Level::should, step, "MQTT was served without its subprotocol");
    }
    const bool upgraded = !fact(step, "subprotocol").empty();
    constexpr std::uint16_t bad_request[] = {400};
    return upgraded ? judge_closed(Level::should, step, {})
                    : judge_refused(Level::should, step, bad_request);
  });
}

CheckSpec unknown_subprotocol() {
  MoveRow row;
  row.moves = {recorded(only_foo, offering("foo"))};
  ScriptPlan plan;
  plan.drive = [row](Bench& bench) { return drive_moves(row, bench); };
  plan.judge = judge_unknown;
  return wss_spec("ws-upgrade-unknown", std::move(plan));
}

/// RFC 6455 section 4.4: 426 names the versions that the server speaks.
CheckSpec other_version() {
  auto move = refused("Sec-WebSocket-Version: 8", {426, 400}, {});
  move.play = [](Conversation& talk, Step& step) {
    auto request = usual_request(talk.endpoint());
    request.set("Sec-WebSocket-Version", "8");
    if (talk.upgrade(request)) {
      talk.to_pingresp();
    } else if (talk.answer() && talk.answer()->status == 426) {
      const auto spoken = talk.answer()->field("Sec-WebSocket-Version");
      step.facts.emplace_back("versions named", spoken);
      step.facts.emplace_back("names version 13",
                              spoken.find("13") == std::string::npos ? "no" : "yes");
    } else {
      step.facts.emplace_back("names version 13", "not asked");
    }
  };
  move.facts = {{.name = "names version 13",
                 .values = {"yes", "not asked"},
                 .otherwise = "426 does not name the version that is spoken"}};
  return wss_spec("ws-upgrade-version", std::move(move));
}

CheckSpec bad_keys() {
  MoveRow row;
  row.moves = {refused("8 bytes of base64", {400},
                       [](Request& request) { request.set("Sec-WebSocket-Key", "AAECAwQFBgc="); }),
               refused("no base64", {400}, [](Request& request) {
                 request.set("Sec-WebSocket-Key", "(this is no key at all)");
               })};
  return wss_spec("ws-upgrade-bad-key", std::move(row));
}

CheckSpec foreign_origin() {
  auto spec =
      wss_spec("ws-upgrade-origin", refused("a foreign Origin", {403}, [](Request& request) {
                 request.set("Origin", "https://foreign.handfast.test");
               }));
  spec.capabilities.emplace_back("ws.origin");
  return spec;
}

CheckSpec with_query() {
  auto move = accepted("the path with a query",
                       [](Request& request) { request.target += "?token=handfast&x=1"; });
  move.codes = {404};
  move.facts.clear();  // of an upgrade that may be refused
  return wss_spec("ws-upgrade-query", std::move(move));
}

}  // namespace

std::vector<CheckSpec> upgrade_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(usual_upgrade());
  rows.push_back(
      wss_spec("ws-upgrade-list", accepted("upgrade with \"foo, mqtt\"", offering("foo, mqtt"))));
  rows.push_back(
      wss_spec("ws-upgrade-mqttv31", recorded("upgrade with \"mqttv3.1\"", offering("mqttv3.1"))));
  rows.push_back(header_forms());
  rows.push_back(unknown_subprotocol());
  rows.push_back(
      wss_spec("ws-upgrade-none", recorded("upgrade without subprotocol", [](Request& request) {
                 request.remove("Sec-WebSocket-Protocol");
               })));
  rows.push_back(other_version());
  rows.push_back(bad_keys());
  rows.push_back(wss_spec("ws-upgrade-post", refused("POST", {405, 400}, [](Request& request) {
                            request.method = "POST";
                          })));
  rows.push_back(wss_spec("ws-upgrade-path", refused("another path", {404}, [](Request& request) {
                            request.target = "/handfast-serves-no-such-path";
                          })));
  rows.push_back(with_query());
  rows.push_back(foreign_origin());
  return rows;
}

}  // namespace handfast::check::wss
