// The value in which measurements travel: the load engine fills it, live view, metrics and reports
// read nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/stats/datagram_stats.hpp"
#include "core/stats/histogram.hpp"
#include "core/stats/lifecycle.hpp"
#include "core/stats/message_stats.hpp"

namespace handfast::stats {

/// The phases of one connection, in order, and `ready`: intended start to CONNACK. `tls_full` and
/// `tls_resumed` split `tls` by kind of handshake. Over DTLS `cookie` goes from the ClientHello to
/// the HelloVerifyRequest, and `tls_clean` and `tls_retransmitted` split `tls` by whether an own
/// flight had to be sent again. After CONNACK: `suback` from SUBSCRIBE, `puback`
/// (QoS 1) and `pubcomp` (QoS 2) from the publish to its acknowledgement, `delivery` from the
/// publish to its receipt by a subscriber. Of clients that come back: `back_off` is the wait before
/// an attempt (service: as chosen, response: as it became), `outage` the time without a connection.
/// `silence` is how long a half-open connection stood before the broker closed it.
enum class Phase : std::uint8_t {
  dns,
  tcp,
  tls,
  tls_full,
  tls_resumed,
  cookie,
  tls_clean,
  tls_retransmitted,
  upgrade,
  connack,
  ready,
  suback,
  puback,
  pubcomp,
  delivery,
  back_off,
  outage,
  silence,
};
inline constexpr std::array phases{
    Phase::dns,         Phase::tcp,     Phase::tls,       Phase::tls_full,
    Phase::tls_resumed, Phase::cookie,  Phase::tls_clean, Phase::tls_retransmitted,
    Phase::upgrade,     Phase::connack, Phase::ready,     Phase::suback,
    Phase::puback,      Phase::pubcomp, Phase::delivery,  Phase::back_off,
    Phase::outage,      Phase::silence};
std::string_view to_string(Phase phase);

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
};

/// One second of the run, for time series; the last one may be up to a quarter shorter or longer,
/// so a rate is a count divided by the tick's own length.
struct Tick {
  double at_s = 0;  ///< seconds since the start of the load, at the end of this tick
  struct Fleet {
    std::string name;
    std::uint64_t planned = 0;
    std::uint64_t started = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t failed = 0;
    std::uint64_t in_flight = 0;  ///< at the end of the tick
    Nanos handshake_p50{};
    Nanos handshake_p99{};
    Nanos ready_p50{};
    Nanos ready_p99{};
  };
  std::vector<Fleet> fleets;
  double generator_cpu = 0;  ///< cores used by all workers, 0 to the number of workers
  Nanos generator_lag_max{};
  double broker_cpu = 0;  ///< cores used by the broker's process; 0 when not watched
  std::uint64_t broker_rss_bytes = 0;
  std::uint64_t broker_open_files = 0;
};

/// Everything measured so far. Taken every second while a load runs, and once at its end.
struct Snapshot {
  double elapsed_s = 0;
  std::vector<FleetStats> fleets;
  std::vector<WorkerStats> workers;
  std::vector<Tick> ticks;
};

}  // namespace handfast::stats
