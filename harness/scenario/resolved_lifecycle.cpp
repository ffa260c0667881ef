// How the sections about connections besides messages are written out again.
#include <fmt/format.h>

#include "core/base/units.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

namespace handfast::scenario::detail {

namespace {

std::string reconnect_section(const loadgen::Reconnect& reconnect) {
  const auto& back_off = reconnect.back_off;
  std::vector<std::string> parts;
  if (reconnect.hold_for) parts.push_back("hold_for: " + exact_duration(*reconnect.hold_for));
  parts.push_back("initial: " + exact_duration(back_off.initial));
  parts.push_back("max: " + exact_duration(back_off.max));
  parts.push_back(fmt::format("multiplier: {}", back_off.multiplier));
  parts.push_back(fmt::format("jitter: {}", to_string(back_off.jitter)));
  if (reconnect.max_attempts > 0) {
    parts.push_back(fmt::format("max_attempts: {}", reconnect.max_attempts));
  }
  return "    reconnect: " + flow(parts) + "\n";
}

std::string percent(double share) { return fmt::format("{}%", share * 100); }

}  // namespace

std::string lifecycle_sections(const Fleet& fleet) {
  const auto& options = fleet.lifecycle;
  std::string out = fmt::format("    close: {}\n", to_string(options.close));
  if (fleet.behaviour == loadgen::Behaviour::hold) {
    out += fmt::format("    on_drop: {}\n", options.on_drop_reconnect ? "reconnect" : "fail");
  }
  if (options.reconnect) out += reconnect_section(*options.reconnect);
  if (options.takeover) {
    out += fmt::format("    takeover: {{after: {}}}\n", exact_duration(options.takeover->after));
  }
  if (const auto& half = options.half_open) {
    out += fmt::format("    half_open: {{share: {}, stop_at: {}, silent_for: {}}}\n",
                       percent(half->share), to_string(half->stop_at),
                       exact_duration(half->silent_for));
  }
  if (const auto& slow = options.slow_handshake) {
    out += fmt::format("    slow_handshake: {{share: {}, piece: {}B, every: {}}}\n",
                       percent(slow->share), slow->piece_bytes, exact_duration(slow->every));
  }
  if (const auto& bad = options.bad_chains) {
    out += fmt::format("    bad_chains: {{share: {}, identity: {}, expect: {}}}\n",
                       percent(bad->share), scalar(bad->identity), scalar(to_string(bad->expect)));
  }
  return out;
}

}  // namespace handfast::scenario::detail
