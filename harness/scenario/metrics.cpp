#include "harness/scenario/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace handfast::scenario {

namespace {

using stats::Phase;

constexpr auto table = std::to_array<Metric>({
    {"dns", Scope::fleet, Unit::duration, Needs::nothing, Phase::dns,
     "time to the end of the name look-up"},
    {"tcp", Scope::fleet, Unit::duration, Needs::nothing, Phase::tcp,
     "time to the established TCP connection"},
    {"handshake", Scope::fleet, Unit::duration, Needs::tls, Phase::tls,
     "time to the end of the TLS handshake"},
    {"tls", Scope::fleet, Unit::duration, Needs::tls, Phase::tls, "another name of handshake"},
    {"upgrade", Scope::fleet, Unit::duration, Needs::websocket, Phase::upgrade,
     "time to the answered WebSocket upgrade"},
    {"connack", Scope::fleet, Unit::duration, Needs::nothing, Phase::connack,
     "time to the CONNACK"},
    {"ready", Scope::fleet, Unit::duration, Needs::nothing, Phase::ready,
     "intended start of the connection to its CONNACK"},
    {"errors",
     Scope::fleet,
     Unit::count,
     Needs::nothing,
     {},
     "connections that failed, for whatever cause"},
    {"connections",
     Scope::fleet,
     Unit::count,
     Needs::nothing,
     {},
     "connections that reached the goal of their behaviour"},
    {"started", Scope::fleet, Unit::count, Needs::nothing, {}, "connections that were attempted"},
    {"dropped",
     Scope::fleet,
     Unit::count,
     Needs::nothing,
     {},
     "planned connections that were never attempted"},
    {"resumed", Scope::fleet, Unit::count, Needs::tls, {}, "TLS handshakes that resumed a session"},
    {"distinct_certificates",
     Scope::fleet,
     Unit::count,
     Needs::identity,
     {},
     "client certificates that completed at least one connection"},
    {"rate",
     Scope::fleet,
     Unit::rate,
     Needs::nothing,
     {},
     "connections that reached their goal, per second of the run"},
    {"back_off", Scope::fleet, Unit::duration, Needs::reconnect, Phase::back_off,
     "wait of a client before it tries again"},
    {"outage", Scope::fleet, Unit::duration, Needs::reconnect, Phase::outage,
     "time from a lost connection to the next CONNACK"},
    {"silence", Scope::fleet, Unit::duration, Needs::half_open, Phase::silence,
     "time until the broker closed a half-open connection"},
    {"lost",
     Scope::fleet,
     Unit::count,
     Needs::reconnect,
     {},
     "connections that ended after CONNACK without our asking"},
    {"reconnect_attempts",
     Scope::fleet,
     Unit::count,
     Needs::reconnect,
     {},
     "connections started by clients coming back"},
    {"reconnected",
     Scope::fleet,
     Unit::count,
     Needs::reconnect,
     {},
     "attempts of clients coming back that reached CONNACK"},
    {"given_up",
     Scope::fleet,
     Unit::count,
     Needs::reconnect,
     {},
     "clients whose reconnect attempts are used up"},
    {"away",
     Scope::fleet,
     Unit::count,
     Needs::reconnect,
     {},
     "clients without a connection when the load ended"},
    {"taken_over",
     Scope::fleet,
     Unit::count,
     Needs::takeover,
     {},
     "first connections that the broker ended for the second"},
    {"taken_over_unannounced",
     Scope::fleet,
     Unit::count,
     Needs::takeover,
     {},
     "of them, without the DISCONNECT 0x8E of MQTT 5.0"},
    {"not_taken_over",
     Scope::fleet,
     Unit::count,
     Needs::takeover,
     {},
     "first connections that stayed"},
    {"half_open_closed",
     Scope::fleet,
     Unit::count,
     Needs::half_open,
     {},
     "silent connections that the broker closed"},
    {"half_open_held",
     Scope::fleet,
     Unit::count,
     Needs::half_open,
     {},
     "silent connections that stood until our own end"},
    {"bad_chains_as_expected",
     Scope::fleet,
     Unit::count,
     Needs::bad_chains,
     {},
     "bad chains that fared as the scenario expects"},
    {"bad_chains_wrongly_accepted",
     Scope::fleet,
     Unit::count,
     Needs::bad_chains,
     {},
     "bad chains that got to CONNACK against expectation"},
    {"bad_chains_refused_otherwise",
     Scope::fleet,
     Unit::count,
     Needs::bad_chains,
     {},
     "bad chains that were stopped in another way than expected"},
    {"passed", Scope::checks, Unit::count, Needs::nothing, {}, "checks that passed"},
    {"failed", Scope::checks, Unit::count, Needs::nothing, {}, "checks that failed"},
    {"warned", Scope::checks, Unit::count, Needs::nothing, {}, "checks with the verdict warn"},
    {"informed", Scope::checks, Unit::count, Needs::nothing, {}, "checks with the verdict info"},
    {"skipped", Scope::checks, Unit::count, Needs::nothing, {}, "checks that did not apply"},
    {"inconclusive",
     Scope::checks,
     Unit::count,
     Needs::nothing,
     {},
     "checks that could not decide"},
    {"errors",
     Scope::checks,
     Unit::count,
     Needs::nothing,
     {},
     "checks that could not be carried out"},
});

constexpr std::array<Statistic, 8> statistic_table{{
    {"min", {}, "fastest"},
    {"mean", {}, "arithmetic mean"},
    {"p50", 0.5, "median"},
    {"p90", 0.9, "90 % were at least as fast"},
    {"p95", 0.95, "95 % were at least as fast"},
    {"p99", 0.99, "99 % were at least as fast"},
    {"p99.9", 0.999, "99.9 % were at least as fast"},
    {"max", {}, "slowest"},
}};

}  // namespace

std::span<const Metric> metrics() { return table; }

const Metric* find_metric(Scope scope, std::string_view name) {
  const auto* at = std::find_if(table.begin(), table.end(), [&](const Metric& metric) {
    return metric.scope == scope && metric.name == name;
  });
  return at == table.end() ? nullptr : at;
}

std::vector<std::string> metric_names(Scope scope) {
  std::vector<std::string> names;
  for (const auto& metric : table) {
    if (metric.scope == scope) names.emplace_back(metric.name);
  }
  return names;
}

std::string notation(const Metric& metric) {
  return fmt::format("{}.{}{}", metric.scope == Scope::fleet ? "FLEET" : "checks", metric.name,
                     metric.phase ? "[.service].STATISTIC" : "");
}

std::span<const Statistic> statistics() { return statistic_table; }

const Statistic* find_statistic(std::string_view name) {
  const auto* at = std::find_if(statistic_table.begin(), statistic_table.end(),
                                [&](const Statistic& statistic) { return statistic.name == name; });
  return at == statistic_table.end() ? nullptr : at;
}

std::vector<std::string> statistic_names() {
  std::vector<std::string> names;
  for (const auto& statistic : statistic_table) names.emplace_back(statistic.name);
  return names;
}

}  // namespace handfast::scenario
