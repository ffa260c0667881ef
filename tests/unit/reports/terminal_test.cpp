#include "reports/terminal.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "reports/detail/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using reports::terminal_summary;
using tests::golden_difference;

namespace {

std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  for (const auto& line : split(text, '\n'))
    most = std::max(most, reports::detail::display_width(line));
  return most;
}

}  // namespace

TEST_CASE("the summary of a run with every kind of finding", "[reports][golden]") {
  const auto text = terminal_summary(tests::sample_result(), {},
                                     {"out/storm/result.json", "out/storm/report.html"});
  CHECK(golden_difference(text, "reports/terminal_sample.txt") == "");
}

TEST_CASE("the summary of a run that passed", "[reports][golden]") {
  CHECK(golden_difference(terminal_summary(tests::passing_result(), {}),
                          "reports/terminal_passing.txt") == "");
}

TEST_CASE("sections without data are left out", "[reports][golden]") {
  CHECK(golden_difference(terminal_summary(tests::checks_only_result(), {}),
                          "reports/terminal_checks_only.txt") == "");
  CHECK(golden_difference(terminal_summary(tests::load_only_result(), {}),
                          "reports/terminal_load_only.txt") == "");
}

TEST_CASE("a fleet is shown with its role (S0-12)", "[reports]") {
  auto result = tests::sample_result();
  result.fleets.at(0).role = "gateway";
  const auto text = terminal_summary(result, {});
  CHECK(text.find("  devices (gateway) ") != std::string::npos);
  CHECK(text.find("  browsers ") != std::string::npos);
}

TEST_CASE("a narrow ASCII terminal gets narrow ASCII lines", "[reports][golden]") {
  const auto text =
      terminal_summary(tests::sample_result(), {.width = 60, .colour = false, .utf8 = false});
  CHECK(golden_difference(text, "reports/terminal_narrow.txt") == "");
  CHECK(widest(text) <= 60);
  CHECK(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST_CASE("colour wraps texts without changing them", "[reports][golden]") {
  const auto text =
      terminal_summary(tests::sample_result(), {.width = 100, .colour = true, .utf8 = true});
  CHECK(golden_difference(text, "reports/terminal_colour.txt") == "");
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = text.find('m', at);
    } else {
      plain += text[at];
    }
  }
  CHECK(plain == terminal_summary(tests::sample_result(), {}));
}

TEST_CASE("foreign control characters never reach the terminal", "[reports]") {
  const auto text = terminal_summary(tests::hostile_result(), {});
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x01') == std::string::npos);
  CHECK(text.find("\\x1b[31m") != std::string::npos);
  CHECK(widest(text) <= 100);
}

TEST_CASE("a run that is not valid says why in its first line", "[reports]") {
  auto result = tests::passing_result();
  result.valid = false;
  result.invalid_reasons = {"worker 0 used 97 % of its core", "loop lag p99 was 41 ms"};
  CHECK(terminal_summary(result, {})
            .starts_with(
                "NOT VALID: worker 0 used 97 % of its core; loop lag p99 was 41 ms\nScenario"));
  result.interrupted = true;
  CHECK(terminal_summary(result, {}).starts_with("INTERRUPTED: stopped before its end"));
}
