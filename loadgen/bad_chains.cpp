#include "loadgen/bad_chains.hpp"

#include <algorithm>
#include <string_view>

#include "loadgen/cause.hpp"

namespace handfast::loadgen {
namespace {

bool is_refusal(const stats::FailureKey& failure) {
  if (failure.phase == "tcp") return false;
  const std::string_view cause = failure.cause;
  return cause.starts_with("alert_received:") || cause.starts_with("connack:") ||
         cause == cause_closed || cause == "errno:ECONNRESET" || cause == "errno:EPIPE";
}

}  // namespace

ChainVerdict judge_accepted(const ChainExpectation& expect) {
  return expect.refused ? ChainVerdict::wrongly_accepted : ChainVerdict::as_expected;
}

ChainVerdict judge_failed(const ChainExpectation& expect, const stats::FailureKey& failure) {
  if (!expect.refused || !is_refusal(failure)) return ChainVerdict::refused_otherwise;
  const bool wanted =
      expect.alerts.empty() || std::ranges::any_of(expect.alerts, [&](std::uint8_t alert) {
        return failure.cause == alert_received_cause(alert);
      });
  return wanted ? ChainVerdict::as_expected : ChainVerdict::refused_otherwise;
}

}  // namespace handfast::loadgen
