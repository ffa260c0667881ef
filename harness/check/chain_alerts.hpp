// What rows about chains say alike: their alerts, and the listeners that a plan needs.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

/// Alert descriptions (RFC 8446 section 6, RFC 5246 section 7.2) that the catalogue names.
namespace alert {
inline constexpr std::uint8_t handshake_failure = 40;
inline constexpr std::uint8_t bad_certificate = 42;
inline constexpr std::uint8_t certificate_unknown = 46;
inline constexpr std::uint8_t unknown_ca = 48;
inline constexpr std::uint8_t certificate_required = 116;
}  // namespace alert

/// The alerts of a chain row: the specified one, further tolerated ones, and those two that every
/// chain row tolerates because some stacks send them for all defects (chain-cases.md 1.5).
inline std::vector<std::uint8_t> chain_alerts(std::initializer_list<std::uint8_t> first) {
  std::vector<std::uint8_t> alerts(first);
  for (const auto always : {alert::bad_certificate, alert::certificate_unknown}) {
    if (std::ranges::find(alerts, always) == alerts.end()) alerts.push_back(always);
  }
  return alerts;
}

/// `spec` with its plan, and the listeners that the plan uses as its needs.
inline CheckSpec with_plan(CheckSpec spec, Plan plan) {
  spec.needs = listeners_of(plan);
  spec.plan = std::move(plan);
  return spec;
}

}  // namespace handfast::check
