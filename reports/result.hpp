// The result of a run as a value: what result.json holds and every report is rendered from.
// Versioned; the schema is reports/schema/result.schema.json. Reports read this model, never a live
// object.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/problem.hpp"
#include "core/stats/snapshot.hpp"
#include "reports/search.hpp"
#include "reports/timeline.hpp"

namespace handfast::reports {

/// Verdicts of the conformance catalogue (chain-cases.md 1.2).
enum class Verdict { pass, fail, warn, info, skip, inconclusive, error };
inline constexpr std::array verdicts{Verdict::pass, Verdict::fail, Verdict::warn,
                                     Verdict::info, Verdict::skip, Verdict::inconclusive,
                                     Verdict::error};
std::string_view to_string(Verdict verdict);
/// The verdict called `name`; nullopt for an unknown one.
std::optional<Verdict> parse_verdict(std::string_view name);

/// One step of a check's evidence: what was seen on one connection.
struct Observation {
  std::string what;     ///< "probe", "control", "subscribe/publish round trip"
  std::string outcome;  ///< accept | refuse | reject | hang | not-sent
  std::string
      detail;  ///< "alert certificate_required (116) received after the handshake completed"
  double duration_s = 0;
  /// Facts in order of interest: ("tls", "TLS 1.3"), ("verify", "0 ok"), ("connack", "0 accepted"),
  /// ("broker log", "...").
  std::vector<std::pair<std::string, std::string>> facts;
  /// Handshake messages as they crossed the wire, "-> ClientHello 220 B +0.1 ms".
  std::vector<std::string> messages;

  bool operator==(const Observation&) const = default;
};

struct CheckResult {
  std::string id;         ///< "emqx-two-way-no-certificate"
  std::string group;      ///< "emqx-guide"
  std::string title;      ///< one sentence, what a correct broker does
  std::string level;      ///< must | should | may | self
  std::string reference;  ///< "RFC 8446 section 4.4.2.4"
  std::string expected;   ///< "reject"
  std::string observed;   ///< "reject: alert certificate_required (116)"
  Verdict verdict = Verdict::error;
  std::string reason;  ///< why this verdict, one sentence; for skip a fixed token
  double duration_s = 0;
  std::vector<Observation> observations;

  bool operator==(const CheckResult&) const = default;
};

struct ThresholdResult {
  std::string expression;  ///< as written: "sensors.handshake.p99 < 50ms"
  std::string observed;    ///< with unit: "12.3 ms"
  bool passed = false;
  bool evaluated = true;  ///< false when the metric has no samples; then not passed

  bool operator==(const ThresholdResult&) const = default;
};

struct Listener {
  std::string name;  ///< "tls-two-way"
  std::string url;

  bool operator==(const Listener&) const = default;
};

struct BrokerInfo {
  std::string driver;   ///< "mosquitto", or "external"
  std::string version;  ///< "2.0.11"
  std::vector<Listener> listeners;
  double cpu_seconds = 0;  ///< over the load
  std::uint64_t rss_max_bytes = 0;
  std::uint64_t open_files_max = 0;
  bool watched = false;
  std::optional<std::string> died;  ///< how, when it ended by itself during the run
  std::string log_file;             ///< evidence, relative to the result

  bool operator==(const BrokerInfo&) const = default;
};

struct Machine {
  std::string host, kernel, cpu;
  int cores = 0;
  std::uint64_t memory_bytes = 0;

  bool operator==(const Machine&) const = default;
};

/// How a fleet was asked to behave; printed beside what it did.
struct FleetPlan {
  std::string name, listener, url, behaviour, load;
  std::uint64_t clients = 0;
  std::string tls_engine, verification,
      key_mode;        ///< "libssl ...", "every handshake", "fresh key share"
  std::string role{};  ///< what its clients stand for ("gateway"); empty: not said

  bool operator==(const FleetPlan&) const = default;
};

/// More shards than this are a mistake.
inline constexpr int most_shards = 10'000;

/// The clock by which a shard began its load.
struct ShardClock {
  /// The boot of the kernel that keeps it: shards with the same one, those in containers of one
  /// machine too, read one clock. Empty: not known.
  std::string boot_id;
  /// From true time, as the machine's time daemon bounds it. Empty: none has set the clock.
  std::optional<double> most_offset_s;

  bool operator==(const ShardClock&) const = default;
};

/// Which part of a load this result holds, when several processes made one load together.
struct ShardInfo {
  unsigned index = 0;  ///< below `count`
  unsigned count = 1;
  std::string fingerprint;      ///< of the scenario: parts of one whole have the same
  std::string load_started_at;  ///< RFC 3339, milliseconds; empty when no load began
  /// Expressions of the thresholds, which `handfast merge` evaluates on the whole.
  std::vector<std::string> thresholds;
  ShardClock clock{};

  bool operator==(const ShardInfo&) const = default;
};

/// The shards that a merged result was made of.
struct MergeInfo {
  struct Part {
    unsigned index = 0;
    std::string file, host, load_started_at;
    std::vector<std::string> urls;  ///< where its fleets went
    ShardClock clock{};

    bool operator==(const Part&) const = default;
  };
  unsigned count = 0;  ///< shards of the whole; those without a part are missing
  std::string fingerprint;
  std::vector<Part> parts;  ///< by index

  bool operator==(const MergeInfo&) const = default;
};

struct Result {
  int format = 1;
  std::string handfast_version, openssl_version;
  std::string scenario_name, scenario_summary, scenario_file;
  std::string scenario_resolved;  ///< YAML, defaults filled in
  std::string command_line;
  std::uint64_t seed = 0;
  std::string started_at;  ///< RFC 3339
  double duration_s = 0;
  std::optional<ShardInfo> shard;   ///< of a part of a load; `thresholds` is empty then
  std::optional<MergeInfo> merged;  ///< of a whole that `handfast merge` put together
  Machine machine;
  std::vector<std::string>
      pki;  ///< one sentence an entry: "root handfast Root CA, P-256, expires 2036-11-21"
  BrokerInfo broker;
  std::vector<CheckResult> checks;
  std::vector<FleetPlan> fleets;
  stats::Snapshot load;
  std::vector<SearchResult> searches;
  std::vector<TimelineEvent> timeline;  ///< in the order of the scenario; merged: of all shards
  std::vector<ThresholdResult> thresholds;
  bool valid = true;
  std::vector<std::string> invalid_reasons;
  std::vector<std::string> broker_limits;  ///< sentences: where the broker was slower than the load
  bool interrupted = false;
  std::vector<Problem> problems;  ///< what we could not do; the kind decides the exit code
  int exit_code = 0;
};

/// The exit code that the contents call for: 130, 4, 3, 2, 5, 1, 0 in that order of weight
/// (design.md section 2). A check's `error` is our fault (4); `inconclusive` makes the result
/// invalid (5); a `fail`, a missed threshold and a broker that ended by itself are findings about
/// the broker (1). `warn`, `info` and `skip` weigh nothing.
int exit_code_for(const Result& result);

}  // namespace handfast::reports
