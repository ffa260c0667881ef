#include "loadgen/shadow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "loadgen/cause.hpp"

namespace handfast::loadgen {

TlsOutcome TlsOutcome::of(const stats::FailureKey& failure) {
  const std::string_view cause = failure.cause;
  constexpr std::array of_tls{"alert_received:", "alert_sent:", "verify:", "tls:"};
  const auto starts = [cause](std::string_view prefix) { return cause.starts_with(prefix); };
  if (std::ranges::any_of(of_tls, starts)) return TlsOutcome(failure.cause);
  if (failure.phase == "tcp" || failure.phase == "dns") return TlsOutcome("");
  const bool ended = cause == cause_closed || cause == "errno:ECONNRESET" || cause == "errno:EPIPE";
  // Once the peer spoke above TLS, how it ends the connection is its own affair.
  if (ended && (failure.phase == "tls" || failure.phase == "connack" || failure.phase == "upgrade"))
    return TlsOutcome("ended without an alert");
  if (ended || failure.phase == "established") return passed();
  if (cause == cause_deadline || starts("errno:") || starts("local:")) return TlsOutcome("");
  return passed();
}

void compare(const TlsOutcome& original, const TlsOutcome& shadow, stats::Shadows& shadows) {
  if (!original.comparable() || !shadow.comparable()) {
    ++shadows.not_comparable;
  } else if (original == shadow) {
    ++shadows.agreed;
  } else {
    ++shadows.differed;
    ++shadows.differences[fmt::format("{}, and with libssl {}", original.text(), shadow.text())];
  }
}

}  // namespace handfast::loadgen
