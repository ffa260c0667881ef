// What a drive brings home and a judge looks at: values only, so that a test can write one by hand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/tls/client.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::check {

/// One connection and what the broker's log said meanwhile.
struct Attempt {
  probe::Transcript transcript;
  std::vector<std::string> log_lines;
  bool log_named_client = false;  ///< one of the lines shows that the client connected
};

/// The stimulus in one mode; tried again (three times in all) when the outcome was contrary.
struct Trial {
  probe::Mode mode = probe::Mode::patient;
  std::vector<Attempt> tries;
};

/// Twin, case, twin with one range of TLS versions.
struct Round {
  std::optional<tls::Version> version;  ///< nullopt: as negotiated
  std::optional<Attempt> twin_before;
  std::vector<Trial> trials;
  std::vector<Attempt> twin_after;  ///< several when the listener had to be asked again
};

struct Evidence {
  std::vector<Round> rounds;
  std::vector<probe::RoundTrip> round_trips;
  bool log_available = false;
  bool not_two_way = false;  ///< the listener let a client in that it must reject (1.4)
  /// The twin was accepted before the negative controls and never again after them.
  bool lost_to_controls = false;
  std::optional<std::string> broker_died;
  bool broker_restarted = false;
  std::optional<std::string> problem;  ///< our own settings did not work
  probe::Timeouts timeouts;
};

}  // namespace handfast::check
