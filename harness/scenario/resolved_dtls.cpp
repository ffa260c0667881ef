// How a fleet's DTLS is written out again.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

namespace handfast::scenario::detail {

namespace {

std::string impairment(const ImpairmentSettings& path) {
  std::vector<std::string> parts;
  const auto share = [&](std::string_view key, double value) {
    if (value > 0) parts.push_back(fmt::format("{}: {:.10g}%", key, value * 100));
  };
  const auto time = [&](std::string_view key, Nanos value) {
    if (value > Nanos(0)) parts.push_back(fmt::format("{}: {}", key, exact_duration(value)));
  };
  share("loss", path.loss);
  share("duplication", path.duplication);
  share("reorder", path.reorder);
  time("delay", path.delay);
  time("jitter", path.jitter);
  if (path.largest > 0) parts.push_back(fmt::format("mtu: {}B", path.largest + ip_and_udp_bytes));
  if (!path.drop.empty()) parts.push_back(fmt::format("drop: [{}]", fmt::join(path.drop, ", ")));
  return flow(parts);
}

}  // namespace

std::string dtls_section(const DtlsOptions& options) {
  const auto& spec = options.spec;
  std::vector<std::string> parts{
      fmt::format("application: {}", to_string(spec.application)),
      fmt::format("mtu: {}B", options.datagrams.mtu),
      "retransmit: " + flow({"initial: " + exact_duration(options.datagrams.first_timeout),
                             "max: " + exact_duration(options.datagrams.longest_timeout)})};
  parts.push_back("restart: " + flow({"after: " + exact_duration(spec.restart.after),
                                      fmt::format("times: {}", spec.restart.times)}));
  if (spec.application != loadgen::Application::none) {
    parts.push_back("retry: " + flow({"after: " + exact_duration(spec.retry.after),
                                      fmt::format("times: {}", spec.retry.times)}));
  }
  if (spec.application == loadgen::Application::coap) parts.push_back("path: " + scalar(spec.path));
  if (spec.sleep) {
    parts.push_back("sleep: " + flow({"wake: " + exact_duration(spec.sleep->wake),
                                      "duration: " + exact_duration(spec.sleep->duration)}));
  }
  if (spec.connectionless) parts.emplace_back("connectionless: true");
  if (spec.topic_id != 0) parts.push_back(fmt::format("topic_id: {}", spec.topic_id));
  if (spec.impairment) parts.push_back("impairment: " + impairment(spec.impairment->to_server));
  return "    dtls: " + flow(parts) + "\n";
}

}  // namespace handfast::scenario::detail
