// Contradictions within what a fleet's connections do besides messages.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using loadgen::Behaviour;

class LifecycleCheck {
 public:
  LifecycleCheck(const Fleet& fleet, const Node& node, const Scenario& scenario)
      : fleet_(fleet), options_(fleet.lifecycle), node_(node), scenario_(scenario) {}

  Result<void> run() const {
    auto done = close_needs_tls();
    if (done) done = reconnect_applies();
    if (done) done = takeover_applies();
    if (done) done = open_loop_follows();
    if (done) done = half_open_needs_tls();
    if (done) done = bad_chains_are_shown();
    if (done) done = bad_chains_exist();
    if (done) done = one_part_each();
    return done;
  }

 private:
  /// The value of `key` in the fleet, or of `below` in that; the fleet itself where it is absent.
  Node at(std::string_view key, std::string_view below = {}) const {
    auto map = config::Map::of(node_);
    auto found = map ? map->find(key) : std::nullopt;
    if (!found) return node_;
    if (below.empty()) return *found;
    auto inner = config::Map::of(*found);
    auto deeper = inner ? inner->find(below) : std::nullopt;
    return deeper ? *deeper : *found;
  }

  bool has(std::string_view key) const {
    auto map = config::Map::of(node_);
    return map && map->find(key).has_value();
  }

  Problem no_tls(const Node& place, std::string_view what) const {
    return place.problem(fmt::format("{} needs TLS, which listener \"{}\" has not", what,
                                     to_string(fleet_.listener)),
                         "use the listener tls or wss");
  }

  bool tls() const { return uses_tls(fleet_.listener.transport); }

  Result<void> close_needs_tls() const {
    if (options_.close != loadgen::CloseStyle::close_notify || tls()) return {};
    return no_tls(at("close"), "close-notify");
  }

  Result<void> reconnect_applies() const {
    const bool comes_back = fleet_.behaviour == Behaviour::reconnect;
    const bool holds = fleet_.behaviour == Behaviour::hold;
    if (has("on_drop") && !holds) {
      return at("on_drop").problem("\"on_drop\" applies to the behaviour hold",
                                   comes_back ? "remove it: these clients always come back"
                                              : "use behaviour: hold or behaviour: reconnect");
    }
    if (!has("reconnect") || comes_back) return {};
    if (!holds || !options_.on_drop_reconnect) {
      return at("reconnect")
          .problem("nothing reconnects in this fleet",
                   holds ? "add on_drop: reconnect"
                         : "use behaviour: reconnect, or hold with on_drop: "
                           "reconnect");
    }
    if (!options_.reconnect->hold_for) return {};
    return at("reconnect", "hold_for")
        .problem("clients that hold do not let go by themselves", "use behaviour: reconnect");
  }

  Result<void> takeover_applies() const {
    if (!has("takeover") || fleet_.behaviour == Behaviour::takeover) return {};
    return at("takeover")
        .problem("\"takeover\" applies to the behaviour takeover", "add behaviour: takeover");
  }

  Result<void> open_loop_follows() const {
    const bool follows = options_.reconnect || fleet_.behaviour == Behaviour::takeover;
    if (!follows || !fleet_.closed) return {};
    return at("load", "model")
        .problem("clients that connect again by themselves need an open loop",
                 "use model: open with stages");
  }

  Result<void> half_open_needs_tls() const {
    if (!options_.half_open || tls()) return {};
    if (options_.half_open->stop_at != loadgen::StopAt::client_hello) return {};
    return no_tls(at("half_open", "stop_at"), "client-hello");
  }

  Result<void> bad_chains_are_shown() const {
    if (!options_.bad_chains) return {};
    const auto place = at("bad_chains");
    if (!tls()) return no_tls(place, "\"bad_chains\"");
    if (!scenario_.pki) {
      return place.problem("\"bad_chains\" names an entry of the PKI, but there is no \"pki\"",
                           "write for example pki: {preset: emqx-two-tier}");
    }
    if (fleet_.listener.two_way || !scenario_.broker) return {};
    return place.problem(fmt::format("listener \"{}\" asks for no certificate, so no chain is "
                                     "ever shown",
                                     to_string(fleet_.listener)),
                         fmt::format("use the listener {}-two-way", to_string(fleet_.listener)));
  }

  Result<void> bad_chains_exist() const {
    if (!options_.bad_chains || !scenario_.pki_contents) return {};
    const PkiContents& contents = *scenario_.pki_contents;
    std::vector<std::string> names = contents.identities;
    names.insert(names.end(), contents.faults.begin(), contents.faults.end());
    for (const auto& candidate : contents.fleets) names.push_back(candidate.name);
    const std::string& wanted = options_.bad_chains->identity;
    if (std::ranges::find(names, wanted) != names.end()) return {};
    const auto shown = printable(wanted, 60);
    return at("bad_chains", "identity")
        .problem(fmt::format("the PKI has no fleet, identity or fault \"{}\"", shown),
                 suggest(shown, names));
  }

  Result<void> one_part_each() const {
    const bool pairs = fleet_.behaviour == Behaviour::takeover;
    if (options_.half_open && (pairs || options_.bad_chains)) {
      return at("half_open")
          .problem(fmt::format("a half-open client cannot take part in {} as well",
                               pairs ? "a take-over" : "\"bad_chains\""),
                   "use a fleet of its own");
    }
    if (!options_.bad_chains || !pairs) return {};
    return at("bad_chains")
        .problem("a bad chain cannot take part in a take-over as well", "use a fleet of its own");
  }

  const Fleet& fleet_;
  const LifecycleOptions& options_;
  const Node& node_;
  const Scenario& scenario_;
};

}  // namespace

Result<void> check_lifecycle(const Fleet& fleet, const Node& node, const Scenario& scenario) {
  return LifecycleCheck(fleet, node, scenario).run();
}

}  // namespace handfast::scenario::detail
