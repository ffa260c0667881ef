#include "core/base/wall_time.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace std::chrono_literals;

namespace {

std::string moment(std::string_view text) {
  const auto time = parse_wall_time(text);
  return time ? rfc3339_millis(*time) : time.error().message;
}

}  // namespace

TEST_CASE("moments are read in RFC 3339 and in seconds since 1970", "[base]") {
  CHECK(moment("2026-11-24T15:04:05Z") == "2026-11-24T15:04:05.000Z");
  CHECK(moment("2026-11-24t15:04:05.25z") == "2026-11-24T15:04:05.250Z");
  CHECK(moment("2026-11-24T16:34:05+01:30") == "2026-11-24T15:04:05.000Z");
  CHECK(moment("2026-11-24T23:00:00.1-02:00") == "2026-11-25T01:00:00.100Z");
  CHECK(moment("2028-02-29T00:00:00Z") == "2028-02-29T00:00:00.000Z");
  CHECK(moment("0") == "1970-01-01T00:00:00.000Z");
  CHECK(moment("1795532645") == "2026-11-24T15:04:05.000Z");
  CHECK(moment("1795532645.0625") == "2026-11-24T15:04:05.062Z");
  CHECK(parse_wall_time("1.000000001").value().time_since_epoch() == 1s + 1ns);
}

TEST_CASE("what is no moment is refused with an example", "[base]") {
  for (const char* text : {"",
                           "now",
                           "-5",
                           "2026-11-24",
                           "2026-11-24T15:04:05",
                           "2026-11-24 15:04:05Z",
                           "2026-11-24T15:04Z",
                           "2026-13-01T00:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-11-24T24:00:00Z",
                           "2026-11-24T15:60:05Z",
                           "2026-11-24T15:04:60Z",
                           "2026-11-24T15:04:05.Z",
                           "2026-11-24T15:04:05.1234567891Z",
                           "2026-11-24T15:04:05Z ",
                           "2026-11-24T15:04:05+1:00",
                           "1969-12-31T23:59:59Z",
                           "2200-01-01T00:00:00Z",
                           "7258118400",
                           "99999999999999999999",
                           "12s",
                           "1.5.2"}) {
    INFO(text);
    const auto time = parse_wall_time(text);
    REQUIRE_FALSE(time);
    CHECK(time.error().kind == ProblemKind::usage);
    CHECK(time.error().message == "\"" + std::string(text) + "\" is no moment");
    CHECK(time.error().hint.find("2026-11-24T15:04:05Z") != std::string::npos);
  }
}
