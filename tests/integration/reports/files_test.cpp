// Report files on a real file system, read back by ourselves and by a real XML parser.
#include <iterator>

#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/write.hpp"
#include "tests/integration/reports/command_runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using reports::ReportKind;
using test::TempDirectory;

namespace fs = std::filesystem;

namespace {

std::size_t entries(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("reports are written into a directory that is made for them", "[reports]") {
  TempDirectory root;
  const auto directory = root.path() / "out" / "storm";
  const auto paths =
      reports::write_reports(tests::sample_result(), directory,
                             {ReportKind::html, ReportKind::json, ReportKind::junit,
                              ReportKind::markdown, ReportKind::csv, ReportKind::hlog});
  REQUIRE(paths);
  CHECK(*paths == std::vector<fs::path>{directory / "result.json", directory / "junit.xml",
                                        directory / "report.html", directory / "summary.md",
                                        directory / "series.csv", directory / "latency.hlog"});
  CHECK(entries(directory) == 6);  // nothing temporary stays behind
  const auto back = reports::load_json(directory / "result.json");
  REQUIRE(back);
  CHECK(tests::same(*back, tests::sample_result()));
  CHECK(tests::read_text(directory / "report.html").ends_with("</html>\n"));
}

TEST_CASE("only the wanted reports are written, over older ones", "[reports]") {
  TempDirectory root;
  REQUIRE(reports::write_file(root.path() / "result.json", "older and longer than nothing"));
  const auto paths =
      reports::write_reports(tests::passing_result(), root.path(), {ReportKind::json});
  REQUIRE(paths);
  CHECK(entries(root.path()) == 1);
  CHECK(tests::same(*reports::load_json(root.path() / "result.json"), tests::passing_result()));
}

TEST_CASE("a place that cannot be written is an environment problem with a hint", "[reports]") {
  TempDirectory root;
  const auto file = root.path() / "file";
  REQUIRE(reports::write_file(file, "x"));
  const auto below_file = reports::write_reports({}, file / "out", {ReportKind::json});
  REQUIRE_FALSE(below_file);
  CHECK(below_file.error().kind == ProblemKind::environment);
  CHECK(below_file.error().text() ==
        (file / "out").string() +
            ": cannot write: Not a directory (choose a directory that you may write to with --out, "
            "and check the free space)");

  fs::create_directories(root.path() / "taken" / "result.json");
  const auto onto_directory = reports::write_reports({}, root.path() / "taken", {ReportKind::json});
  REQUIRE_FALSE(onto_directory);
  CHECK(onto_directory.error().message == "cannot write: Is a directory");
  CHECK(entries(root.path() / "taken") == 1);  // the temporary file is gone again
}

TEST_CASE("JUnit XML is well-formed for a real parser, whatever texts say", "[reports]") {
  TempDirectory root;
  for (const auto& result : {tests::sample_result(), tests::passing_result(),
                             tests::hostile_result(), reports::Result{}}) {
    REQUIRE(reports::write_file(root.path() / "junit.xml", reports::junit_xml(result)));
    const auto parsed = tests::run_program(
        {"xmllint", "--nonet", "--xpath", "count(//testcase)", root.path() / "junit.xml"});
    INFO("xmllint comes with libxml2-utils; exit code 127 means that it is missing");
    REQUIRE(parsed.exit_code == 0);
    CHECK(std::stoul(parsed.text) == result.checks.size() + result.thresholds.size() + 2);
  }
}

TEST_CASE("a real parser counts as many failures as the suites declare", "[reports]") {
  TempDirectory root;
  REQUIRE(
      reports::write_file(root.path() / "junit.xml", reports::junit_xml(tests::sample_result())));
  const auto value = [&root](const std::string& xpath) {
    return tests::run_program({"xmllint", "--nonet", "--xpath", xpath, root.path() / "junit.xml"})
        .text;
  };
  for (const std::string kind : {"failure", "error", "skipped"}) {
    const auto declared = kind == "skipped" ? kind : kind + "s";
    CHECK(value("count(//" + kind + ") = sum(//testsuite/@" + declared + ")") == "true\n");
    CHECK(value("count(//" + kind + ") = number(/testsuites/@" + declared + ")") == "true\n");
    CHECK(value("count(//" + kind + ") > 0") == "true\n");
  }
}
