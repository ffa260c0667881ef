// The sections of a fleet about what its connections do besides messages.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "core/base/text.hpp"
#include "core/tls/alert.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;
using namespace std::chrono_literals;

template <class T, std::size_t N>
Result<void> read_choice(const Node& node, const std::string& what, T& out,
                         const std::array<T, N>& choices) {
  std::vector<std::string> names;
  for (const auto choice : choices) names.emplace_back(to_string(choice));
  auto name = word(node, what, names);
  if (!name) return name.error();
  for (const auto choice : choices) {
    if (*name == to_string(choice)) out = choice;
  }
  return {};
}

Result<void> read_multiplier(const Node& node, double& out) {
  auto text = node.text();
  if (!text) return text.error();
  double value = 0;
  const auto* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, value);
  const bool number = parsed.ec == std::errc{} && parsed.ptr == end && std::isfinite(value);
  if (!number || value < 1 || value > 100) {
    return node.problem(
        fmt::format("\"multiplier\" must be 1 to 100, not {}", printable(*text, 40)));
  }
  out = value;
  return {};
}

/// Nobody asks for a share of nothing.
Result<void> read_share(const Node& node, double& out) {
  auto share = node.share();
  if (!share) return share.error();
  if (*share <= 0) return node.problem("\"share\" must be above 0%", "leave the section out");
  out = *share;
  return {};
}

/// "refused", "accepted" or "alert:unknown_ca,bad_certificate".
Result<void> read_expect(const Node& node, loadgen::ChainExpectation& out) {
  constexpr std::string_view prefix = "alert:";
  auto text = node.text();
  if (!text) return text.error();
  if (!text->starts_with(prefix)) {
    auto name = word(node, "expectation", {"refused", "accepted", "alert:NAME"});
    if (!name) return name.error();
    out.refused = *name == "refused";
    return {};
  }
  std::string_view rest = std::string_view(*text).substr(prefix.size());
  while (true) {
    const auto comma = rest.find(',');
    const std::string name(trim(rest.substr(0, comma)));
    const auto number = tls::alert_number(name);
    if (!number) {
      return node.problem(fmt::format("unknown alert \"{}\"", printable(name, 60)),
                          "names are those of RFC 8446 section 6, for example alert:unknown_ca");
    }
    out.alerts.push_back(*number);
    if (comma == std::string_view::npos) return {};
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<void> read_close(const Node& node, loadgen::CloseStyle& out) {
  using enum loadgen::CloseStyle;
  return read_choice(node, "close style", out, std::array{disconnect, close_notify, fin, rst});
}

Result<void> read_on_drop(const Node& node, bool& reconnects) {
  auto name = word(node, "reaction", {"fail", "reconnect"});
  if (!name) return name.error();
  reconnects = *name == "reconnect";
  return {};
}

Result<void> read_reconnect(const Node& node, loadgen::Reconnect& out) {
  auto& back_off = out.back_off;
  auto done = config::read_fields(
      node, {{"hold_for", Presence::optional,
              [&](const Node& n) { return read_span(n, out.hold_for.emplace(), 1ms, 24h); }},
             {"initial", Presence::optional,
              [&](const Node& n) { return read_span(n, back_off.initial, 1ms, 1h); }},
             {"max", Presence::optional,
              [&](const Node& n) { return read_span(n, back_off.max, 1ms, 24h); }},
             {"multiplier", Presence::optional,
              [&](const Node& n) { return read_multiplier(n, back_off.multiplier); }},
             {"jitter", Presence::optional,
              [&](const Node& n) {
                using enum loadgen::Jitter;
                return read_choice(n, "jitter", back_off.jitter, std::array{full, equal, none});
              }},
             {"max_attempts", Presence::optional,
              [&](const Node& n) { return store(out.max_attempts, n.integer(1, 1'000'000)); }}});
  if (!done || back_off.initial <= back_off.max) return done;
  return node.problem("\"initial\" is above \"max\"", "raise max, which is 30s by default");
}

Result<void> read_takeover(const Node& node, loadgen::Takeover& out) {
  return config::read_fields(node, {{"after", Presence::optional, [&](const Node& n) {
                                       return read_span(n, out.after, 0ms, 24h);
                                     }}});
}

Result<void> read_half_open(const Node& node, loadgen::HalfOpen& out) {
  return config::read_fields(
      node, {{"share", Presence::optional, [&](const Node& n) { return read_share(n, out.share); }},
             {"stop_at", Presence::required,
              [&](const Node& n) {
                using enum loadgen::StopAt;
                return read_choice(n, "point", out.stop_at, std::array{tcp, client_hello, connect});
              }},
             {"silent_for", Presence::optional,
              [&](const Node& n) { return read_span(n, out.silent_for, 1ms, 24h); }}});
}

Result<void> read_slow_handshake(const Node& node, loadgen::SlowHandshake& out) {
  const auto read_piece = [&](const Node& n) -> Result<void> {
    auto size = n.size();
    if (!size) return size.error();
    if (*size < 1 || *size > 16384) return n.problem("\"piece\" must be 1B to 16KiB");
    out.piece_bytes = *size;
    return {};
  };
  return config::read_fields(
      node, {{"share", Presence::optional, [&](const Node& n) { return read_share(n, out.share); }},
             {"piece", Presence::required, read_piece},
             {"every", Presence::required,
              [&](const Node& n) { return read_span(n, out.every, 1ms, 1h); }}});
}

Result<void> read_bad_chains(const Node& node, BadChainOptions& out) {
  return config::read_fields(
      node,
      {{"share", Presence::required, [&](const Node& n) { return read_share(n, out.share); }},
       {"identity", Presence::required,
        [&](const Node& n) { return store(out.identity, n.text()); }},
       {"expect", Presence::optional, [&](const Node& n) { return read_expect(n, out.expect); }}});
}

}  // namespace handfast::scenario::detail
