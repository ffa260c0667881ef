// The "dtls" section of a fleet.
#include <fmt/format.h>

#include <array>
#include <limits>

#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;
using namespace std::chrono_literals;

constexpr std::uint64_t smallest_mtu = 256;  // what core/tls/datagram.hpp takes
constexpr std::uint64_t largest_mtu = 65535;
constexpr std::uint16_t ip_and_udp_bytes = 28;  // IPv4 without options, and UDP
constexpr std::int64_t last_topic_id = 65'534;  // MQTT-SN 1.2 §5.3.11
constexpr std::int64_t most_tries = 100;
constexpr std::int64_t most_numbers = 1'000'000;

Result<void> read_application(const Node& node, loadgen::Application& out) {
  using enum loadgen::Application;
  constexpr std::array choices{none, coap, mqtt_sn};
  std::vector<std::string> names;
  for (const auto choice : choices) names.emplace_back(to_string(choice));
  auto name = word(node, "application", names);
  if (!name) return name.error();
  for (const auto choice : choices) {
    if (*name == to_string(choice)) out = choice;
  }
  return {};
}

Result<void> read_mtu(const Node& node, std::uint16_t& out) {
  auto size = node.size();
  if (!size) return size.error();
  if (*size < smallest_mtu || *size > largest_mtu)
    return node.problem("\"mtu\" must be 256B to 65535B");
  out = static_cast<std::uint16_t>(*size);
  return {};
}

Result<void> read_retransmit(const Node& node, tls::DatagramSettings& out) {
  auto read = config::read_fields(
      node, {{"initial", Presence::optional,
              [&](const Node& n) { return read_span(n, out.first_timeout, 1ms, 1h); }},
             {"max", Presence::optional,
              [&](const Node& n) { return read_span(n, out.longest_timeout, 1ms, 1h); }}});
  if (!read) return read;
  if (out.longest_timeout >= out.first_timeout) return {};
  return node.problem("\"max\" is shorter than \"initial\"");
}

Result<void> read_retry(const Node& node, DtlsOptions& options) {
  options.retry_chosen = true;
  auto& retry = options.spec.retry;
  return config::read_fields(node,
                             {{"after", Presence::optional,
                               [&](const Node& n) { return read_span(n, retry.after, 10ms, 1h); }},
                              {"times", Presence::optional, [&](const Node& n) -> Result<void> {
                                 auto times = n.integer(0, most_tries);
                                 if (!times) return times.error();
                                 retry.times = static_cast<std::uint32_t>(*times);
                                 return {};
                               }}});
}

Result<void> read_restart(const Node& node, loadgen::Restart& out) {
  return config::read_fields(node,
                             {{"after", Presence::optional,
                               [&](const Node& n) { return read_span(n, out.after, 10ms, 1h); }},
                              {"times", Presence::optional, [&](const Node& n) -> Result<void> {
                                 auto times = n.integer(0, most_tries);
                                 if (!times) return times.error();
                                 out.times = static_cast<std::uint32_t>(*times);
                                 return {};
                               }}});
}

Result<void> read_sleep(const Node& node, loadgen::Sleep& out) {
  return config::read_fields(
      node, {{"wake", Presence::optional,
              [&](const Node& n) { return read_span(n, out.wake, 10ms, 1h); }},
             {"duration", Presence::optional,
              [&](const Node& n) { return read_span(n, out.duration, 1s, 18h); }}});
}

Result<void> read_topic_id(const Node& node, std::uint16_t& out) {
  auto id = node.integer(1, last_topic_id);
  if (!id) return id.error();
  out = static_cast<std::uint16_t>(*id);
  return {};
}

Result<void> read_drop(const Node& node, std::vector<std::uint64_t>& out) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    auto number = item.integer(1, most_numbers);
    if (!number) return number.error();
    out.push_back(static_cast<std::uint64_t>(*number));
  }
  return {};
}

/// One setting for both directions.
Result<void> read_impairment(const Node& node, loadgen::PathImpairment& out) {
  ImpairmentSettings path;
  const auto share = [](std::string_view key, double& value) {
    return config::Field{key, Presence::optional,
                         [&value](const Node& n) { return store(value, n.share()); }};
  };
  const auto time = [](std::string_view key, Nanos& value) {
    return config::Field{key, Presence::optional,
                         [&value](const Node& n) { return read_span(n, value, 0s, 1min); }};
  };
  auto read = config::read_fields(
      node, {share("loss", path.loss),
             share("duplication", path.duplication),
             share("reorder", path.reorder),
             time("delay", path.delay),
             time("jitter", path.jitter),
             {"mtu", Presence::optional,
              [&](const Node& n) -> Result<void> {
                std::uint16_t mtu = 0;
                if (auto size = read_mtu(n, mtu); !size) return size;
                path.largest = std::size_t{mtu} - ip_and_udp_bytes;
                return {};
              }},
             {"drop", Presence::optional, [&](const Node& n) { return read_drop(n, path.drop); }}});
  if (!read) return read;
  out.to_server = out.to_client = path;
  return {};
}

}  // namespace

Result<void> read_dtls(const Node& node, DtlsOptions& options) {
  auto& spec = options.spec;
  return config::read_fields(
      node,
      {{"application", Presence::optional,
        [&](const Node& n) { return read_application(n, spec.application); }},
       {"mtu", Presence::optional,
        [&](const Node& n) { return read_mtu(n, options.datagrams.mtu); }},
       {"retransmit", Presence::optional,
        [&](const Node& n) { return read_retransmit(n, options.datagrams); }},
       {"retry", Presence::optional, [&](const Node& n) { return read_retry(n, options); }},
       {"restart", Presence::optional,
        [&](const Node& n) { return read_restart(n, spec.restart); }},
       {"sleep", Presence::optional,
        [&](const Node& n) { return read_sleep(n, spec.sleep.emplace()); }},
       {"connectionless", Presence::optional,
        [&](const Node& n) { return store(spec.connectionless, n.boolean()); }},
       {"topic_id", Presence::optional,
        [&](const Node& n) { return read_topic_id(n, spec.topic_id); }},
       {"path", Presence::optional, [&](const Node& n) { return store(spec.path, n.text()); }},
       {"impairment", Presence::optional,
        [&](const Node& n) { return read_impairment(n, spec.impairment.emplace()); }}});
}

void complete_dtls(Fleet& fleet) {
  if (fleet.listener.transport != Transport::dtls) return;
  using enum loadgen::Application;
  if (!fleet.dtls) fleet.dtls.emplace();
  auto& spec = fleet.dtls->spec;
  // RFC 7252 section 4.8: ACK_TIMEOUT and MAX_RETRANSMIT.
  if (spec.application == coap && !fleet.dtls->retry_chosen) spec.retry = {2s, 4};
  // MQTT-SN takes 23 bytes.
  const bool default_id = fleet.mqtt.client_id == MqttOptions{}.client_id;
  if (spec.application == mqtt_sn && default_id) fleet.mqtt.client_id = "{fleet}-{i}";
  fleet.mqtt.level = 4;
  if (!fleet.tls) fleet.tls.emplace();
  fleet.tls->min_version = fleet.tls->max_version = tls::Version::dtls1_2;
}

}  // namespace handfast::scenario::detail
