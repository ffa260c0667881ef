#include "harness/scenario/threshold.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "core/base/text.hpp"
#include "core/base/units.hpp"

namespace handfast::scenario {

namespace {

constexpr auto example = "write for example sensors.handshake.p99 < 50ms";

/// Longer spellings first, so that "<=" is not read as "<".
constexpr std::array<std::pair<std::string_view, Comparison>, 6> comparisons{
    {{"<=", Comparison::less_equal},
     {">=", Comparison::greater_equal},
     {"==", Comparison::equal},
     {"!=", Comparison::not_equal},
     {"<", Comparison::less},
     {">", Comparison::greater}}};

/// The three parts of an expression: "sensors.errors", ==, "0".
struct Parts {
  std::string_view subject;
  Comparison comparison;
  std::string_view value;
};

Result<Parts> split_expression(std::string_view text) {
  const auto at = text.find_first_of("<>=!");
  if (at == std::string_view::npos) {
    return usage_problem(fmt::format("threshold \"{}\" compares nothing", printable(text, 80)), {},
                         example);
  }
  for (const auto& [spelling, comparison] : comparisons) {
    if (!text.substr(at).starts_with(spelling)) continue;
    return Parts{trim(text.substr(0, at)), comparison, trim(text.substr(at + spelling.size()))};
  }
  return usage_problem(
      fmt::format("threshold \"{}\" has no operator that is known", printable(text, 80)), {},
      "one of: <, <=, >, >=, ==, !=");
}

Result<double> parse_value(Unit unit, std::string_view text) {
  switch (unit) {
    case Unit::duration: {
      auto value = parse_duration(text);
      if (!value) return value.error();
      return static_cast<double>(value->count());
    }
    case Unit::rate:
      return parse_rate(text);
    case Unit::share:
      return parse_share(text);
    case Unit::count:
      break;
  }
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || value > 1'000'000'000'000) {
    return usage_problem(fmt::format("\"{}\" is not a count", printable(text, 60)), {},
                         "write a whole number, for example 2000");
  }
  return static_cast<double>(value);
}

/// Reads "[service.]p99" behind a latency's name.
Result<void> parse_statistic(Threshold& threshold, std::string_view text) {
  constexpr std::string_view service = "service";
  if (text == service || text.starts_with("service.")) {
    threshold.service = true;
    text.remove_prefix(std::min(text.size(), service.size() + 1));
  }
  threshold.statistic = find_statistic(text);
  if (threshold.statistic != nullptr) return {};
  if (text.empty()) {
    return usage_problem(
        fmt::format("\"{}\" is a latency and needs a statistic", threshold.metric->name), {},
        "one of: " + join(statistic_names(), ", "));
  }
  return usage_problem(fmt::format("unknown statistic \"{}\"", printable(text, 60)), {},
                       "one of: " + join(statistic_names(), ", "));
}

/// Reads "FLEET.METRIC..." or "checks.METRIC".
Result<void> parse_subject(Threshold& threshold, std::string_view subject) {
  const auto dot = subject.find('.');
  if (dot == 0 || dot == std::string_view::npos) {
    return usage_problem(fmt::format("\"{}\" names no metric", printable(subject, 80)), {},
                         example);
  }
  const auto owner = subject.substr(0, dot);
  const auto scope = owner == "checks" ? Scope::checks : Scope::fleet;
  if (scope == Scope::fleet) threshold.fleet = owner;
  auto rest = subject.substr(dot + 1);
  const auto end = rest.find('.');
  const auto name = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  threshold.metric = find_metric(scope, name);
  if (threshold.metric == nullptr) {
    return usage_problem(fmt::format("unknown metric \"{}\"", printable(name, 60)), {},
                         suggest(printable(name, 60), metric_names(scope)));
  }
  if (threshold.metric->phase) return parse_statistic(threshold, rest);
  if (end != std::string_view::npos) {
    return usage_problem(fmt::format("\"{}\" is one number and takes no statistic", name), {},
                         fmt::format("write {}.{}", printable(owner, 60), name));
  }
  return {};
}

}  // namespace

std::string_view to_string(Comparison comparison) {
  for (const auto& [spelling, candidate] : comparisons) {
    if (candidate == comparison) return spelling;
  }
  return "?";
}

Result<Threshold> parse_threshold(std::string_view text) {
  auto parts = split_expression(text);
  if (!parts) return parts.error();
  Threshold threshold;
  threshold.comparison = parts->comparison;
  threshold.expression =
      fmt::format("{} {} {}", parts->subject, to_string(parts->comparison), parts->value);
  if (auto subject = parse_subject(threshold, parts->subject); !subject) return subject.error();
  auto value = parse_value(threshold.metric->unit, parts->value);
  if (!value) return with_context(value.error(), std::string(parts->subject));
  threshold.value = *value;
  return threshold;
}

}  // namespace handfast::scenario
