// What a timeline did to broker and PKI while the load ran, as values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handfast::reports {

enum class EventOutcome : std::uint8_t {
  done,
  failed,       ///< the run has a problem that says why
  not_reached,  ///< the run ended before
};
inline constexpr std::array event_outcomes{EventOutcome::done, EventOutcome::failed,
                                           EventOutcome::not_reached};
std::string_view to_string(EventOutcome outcome);  ///< "done", "failed", "not reached"

struct TimelineEvent {
  double planned_s = 0;           ///< from the begin of the load, its warm-up included
  std::optional<double> began_s;  ///< likewise; nullopt: not reached
  double took_s = 0;
  std::string subject;  ///< "broker" or "pki"
  std::string action;   ///< "restart", "revoke"
  std::string what;     ///< all of it: "pki revoke devices[0..99]"
  EventOutcome outcome = EventOutcome::not_reached;
  std::string detail;             ///< one sentence: what came of it, or why it failed
  std::optional<unsigned> shard;  ///< of a merged result: whose broker and PKI

  bool operator==(const TimelineEvent&) const = default;
};

/// "at 10.00 s, took 0.25 s"; "planned for 10.00 s" when it was not reached. The plan is named
/// beside what became of it where the two are a tenth of a second apart or more.
std::string time_text(const TimelineEvent& event);
/// "done: pid 4711 stopped ...", with the shard in front in a merged result.
std::string outcome_text(const TimelineEvent& event);

}  // namespace handfast::reports
