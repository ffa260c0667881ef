// Our histogram files, read by the Java library that defines their formats (Debian's
// libhdrhistogram-java).
#include <fmt/format.h>

#include <sstream>

#include "core/stats/hdr_layout.hpp"
#include "reports/distributions.hpp"
#include "reports/hdr_files.hpp"
#include "reports/json.hpp"
#include "reports/write.hpp"
#include "tests/integration/reports/command_runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;

namespace {

constexpr const char* jar = "/usr/share/java/hdrhistogram.jar";

tests::Output java(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"java", "-cp", jar, HANDFAST_READ_HISTOGRAMS});
  return tests::run_program(std::move(arguments), 120);
}

/// A result that travelled through result.json, as the report verb sees it.
reports::Result stored_result() {
  const auto result =
      reports::parse_json(reports::to_json_text(tests::sample_result()), "result.json");
  REQUIRE(result);
  return *result;
}

/// What the library is to find: quantiles as it defines them, in nanoseconds.
std::string expected_line(const reports::Distribution& distribution) {
  const auto& histogram = *distribution.histogram;
  const auto buckets = histogram.buckets();
  const auto quantile = [&](double share) { return histogram.quantile(share).count(); };
  // The format carries counts by bucket, so its least and largest values are bounds of buckets.
  const auto least = stats::hdr::lowest_at(stats::hdr::index_of(histogram.min().count()));
  return fmt::format("{} {} {} {} {} {} {} {}", distribution.name, histogram.count(), least,
                     buckets.back().upper.count(), quantile(0.5), quantile(0.9), quantile(0.99),
                     quantile(0.999));
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

/// Whether two tables are the same, up to the rounding of their last digit.
void check_same_table(const std::string& ours, const std::string& theirs) {
  const auto left = words_of(ours);
  const auto right = words_of(theirs);
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i] == right[i]) continue;
    INFO(i << ": " << left[i] << " against " << right[i]);
    CHECK(std::stod(left[i]) == Approx(std::stod(right[i])).margin(0.00101).epsilon(1e-9));
  }
}

}  // namespace

TEST_CASE("the Java library reads our histogram log with equal counts and quantiles", "[hdr]") {
  test::TempDirectory root;
  const auto file = (root.path() / "load.hlog").string();
  const auto result = stored_result();
  REQUIRE(reports::write_file(file, reports::hlog_text(result)));
  const auto read = java({file});
  REQUIRE(read.exit_code == 0);
  stats::Histogram lag;
  std::string expected;
  for (const auto& distribution : reports::distributions_of(result, lag)) {
    expected += expected_line(distribution) + "\n";
  }
  CHECK(read.text == expected);
}

TEST_CASE("our percentile distribution is the one that the Java library prints", "[hdr]") {
  test::TempDirectory root;
  const auto file = (root.path() / "load.hlog").string();
  const auto result = stored_result();
  REQUIRE(reports::write_file(file, reports::hlog_text(result)));
  for (const auto* name : {"devices.handshake", "browsers.ready.service", "generator.lag"}) {
    INFO(name);
    const auto theirs = java({file, name});
    REQUIRE(theirs.exit_code == 0);
    const auto ours = reports::hgrm_of(result, name);
    REQUIRE(ours);
    check_same_table(*ours, theirs.text);
  }
}
