#include "core/base/wall_time.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "core/base/text.hpp"

namespace handfast {
namespace {

using Seconds = std::chrono::seconds;

constexpr std::int64_t end_of_2199_s = 7'258'118'400;

/// Takes a text apart from its front; once something does not fit, good() stays false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool good() const { return good_; }
  bool end() const { return rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }

  void skip(char upper) {
    const char lower = static_cast<char>(upper | 0x20);
    good_ = good_ && !rest_.empty() && (rest_.front() == upper || rest_.front() == lower);
    if (good_) rest_.remove_prefix(1);
  }

  /// Exactly `digits` digits.
  int number(std::size_t digits) {
    int value = 0;
    good_ = good_ && digit_count() >= digits;
    if (!good_) return 0;
    std::from_chars(rest_.data(), rest_.data() + digits, value);
    rest_.remove_prefix(digits);
    return value;
  }

  std::int64_t whole() {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + digit_count(), value);
    good_ = good_ && error == std::errc{};
    if (good_) rest_.remove_prefix(digit_count());
    return value;
  }

  /// ".25" as nanoseconds; zero when there is none.
  Nanos fraction() {
    if (!good_ || !next_is('.')) return Nanos(0);
    rest_.remove_prefix(1);
    const std::size_t digits = digit_count();
    good_ = digits >= 1 && digits <= 9;
    if (!good_) return Nanos(0);
    std::int64_t value = number(digits);
    for (std::size_t i = digits; i < 9; ++i) value *= 10;
    return Nanos(value);
  }

 private:
  std::size_t digit_count() const {
    const auto end = rest_.find_first_not_of("0123456789");
    return end == std::string_view::npos ? rest_.size() : end;
  }

  std::string_view rest_;
  bool good_ = true;
};

Seconds zone_offset(Scanner& scan) {
  if (!scan.next_is('+') && !scan.next_is('-')) {
    scan.skip('Z');
    return Seconds(0);
  }
  const int sign = scan.next_is('+') ? 1 : -1;
  scan.skip(sign > 0 ? '+' : '-');
  const int hours = scan.number(2);
  scan.skip(':');
  const int minutes = scan.number(2);
  return sign * (std::chrono::hours(hours) + std::chrono::minutes(minutes));
}

std::optional<Nanos> since_1970(std::string_view text) {
  using namespace std::chrono;
  Scanner scan(text);
  const int year_number = scan.number(4);
  scan.skip('-');
  const int month_number = scan.number(2);
  scan.skip('-');
  const int day_number = scan.number(2);
  scan.skip('T');
  const int hour = scan.number(2);
  scan.skip(':');
  const int minute = scan.number(2);
  scan.skip(':');
  const int second = scan.number(2);
  const Nanos fraction = scan.fraction();
  const Seconds offset = zone_offset(scan);
  const year_month_day date(year(year_number), month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number)));
  const bool fits = date.ok() && hour < 24 && minute < 60 && second < 60;
  if (!scan.good() || !scan.end() || !fits) return std::nullopt;
  return sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) + Seconds(second) +
         fraction - offset;
}

std::optional<Nanos> unix_time(std::string_view text) {
  Scanner scan(text);
  const std::int64_t whole = scan.whole();
  const Nanos fraction = scan.fraction();
  if (!scan.good() || !scan.end() || whole >= end_of_2199_s) return std::nullopt;
  return Seconds(whole) + fraction;
}

}  // namespace

Result<WallTime> parse_wall_time(std::string_view text) {
  auto moment = unix_time(text);
  if (!moment) moment = since_1970(text);
  if (!moment || *moment < Nanos(0) || *moment >= Seconds(end_of_2199_s)) {
    return usage_problem(fmt::format("\"{}\" is no moment", printable(text, 60)), {},
                         "write 2026-11-24T15:04:05Z, with a zone, or seconds since 1970");
  }
  return WallTime(std::chrono::duration_cast<WallTime::duration>(*moment));
}

std::string rfc3339_millis(WallTime time) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
  const auto whole = std::chrono::floor<Seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", whole,
                     (millis - whole.time_since_epoch()).count());
}

}  // namespace handfast
