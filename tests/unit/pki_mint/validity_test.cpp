#include "pki/mint/validity.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;

TEST_CASE("times are read as UTC dates or instants", "[pki]") {
  CHECK(time_text(parse_time("2026-01-31").value()) == "2026-01-31T00:00:00Z");
  CHECK(time_text(parse_time("2024-02-29T23:59:58Z").value()) == "2024-02-29T23:59:58Z");
}

TEST_CASE("what is no time is refused", "[pki]") {
  for (const auto* text :
       {"", "2026", "2026-13-01", "2026-02-29", "2026-01-01T24:00:00Z", "2026-1-1",
        "2026-01-01 00:00:00", "2026-01-01T00:00:00", "-026-01-01", "2026-01-01T00:00:00+1"}) {
    INFO(text);
    CHECK_FALSE(parse_time(text));
  }
  CHECK(
      parse_time("tomorrow").error().text() ==
      "\"tomorrow\" is no time (write for example 2026-01-31 or 2026-01-31T12:00:00Z, always UTC)");
  CHECK(parse_time("9999-12-31").error().text() ==
        "the year of \"9999-12-31\" is not within 1950 to 2250");
}

TEST_CASE("a moment is a time or an offset from the issuing", "[pki]") {
  const auto now = parse_time("2026-06-01T12:00:00Z").value();
  CHECK(time_text(parse_moment("-30d")->resolve(now)) == "2026-05-02T12:00:00Z");
  CHECK(time_text(parse_moment("+1h")->resolve(now)) == "2026-06-01T13:00:00Z");
  CHECK(time_text(parse_moment("2030-01-01")->resolve(now)) == "2030-01-01T00:00:00Z");
  CHECK(parse_moment("-30").error().text() ==
        "duration \"30\" has no unit (write for example 500ms, 30s or 5m)");
}

TEST_CASE("a period starts an hour early and has whole seconds", "[pki]") {
  const auto now = parse_time("2026-06-01T12:00:00Z").value() + 999ms;
  const auto period = period_of(Validity::lasting(24h), now);
  CHECK(time_text(period.not_before) == "2026-06-01T11:00:00Z");
  CHECK(time_text(period.not_after) == "2026-06-02T12:00:00Z");
  CHECK(period.not_after.time_since_epoch() % 1s == 0s);
}
