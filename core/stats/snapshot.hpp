// The value in which measurements travel: the load engine fills it, live view, metrics and reports
// read nothing else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/stats/datagram_stats.hpp"
#include "core/stats/failure_sample.hpp"
#include "core/stats/histogram.hpp"
#include "core/stats/lifecycle.hpp"
#include "core/stats/message_stats.hpp"
#include "core/stats/phase.hpp"
#include "core/stats/series.hpp"

namespace handfast::stats {

/// Latency of one phase. Response time counts from the intended start of the connection to the end
/// of the phase, so it includes every delay of our own; service time counts from the actual start
/// of the phase to its end.
struct PhaseLatency {
  Histogram response;
  Histogram service;

  bool operator==(const PhaseLatency&) const = default;
};

/// Connections meant to start before the measured part of a load; they are in no other count
/// (docs/load-models.md says what else is left out).
struct WarmUp {
  std::uint64_t planned = 0;
  std::uint64_t started = 0;
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;
  std::uint64_t interrupted = 0;
  double length_s = 0;  ///< seconds; the measured load begins at their end

  std::uint64_t in_flight() const { return started - succeeded - failed - interrupted; }
  void merge(const WarmUp& other);
  bool operator==(const WarmUp&) const = default;
};

/// One client fleet over the whole run, without its warm-up.
struct FleetStats {
  std::string name;
  std::string listener;  ///< "tls-two-way"
  /// Length of the load until now, without the warm-up before and the drain after it: what rates
  /// are divided by.
  double load_s = 0;
  std::uint64_t planned = 0;  ///< starts the schedule asked for until now
  std::uint64_t started = 0;  ///< connection attempts made, those of clients coming back included
  std::uint64_t started_in_time = 0;  ///< of them before the end of the load, not in the drain
  std::uint64_t ready_in_time = 0;    ///< CONNACKs that accepted before the end of the load
  WarmUp warm_up;
  std::uint64_t dropped = 0;  ///< planned starts that were never made (concurrency cap, end of run)
  std::uint64_t capped = 0;   ///< starts, made or dropped, that the concurrency cap held back: the
                              ///< broker was slower than the schedule
  std::uint64_t succeeded = 0;  ///< reached the goal of its behaviour
  std::uint64_t failed = 0;
  std::uint64_t interrupted = 0;  ///< cut by the end of the run or Ctrl-C
  std::uint64_t tls_handshakes = 0;
  std::uint64_t resumed = 0;
  /// Full handshakes of clients that had no session yet, in fleets that resume.
  std::uint64_t seeding = 0;
  std::uint64_t resumption_asked = 0;  ///< handshakes that offered a session
  std::uint64_t early_data_sent = 0;   ///< handshakes with early data (0-RTT)
  std::uint64_t early_data_accepted = 0;
  std::uint64_t distinct_certificates =
      0;                         ///< client certificates that completed at least one connection
  std::uint64_t bytes_sent = 0;  ///< on the transport, TLS included
  std::uint64_t bytes_received = 0;
  std::map<Phase, PhaseLatency> latency;
  std::map<FailureKey, std::uint64_t> failures;
  FailureSamples samples;  ///< evidence for some of the failures
  /// What was negotiated, by aspect ("version", "cipher_suite", "group", "signature",
  /// "chain_length"), then value.
  std::map<std::string, std::map<std::string, std::uint64_t>> negotiated;
  Lifecycle lifecycle;
  std::optional<MessageStats> messages;    ///< of fleets that publish or subscribe
  std::optional<DatagramStats> datagrams;  ///< of fleets over DTLS

  /// Attempts without an outcome so far, those of the warm-up included; every other one ended in
  /// exactly one.
  std::uint64_t in_flight() const {
    return started - succeeded - failed - interrupted - lifecycle.bad_chains.total() +
           warm_up.in_flight();
  }

  /// The messages' counts; they begin at zero with the first call.
  MessageStats& message_stats() { return messages ? *messages : messages.emplace(); }
  /// Adds the counts and histograms of another part of the same fleet.
  void merge(const FleetStats& other);
  bool operator==(const FleetStats&) const = default;
};

/// One worker thread of the generator.
struct WorkerStats {
  double cpu_seconds = 0;
  double wall_seconds = 0;
  Histogram lag;  ///< how late timers of the event loop fired
  /// Starts made more than 10 ms after they were due and the concurrency cap had room for them.
  std::uint64_t late_starts = 0;

  bool operator==(const WorkerStats&) const = default;
};

/// Everything measured so far. Taken every second while a load runs, and once at its end.
struct Snapshot {
  double elapsed_s = 0;
  std::vector<FleetStats> fleets;
  std::vector<WorkerStats> workers;
  std::vector<Tick> ticks;  ///< the time series (core/stats/series.hpp)

  bool operator==(const Snapshot&) const = default;
};

}  // namespace handfast::stats
