#include "core/base/units.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace handfast {

namespace {

/// Splits "250ms" into 250 and "ms"; nullopt when no plain decimal number stands in front.
std::optional<std::pair<double, std::string_view>> split_number(std::string_view text) {
  if (text.empty() || ((text[0] < '0' || text[0] > '9') && text[0] != '.')) return std::nullopt;
  double value = 0;
  const auto* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(value)) return std::nullopt;
  auto unit = std::string_view(stop, static_cast<std::size_t>(end - stop));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  return std::pair{value, unit};
}

Problem bad_quantity(std::string_view kind, std::string_view text, std::string_view example) {
  auto number = split_number(text);
  if (number && number->second.empty()) {
    return usage_problem(fmt::format("{} \"{}\" has no unit", kind, text), {},
                         fmt::format("write for example {}", example));
  }
  return usage_problem(fmt::format("\"{}\" is not a {}", text, kind), {},
                       fmt::format("write for example {}", example));
}

struct Unit {
  std::string_view name;
  double factor;
};

template <std::size_t N>
std::optional<double> factor_of(const std::array<Unit, N>& units, std::string_view name) {
  for (const auto& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

constexpr std::array<Unit, 9> duration_units{{{"ns", 1},
                                              {"us", 1e3},
                                              {"ms", 1e6},
                                              {"s", 1e9},
                                              {"m", 60e9},
                                              {"h", 3600e9},
                                              {"d", 86400e9},
                                              {"w", 7 * 86400e9},
                                              {"y", 365 * 86400e9}}};
constexpr std::array<Unit, 3> rate_units{{{"/s", 1}, {"/m", 1.0 / 60}, {"/h", 1.0 / 3600}}};
constexpr std::array<Unit, 7> size_units{{{"B", 1},
                                          {"kB", 1e3},
                                          {"KB", 1e3},
                                          {"MB", 1e6},
                                          {"KiB", 1024},
                                          {"MiB", 1024.0 * 1024},
                                          {"GiB", 1024.0 * 1024 * 1024}}};

}  // namespace

Result<Nanos> parse_duration(std::string_view text) {
  auto number = split_number(text);
  auto factor = number ? factor_of(duration_units, number->second) : std::nullopt;
  if (!factor) return bad_quantity("duration", text, "500ms, 30s or 5m");
  const double nanos = number->first * *factor;
  if (nanos > 100 * 365 * 86400e9)
    return usage_problem(fmt::format("duration \"{}\" is above 100 years", text));
  return Nanos(std::llround(nanos));
}

Result<double> parse_rate(std::string_view text) {
  auto number = split_number(text);
  auto factor = number ? factor_of(rate_units, number->second) : std::nullopt;
  if (!factor) return bad_quantity("rate", text, "500/s or 30/m");
  return number->first * *factor;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  auto number = split_number(text);
  auto factor = number ? factor_of(size_units, number->second) : std::nullopt;
  if (!factor) return bad_quantity("size", text, "512B or 4KiB");
  const double bytes = number->first * *factor;
  if (bytes > 1e15) return usage_problem(fmt::format("size \"{}\" is above 1 PB", text));
  return static_cast<std::uint64_t>(std::llround(bytes));
}

Result<double> parse_share(std::string_view text) {
  auto number = split_number(text);
  if (!number || number->second != "%") return bad_quantity("share", text, "1%");
  if (number->first > 100) return usage_problem(fmt::format("share \"{}\" is above 100%", text));
  return number->first / 100;
}

std::string format_duration(Nanos value) {
  static constexpr std::array<Unit, 4> steps{{{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}}};
  const auto nanos = static_cast<double>(value.count());
  for (const auto& step : steps) {
    // 999.5 us would print as "1000 us", so the step up happens at half a unit below.
    if (std::abs(nanos) < step.factor * 0.9995 && step.factor > 1) continue;
    const double shown = nanos / step.factor;
    const int decimals = std::abs(shown) < 9.995 ? 2 : std::abs(shown) < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", shown, step.factor == 1 ? 0 : decimals, step.name);
  }
  return "0 ns";
}

std::string exact_duration(Nanos value) {
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> steps{
      {{"h", 3'600'000'000'000},
       {"m", 60'000'000'000},
       {"s", 1'000'000'000},
       {"ms", 1'000'000},
       {"us", 1'000},
       {"ns", 1}}};
  for (const auto& [name, factor] : steps) {
    if (value.count() != 0 && value.count() % factor == 0)
      return fmt::format("{}{}", value.count() / factor, name);
  }
  return "0s";
}

std::string format_size(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> names{"B", "KiB", "MiB", "GiB", "TiB"};
  auto shown = static_cast<double>(bytes);
  std::size_t step = 0;
  while (shown >= 1024 && step + 1 < names.size()) {
    shown /= 1024;
    ++step;
  }
  return fmt::format("{:.{}f} {}", shown, step == 0 ? 0 : 1, names[step]);
}

std::string rfc3339(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     std::chrono::time_point_cast<std::chrono::seconds>(time));
}

}  // namespace handfast
