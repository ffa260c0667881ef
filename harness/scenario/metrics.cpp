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
    {"tls_full", Scope::fleet, Unit::duration, Needs::resumption, Phase::tls_full,
     "time to the end of a full TLS handshake"},
    {"tls_resumed", Scope::fleet, Unit::duration, Needs::resumption, Phase::tls_resumed,
     "time to the end of a TLS handshake that resumed a session"},
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
    {"resumed_share",
     Scope::fleet,
     Unit::share,
     Needs::resumption,
     {},
     "TLS handshakes that resumed a session, of those that offered one"},
    {"early_data_share",
     Scope::fleet,
     Unit::share,
     Needs::early_data,
     {},
     "TLS handshakes whose early data was accepted, of those that sent some"},
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
    {"suback", Scope::fleet, Unit::duration, Needs::subscribing, Phase::suback,
     "SUBSCRIBE to its SUBACK"},
    {"puback", Scope::fleet, Unit::duration, Needs::publishing, Phase::puback,
     "QoS 1: intended time of a message to its PUBACK"},
    {"pubcomp", Scope::fleet, Unit::duration, Needs::publishing, Phase::pubcomp,
     "QoS 2: intended time of a message to its PUBCOMP"},
    {"delivery", Scope::fleet, Unit::duration, Needs::subscribing, Phase::delivery,
     "intended time of a message to its receipt by a subscriber"},
    {"sent", Scope::fleet, Unit::count, Needs::publishing, {}, "messages that were published"},
    {"unsent",
     Scope::fleet,
     Unit::count,
     Needs::publishing,
     {},
     "messages that were due and never published"},
    {"held_back",
     Scope::fleet,
     Unit::count,
     Needs::publishing,
     {},
     "messages that were due while the window or the socket was full"},
    {"acked",
     Scope::fleet,
     Unit::count,
     Needs::publishing,
     {},
     "messages that the broker acknowledged"},
    {"refused",
     Scope::fleet,
     Unit::count,
     Needs::publishing,
     {},
     "messages that the broker refused with a reason code"},
    {"unacked",
     Scope::fleet,
     Unit::count,
     Needs::publishing,
     {},
     "messages that were never acknowledged"},
    {"delivered",
     Scope::fleet,
     Unit::count,
     Needs::subscribing,
     {},
     "messages that subscribers got, each for the first time"},
    {"lost",
     Scope::fleet,
     Unit::count,
     Needs::subscribing,
     {},
     "messages that subscribers should have got and did not"},
    {"duplicated",
     Scope::fleet,
     Unit::count,
     Needs::subscribing,
     {},
     "messages that a subscriber got again"},
    {"out_of_order",
     Scope::fleet,
     Unit::count,
     Needs::subscribing,
     {},
     "messages that came after a later one of the same publisher"},
    {"foreign",
     Scope::fleet,
     Unit::count,
     Needs::subscribing,
     {},
     "messages that are not of this run"},
    {"truncated",
     Scope::fleet,
     Unit::count,
     Needs::subscribing,
     {},
     "messages that came with another length than they were sent with"},
    {"publish_rate",
     Scope::fleet,
     Unit::rate,
     Needs::publishing,
     {},
     "messages published, per second between the first and the last"},
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
