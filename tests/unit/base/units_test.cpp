#include "core/base/units.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace std::chrono_literals;

TEST_CASE("durations, rates, sizes and shares are read with their units", "[base]") {
  CHECK(parse_duration("250ms").value() == 250ms);
  CHECK(parse_duration("1.5s").value() == 1500ms);
  CHECK(parse_duration("2h").value() == 2h);
  CHECK(parse_rate("500/s").value() == 500);
  CHECK(parse_rate("30/m").value() == Approx(0.5));
  CHECK(parse_size("4KiB").value() == 4096);
  CHECK(parse_share("1.5%").value() == Approx(0.015));
}

TEST_CASE("a quantity without its unit says so and shows how to write it", "[base]") {
  CHECK(parse_duration("30").error().text() ==
        "duration \"30\" has no unit (write for example 500ms, 30s or 5m)");
  CHECK(parse_rate("500").error().text() ==
        "rate \"500\" has no unit (write for example 500/s or 30/m)");
  CHECK(parse_size("64").error().text() ==
        "size \"64\" has no unit (write for example 512B or 4KiB)");
}

TEST_CASE("what is no quantity is refused", "[base]") {
  for (const auto* text : {"", "s", "-3s", "5 parsecs", "inf s", "1e400s", "0x10s"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK(parse_duration("101y").error().message == "duration \"101y\" is above 100 years");
  CHECK_FALSE(parse_share("101%"));
}

TEST_CASE("durations print with three significant digits", "[base]") {
  CHECK(format_duration(870ns) == "870 ns");
  CHECK(format_duration(1250us) == "1.25 ms");
  CHECK(format_duration(12345ms) == "12.3 s");
  CHECK(format_duration(999'999ns) == "1.00 ms");
  CHECK(format_duration(0ns) == "0 ns");
}

TEST_CASE("an exact duration reads back as itself", "[base]") {
  for (Nanos value : {Nanos(0), Nanos(1), Nanos(1500ms), Nanos(2min), Nanos(90min)}) {
    CHECK(parse_duration(exact_duration(value)).value() == value);
  }
}

TEST_CASE("wall time prints as RFC 3339", "[base]") {
  CHECK(rfc3339(WallTime(std::chrono::seconds(1'700'000'000))) == "2023-11-14T22:13:20Z");
}
