// What a timeline asks for that cannot happen, found before anything starts.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/timeline_parts.hpp"
#include "harness/scenario/load.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;

class TimelineCheck {
 public:
  TimelineCheck(const Node& node, const Known& known, const Scenario& scenario)
      : node_(node), known_(known), scenario_(scenario), items_(node.items()) {}

  Result<void> run() const {
    auto done = load_is_there();
    if (done) done = broker_is_ours();
    if (done) done = times_fit();
    if (done) done = broker_can();
    if (done) done = pki_is_there();
    if (done) done = names_exist();
    return done;
  }

 private:
  /// The value of `key` in item `index`, of `below` in that; the item where it is absent.
  Node at(std::size_t index, std::string_view key, std::string_view below = {}) const {
    auto map = config::Map::of(items_[index]);
    auto found = map ? map->find(key) : std::nullopt;
    if (!found) return items_[index];
    if (below.empty()) return *found;
    auto inner = config::Map::of(*found);
    auto deeper = inner ? inner->find(below) : std::nullopt;
    return deeper ? *deeper : *found;
  }

  const Timeline& events() const { return scenario_.timeline; }
  const PkiAction* pki(std::size_t index) const {
    return std::get_if<PkiAction>(&events()[index].action);
  }
  const BrokerAction* broker(std::size_t index) const {
    return std::get_if<BrokerAction>(&events()[index].action);
  }

  Result<void> load_is_there() const {
    if (scenario_.fleets.empty()) {
      return usage_problem("a timeline runs beside fleets, and there are none", node_.key_where(),
                           "remove it, or describe fleets");
    }
    const auto search = std::ranges::find_if(
        scenario_.fleets, [](const Fleet& fleet) { return fleet.search.has_value(); });
    if (search == scenario_.fleets.end()) return {};
    return usage_problem(
        fmt::format("fleet \"{}\" searches for the knee, which a timeline would disturb",
                    search->name),
        node_.key_where(), "use a load of another model");
  }

  Result<void> broker_is_ours() const {
    if (scenario_.broker) return {};
    return usage_problem("the target is not ours: a timeline cannot restart it or change its files",
                         node_.key_where(), "use broker: {driver: ...}, or remove the timeline");
  }

  Result<void> times_fit() const {
    Nanos end{};
    for (const auto& fleet : scenario_.fleets) end = std::max(end, load_duration(fleet));
    Nanos last{};
    for (std::size_t i = 0; i < events().size(); ++i) {
      const Nanos when = events()[i].at;
      if (when < last) {
        return at(i, "at").problem(fmt::format("the event at {} stands behind one at {}",
                                               exact_duration(when), exact_duration(last)),
                                   "write events in the order of time");
      }
      if (when >= end) {
        return at(i, "at").problem(
            fmt::format("the event at {} comes after the load, which ends at {}",
                        exact_duration(when), exact_duration(end)),
            "let it happen earlier, or the fleets run longer");
      }
      last = when;
    }
    return {};
  }

  /// Follows the broker through the timeline, as far as its driver is known.
  Result<void> broker_can() const {
    bool runs = true;
    for (std::size_t i = 0; i < events().size(); ++i) {
      const auto* action = broker(i);
      if (action == nullptr) continue;
      const bool wants_running = *action != BrokerAction::start;
      if (runs != wants_running) {
        return at(i, "broker")
            .problem(fmt::format("the broker {} then, so {} does not apply",
                                 runs ? "runs" : "was stopped before", to_string(*action)),
                     runs ? "stop it first, or use restart" : "start it first");
      }
      if (*action == BrokerAction::stop) runs = false;
      if (*action == BrokerAction::start) runs = true;
      if (*action != BrokerAction::reload || !known_.broker_can) continue;
      const auto& driver = scenario_.broker->driver;
      if (known_.broker_can(driver).reload) continue;
      return at(i, "broker")
          .problem(fmt::format("{} reads its certificates only when it starts", driver),
                   "use restart");
    }
    return {};
  }

  Result<void> pki_is_there() const {
    for (std::size_t i = 0; i < events().size(); ++i) {
      if (pki(i) == nullptr) continue;
      if (!scenario_.pki) {
        return usage_problem("the event changes a PKI, and there is no \"pki\"",
                             at(i, "pki").key_where(),
                             "write for example pki: {preset: emqx-two-tier}");
      }
      if (!changes_crls({events()[i]})) continue;
      const auto verb = std::string(verb_of(events()[i]));
      const auto two_way = std::ranges::any_of(scenario_.broker->listeners, &ListenerKind::two_way);
      if (!two_way) {
        return at(i, "pki", verb)
            .problem("no listener asks for a certificate, so nobody would see a revocation",
                     "add the listener tls-two-way");
      }
      const auto& driver = scenario_.broker->driver;
      if (!known_.broker_can || known_.broker_can(driver).reads_crls) continue;
      return at(i, "pki", verb)
          .problem(fmt::format("{} takes no CRL file, so it would not see a revocation", driver),
                   "use another driver, for example mosquitto");
    }
    return {};
  }

  Result<void> names_exist() const {
    if (!scenario_.pki_contents) return {};
    for (std::size_t i = 0; i < events().size(); ++i) {
      const auto* action = pki(i);
      if (action == nullptr) continue;
      const auto place = at(i, "pki", to_string(action->verb));
      for (const auto& name : action->names) {
        if (auto fits = name_fits(*action, name, place); !fits) return fits;
      }
      for (const auto& [from, to] : action->swaps) {
        if (auto fits = swap_fits(from, to, place); !fits) return fits;
      }
    }
    return {};
  }

  const PkiContents& contents() const { return *scenario_.pki_contents; }

  Result<void> name_fits(const PkiAction& action, const PkiName& name, const Node& place) const {
    const auto fleet = std::ranges::find(contents().fleets, name.entry, &PkiContents::Fleet::name);
    if (fleet != contents().fleets.end()) return members_fit(action, name, *fleet, place);
    if (name.first) {
      std::vector<std::string> fleets;
      for (const auto& candidate : contents().fleets) fleets.push_back(candidate.name);
      return place.problem(fmt::format("the PKI has no fleet \"{}\"", printable(name.entry, 60)),
                           suggest(name.entry, fleets));
    }
    const auto entry = name.entry.substr(0, name.entry.find('@'));
    std::vector<std::string> known = contents().authorities;
    const bool authority = std::ranges::find(known, entry) != known.end();
    if (action.verb != PkiVerb::crl) {
      known.insert(known.end(), contents().identities.begin(), contents().identities.end());
      known.insert(known.end(), contents().faults.begin(), contents().faults.end());
    }
    if (std::ranges::find(known, entry) == known.end()) {
      return place.problem(
          fmt::format("the PKI has no {} \"{}\"",
                      action.verb == PkiVerb::crl ? "authority" : "entry", printable(entry, 60)),
          suggest(entry, known));
    }
    if (action.verb != PkiVerb::rekey || !authority || action.yes_authority) return {};
    return place.problem(
        fmt::format("\"{}\" is an authority: a new key means to reissue all that it issued", entry),
        "add yes_ca: true if that is meant; renew keeps the key");
  }

  static Result<void> members_fit(const PkiAction& action, const PkiName& name,
                                  const PkiContents::Fleet& fleet, const Node& place) {
    if (action.verb != PkiVerb::revoke && action.verb != PkiVerb::unhold) {
      return place.problem(fmt::format("\"{}\" is a fleet, to which {} does not apply", fleet.name,
                                       to_string(action.verb)),
                           "its members can be revoked");
    }
    const auto example = fmt::format("write for example '{}[0..{}]'", fleet.name, fleet.count - 1);
    if (!name.first) {
      return place.problem(fmt::format("\"{}\" is a fleet: say which members", fleet.name),
                           example);
    }
    if (*name.last < fleet.count) return {};
    return place.problem(fmt::format("\"{}\" has no member {}", fleet.name, *name.last),
                         fmt::format("its members are 0 to {}", fleet.count - 1));
  }

  Result<void> swap_fits(const std::string& from, const std::string& to, const Node& place) const {
    std::vector<std::string> known;
    const auto add = [&](const std::vector<std::string>& names) {
      known.insert(known.end(), names.begin(), names.end());
    };
    const auto& certificate = scenario_.broker->certificate;
    if (from == certificate) {
      add(contents().identities);
      add(contents().faults);
    } else if (from == "root") {
      add(contents().authorities);
      add(contents().bundles);
    } else {
      return place.problem(
          fmt::format("the broker has no files of \"{}\"", printable(from, 60)),
          fmt::format("swap {} (its chain and key) or root (its anchors for client certificates)",
                      certificate));
    }
    if (std::ranges::find(known, to) != known.end()) return {};
    return place.problem(
        fmt::format("the PKI has no {} \"{}\"",
                    from == certificate ? "identity or fault" : "authority or bundle",
                    printable(to, 60)),
        suggest(to, known));
  }

  const Node& node_;
  const Known& known_;
  const Scenario& scenario_;
  std::vector<Node> items_;
};

}  // namespace

Result<void> check_timeline(const Node& node, const Known& known, const Scenario& scenario) {
  return TimelineCheck(node, known, scenario).run();
}

}  // namespace handfast::scenario::detail
