#include "harness/scenario/knee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.hpp"

namespace handfast::scenario {

namespace {

using reports::SearchResult;
using reports::SearchStep;

/// The two rates that the knee lies between.
class Bracket {
 public:
  explicit Bracket(const Search& search) : search_(search) {}

  void note(const SearchStep& step) {
    auto& bound = step.held ? held_ : broken_;
    bound = step;
  }

  /// The next rate to try; nullopt when the search is over.
  std::optional<double> next() const {
    if (!held_ && !broken_) return search_.from;
    if (!held_) return std::nullopt;
    const double low = held_->offered_per_s;
    if (!broken_)
      return low < search_.to ? std::optional(std::min(2 * low, search_.to)) : std::nullopt;
    const double gap = broken_->offered_per_s - low;
    return gap > search_.precision * low ? std::optional(low + gap / 2) : std::nullopt;
  }

  const std::optional<SearchStep>& held() const { return held_; }
  const std::optional<SearchStep>& broken() const { return broken_; }

 private:
  Search search_;
  std::optional<SearchStep> held_;
  std::optional<SearchStep> broken_;
};

std::string rate_text(double per_s) { return fmt::format("{:.6g}/s", per_s); }

std::string conclude(const Bracket& bracket, bool interrupted) {
  const auto& held = bracket.held();
  const auto& broken = bracket.broken();
  const auto knee = held ? rate_text(held->offered_per_s) : std::string();
  if (interrupted) {
    return held ? fmt::format("interrupted: it is {} or more", knee)
                : "interrupted before a rate had held";
  }
  if (!held) {
    return fmt::format("not even {} held: {}{}", rate_text(broken->offered_per_s),
                       broken->generator_limited ? "the generator was the limit: " : "",
                       broken->why);
  }
  if (!broken) return fmt::format("{} or more: the search ended there", knee);
  if (broken->generator_limited) {
    return fmt::format("{} or more: at {} the generator was the limit: {}", knee,
                       rate_text(broken->offered_per_s), broken->why);
  }
  return fmt::format("{}: at {} it did not hold: {}", knee, rate_text(broken->offered_per_s),
                     broken->why);
}

}  // namespace

SearchResult find_knee(const Search& search, const TryRate& try_rate) {
  SearchResult result;
  Bracket bracket(search);
  bool interrupted = false;
  while (const auto rate = bracket.next()) {
    const auto step = try_rate(*rate);
    if (!step) {
      interrupted = true;
      break;
    }
    result.steps.push_back(*step);
    bracket.note(*step);
  }
  if (bracket.held()) result.knee_per_s = bracket.held()->offered_per_s;
  result.lower_bound = interrupted || !bracket.broken() || bracket.broken()->generator_limited;
  result.conclusion = conclude(bracket, interrupted);
  return result;
}

std::uint64_t most_steps(const Search& search) {
  const double doublings = std::ceil(std::log2(std::max(1.0, search.to / search.from)));
  const double halvings = std::ceil(std::log2(std::max(1.0, 1 / search.precision)));
  return 1 + static_cast<std::uint64_t>(doublings + halvings);
}

}  // namespace handfast::scenario
