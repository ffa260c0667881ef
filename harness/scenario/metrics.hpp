// The metrics that thresholds can name, in one table: reader, evaluation and `handfast list
// metrics` all read it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/stats/snapshot.hpp"

namespace handfast::scenario {

/// What a metric's value is, and with it how a threshold must write it.
enum class Unit : std::uint8_t {
  duration,  ///< "50ms"
  count,     ///< "2000"
  rate,      ///< "95/s"
  share,     ///< "99%"
};

enum class Scope : std::uint8_t {
  fleet,   ///< FLEET.METRIC
  checks,  ///< checks.METRIC
};

/// What a fleet must have for the metric ever to hold a sample.
enum class Needs : std::uint8_t {
  nothing,
  tls,
  dtls,
  websocket,
  identity,
  resumption,
  early_data,
  publishing,
  subscribing,
  reconnect,
  takeover,
  half_open,
  bad_chains,
};

struct Metric {
  std::string_view name;
  Scope scope;
  Unit unit;
  Needs needs;
  std::optional<stats::Phase>
      phase;  ///< latencies only; they take a statistic: ".p99" or ".service.p99"
  std::string_view description;
};

std::span<const Metric> metrics();
/// nullptr for an unknown name. "tls" and "handshake" are the same phase.
const Metric* find_metric(Scope scope, std::string_view name);
std::vector<std::string> metric_names(Scope scope);
/// How a threshold writes the metric: "FLEET.handshake[.service].STATISTIC".
std::string notation(const Metric& metric);

/// One value out of a latency distribution.
struct Statistic {
  std::string_view name;  ///< "p99", "max"
  std::optional<double> quantile;
  std::string_view description;
};

std::span<const Statistic> statistics();
const Statistic* find_statistic(std::string_view name);
std::vector<std::string> statistic_names();

}  // namespace handfast::scenario
