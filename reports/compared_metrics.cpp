#include "reports/compared_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/units.hpp"
#include "reports/summary.hpp"

namespace handfast::reports {

namespace {

using stats::Phase;

struct ComparedPhase {
  Phase phase;
  const char* name;
};

constexpr std::array compared_phases{
    ComparedPhase{Phase::tls, "handshake"},   ComparedPhase{Phase::ready, "ready"},
    ComparedPhase{Phase::suback, "suback"},   ComparedPhase{Phase::puback, "puback"},
    ComparedPhase{Phase::pubcomp, "pubcomp"}, ComparedPhase{Phase::delivery, "delivery"},
    ComparedPhase{Phase::outage, "outage"},
};

class Collector {
 public:
  explicit Collector(std::vector<MetricValue>& out) : out_(out) {}

  void add(std::string name, MetricUnit unit, double value, bool higher_is_better = false) {
    out_.push_back({{std::move(name), unit, higher_is_better}, value});
  }
  void share(std::string name, std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return;
    add(std::move(name), MetricUnit::share, static_cast<double>(part) / static_cast<double>(whole));
  }

 private:
  std::vector<MetricValue>& out_;
};

void add_latencies(Collector& out, const stats::FleetStats& fleet) {
  for (const auto& [phase, name] : compared_phases) {
    const auto found = fleet.latency.find(phase);
    if (found == fleet.latency.end() || found->second.response.empty()) continue;
    const auto& times = found->second.response;
    out.add(fmt::format("{}.{}.p50", fleet.name, name), MetricUnit::seconds,
            seconds(times.quantile(0.5)));
    out.add(fmt::format("{}.{}.p99", fleet.name, name), MetricUnit::seconds,
            seconds(times.quantile(0.99)));
  }
}

void add_messages(Collector& out, const stats::FleetStats& fleet) {
  if (!fleet.messages) return;
  const auto& messages = *fleet.messages;
  if (const double active_s = seconds(messages.publishing_time()); active_s > 0) {
    out.add(fleet.name + ".publish_rate", MetricUnit::per_second,
            static_cast<double>(messages.sent) / active_s, true);
  }
  out.share(fleet.name + ".lost_share", messages.lost, messages.expected());
}

void add_fleet(Collector& out, const stats::FleetStats& fleet) {
  if (fleet.load_s > 0 && fleet.started > 0) {
    out.add(fleet.name + ".rate", MetricUnit::per_second, rates_of(fleet).achieved_per_s, true);
  }
  out.share(fleet.name + ".error_share", fleet.failed, fleet.started);
  out.share(fleet.name + ".dropped_share", fleet.dropped, fleet.planned);
  add_latencies(out, fleet);
  add_messages(out, fleet);
}

/// Per piece of work: in a closed loop the faster broker does more of it.
void add_broker(Collector& out, const Result& result) {
  if (!result.broker.watched) return;
  std::uint64_t connections = 0;
  std::uint64_t messages = 0;
  for (const auto& fleet : result.load.fleets) {
    connections += fleet.started;
    if (fleet.messages) messages += fleet.messages->sent + fleet.messages->delivered;
  }
  if (messages > 0) {
    out.add("broker.cpu_per_message", MetricUnit::seconds,
            result.broker.cpu_seconds / static_cast<double>(messages));
  } else if (connections > 0) {
    out.add("broker.cpu_per_connection", MetricUnit::seconds,
            result.broker.cpu_seconds / static_cast<double>(connections));
  }
  out.add("broker.rss_max", MetricUnit::bytes, static_cast<double>(result.broker.rss_max_bytes));
}

}  // namespace

std::vector<MetricValue> compared_metrics(const Result& result) {
  std::vector<MetricValue> values;
  Collector out(values);
  for (const auto& fleet : result.load.fleets) add_fleet(out, fleet);
  for (const auto& search : result.searches) {
    if (search.knee_per_s) {
      out.add(search.fleet + ".knee", MetricUnit::per_second, *search.knee_per_s, true);
    }
  }
  if (!result.load.fleets.empty()) add_broker(out, result);
  return values;
}

std::string format_metric(MetricUnit unit, double value) {
  switch (unit) {
    case MetricUnit::seconds:
      return format_duration(Nanos(std::llround(value * 1e9)));
    case MetricUnit::per_second:
      return short_number(value) + "/s";
    case MetricUnit::share:
      return fmt::format("{:.2f} %", value * 100);
    case MetricUnit::bytes:
      return format_size(static_cast<std::uint64_t>(std::max(value, 0.0)));
  }
  return "?";
}

}  // namespace handfast::reports
