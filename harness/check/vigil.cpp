#include "harness/check/vigil.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace handfast::check {

bool Vigil::note(const std::string& row, const std::vector<Served>& served) {
  if (served.empty()) return false;
  const bool gave_up_all = all_given_up();
  bool gave_up_one = false;
  const auto count = [&row](Watch& watch) {
    if (watch.rows++ == 0) watch.since = row;
  };
  const bool answered = std::ranges::any_of(served, [](const Served& one) { return !one.silent; });
  if (answered) {
    everything_ = {};
  } else {
    count(everything_);
  }
  std::map<std::string, bool, std::less<>> silent;
  for (const auto& one : served) {
    const auto [at, first] = silent.emplace(one.listener, one.silent);
    if (!first) at->second = at->second && one.silent;
  }
  for (const auto& [listener, is_silent] : silent) {
    auto& watch = listeners_[listener];
    if (!is_silent) {
      watch = {};
      continue;
    }
    const bool before = given_up(watch);
    count(watch);
    gave_up_one = gave_up_one || (given_up(watch) && !before);
  }
  return gave_up_one || (all_given_up() && !gave_up_all);
}

std::optional<std::string> Vigil::silence(const std::vector<std::string>& listeners) const {
  if (all_given_up()) {
    return fmt::format("the broker answers on no listener since {}", everything_.since);
  }
  for (const auto& name : listeners) {
    const auto found = listeners_.find(name);
    if (found == listeners_.end() || !given_up(found->second)) continue;
    return fmt::format("the listener \"{}\" does not answer since {}", name, found->second.since);
  }
  return std::nullopt;
}

std::string Vigil::since(const std::vector<Served>& served) const {
  for (const auto& one : served) {
    const auto found = listeners_.find(one.listener);
    if (found != listeners_.end() && found->second.rows > 0) return found->second.since;
  }
  return everything_.since;
}

}  // namespace handfast::check
