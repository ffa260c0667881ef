// The search for the knee: the highest rate at which a fleet still keeps its thresholds. Pure: what
// a rate does is asked of the caller.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "harness/scenario/fleet.hpp"
#include "reports/search.hpp"

namespace handfast::scenario {

/// Tries one rate; nullopt: the run was interrupted.
using TryRate = std::function<std::optional<reports::SearchStep>(double per_s)>;

/// Doubles the rate from `search.from` until a step does not hold or `search.to` does, then halves
/// the gap until it is at most `search.precision` of the rate that held. A step that the generator
/// could not carry counts as not held, so the search backs off, and its result is a lower bound.
reports::SearchResult find_knee(const Search& search, const TryRate& try_rate);

/// The most steps that find_knee() can take.
std::uint64_t most_steps(const Search& search);

}  // namespace handfast::scenario
