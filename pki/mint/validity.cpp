#include "pki/mint/validity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

#include "core/base/text.hpp"
#include "core/base/units.hpp"

namespace handfast::pki {

namespace {

/// Reads exactly `width` digits at `at`.
bool read_digits(std::string_view text, std::size_t at, std::size_t width, int& out) {
  if (at + width > text.size()) return false;
  const auto* begin = text.data() + at;
  if (*begin < '0' || *begin > '9') return false;  // from_chars would take a sign
  const auto [stop, error] = std::from_chars(begin, begin + width, out);
  return error == std::errc{} && stop == begin + width;
}

WallTime whole_seconds(WallTime time) {
  return std::chrono::time_point_cast<WallTime::duration>(
      std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

WallTime Moment::resolve(WallTime now) const {
  return at ? *at : now + std::chrono::duration_cast<WallTime::duration>(offset);
}

Period period_of(const Validity& validity, WallTime now) {
  return {whole_seconds(validity.from.resolve(now)), whole_seconds(validity.to.resolve(now))};
}

Result<WallTime> parse_time(std::string_view text) {
  const auto bad = [text] {
    return usage_problem(fmt::format("\"{}\" is no time", printable(text)), {},
                         "write for example 2026-01-31 or 2026-01-31T12:00:00Z, always UTC");
  };
  std::array<int, 6> part{};
  const bool date = text.size() >= 10 && text[4] == '-' && text[7] == '-' &&
                    read_digits(text, 0, 4, part[0]) && read_digits(text, 5, 2, part[1]) &&
                    read_digits(text, 8, 2, part[2]);
  if (!date) return bad();
  if (text.size() != 10) {
    const bool time = text.size() == 20 && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
                      text[19] == 'Z' && read_digits(text, 11, 2, part[3]) &&
                      read_digits(text, 14, 2, part[4]) && read_digits(text, 17, 2, part[5]);
    if (!time || part[3] > 23 || part[4] > 59 || part[5] > 59) return bad();
  }
  const std::chrono::year_month_day day{std::chrono::year(part[0]),
                                        std::chrono::month(static_cast<unsigned>(part[1])),
                                        std::chrono::day(static_cast<unsigned>(part[2]))};
  if (!day.ok()) return bad();
  // A nanosecond clock ends in 2262, and beyond 2250 its arithmetic with validities could overflow.
  if (part[0] < 1950 || part[0] > 2250) {
    return usage_problem(fmt::format("the year of \"{}\" is not within 1950 to 2250", text));
  }
  return WallTime(std::chrono::sys_days(day)) + std::chrono::hours(part[3]) +
         std::chrono::minutes(part[4]) + std::chrono::seconds(part[5]);
}

Result<Moment> parse_moment(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) {
    auto offset = parse_duration(text.substr(1));
    if (!offset) return offset.error();
    return Moment{{}, text.front() == '-' ? -*offset : *offset};
  }
  auto time = parse_time(text);
  if (!time) return time.error();
  return Moment{*time, Nanos(0)};
}

std::string time_text(WallTime time) { return rfc3339(time); }

std::string to_string(const Moment& moment) {
  if (moment.at) return time_text(*moment.at);
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(moment.offset).count();
  return fmt::format("{:+}s", whole);
}

}  // namespace handfast::pki
