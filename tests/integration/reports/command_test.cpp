// handfast report, on files.
#include <CLI/CLI.hpp>

#include "harness/app/report_command.hpp"
#include "reports/json.hpp"
#include "reports/matrix_json.hpp"
#include "reports/write.hpp"
#include "tests/integration/reports/command_runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_matrix.hpp"
#include "tests/support/sample_result.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;

namespace {

/// The exit code of `handfast report ARGUMENTS...`; CLI11 takes them in reverse order.
int report(std::vector<std::string> arguments) {
  CLI::App app;
  int exit_code = 0;
  app::add_report_command(app, exit_code);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  reversed.emplace_back("report");
  app.parse(reversed);
  return exit_code;
}

}  // namespace

TEST_CASE("report makes HTML and JUnit files of a result", "[app]") {
  test::TempDirectory root;
  const auto path = [&root](const char* name) { return (root.path() / name).string(); };
  REQUIRE(reports::write_file(path("result.json"), reports::to_json_text(tests::sample_result())));
  CHECK(report({path("result.json"), "--html", path("r.html"), "--junit", path("j.xml")}) == 0);
  CHECK(tests::read_text(path("r.html")).starts_with("<!doctype html>"));
  CHECK(tests::read_text(path("j.xml")).starts_with("<?xml version"));
  CHECK(report({path("result.json")}) == 0);
}

TEST_CASE("report makes every format of a result, on stdout or in files", "[app]") {
  test::TempDirectory root;
  const auto path = [&root](const char* name) { return (root.path() / name).string(); };
  REQUIRE(reports::write_file(path("result.json"), reports::to_json_text(tests::sample_result())));
  CHECK(report({path("result.json"), "--markdown", path("r.md"), "--csv", path("r.csv"), "--hlog",
                path("r.hlog"), "--hgrm", path("r.hgrm"), "--histogram", "devices.ready", "--json",
                path("r.json")}) == 0);
  CHECK(tests::read_text(path("r.md")).starts_with("# "));
  CHECK(tests::read_text(path("r.csv")).starts_with("at_s,"));
  CHECK(tests::read_text(path("r.hlog")).starts_with("#["));
  CHECK(tests::read_text(path("r.hgrm")).find("#[Mean ") != std::string::npos);
  CHECK(tests::read_text(path("r.json")) == tests::read_text(path("result.json")));
  CHECK(report({path("result.json"), "--format", "markdown", "--out", path("again.md")}) == 0);
  CHECK(tests::read_text(path("again.md")) == tests::read_text(path("r.md")));
  CHECK(report({path("result.json"), "--hgrm", path("r.hgrm")}) == 2);
  CHECK_THROWS_AS(report({path("result.json"), "--format", "pdf"}), CLI::ValidationError);
}

TEST_CASE("report reads the matrix of handfast check, too", "[app]") {
  test::TempDirectory root;
  const auto path = [&root](const char* name) { return (root.path() / name).string(); };
  REQUIRE(
      reports::write_file(path("matrix.json"), reports::matrix_json_text(tests::sample_matrix())));
  CHECK(report({path("matrix.json"), "--html", path("m.html"), "--junit", path("m.xml"),
                "--markdown", path("m.md"), "--json", path("m.json")}) == 0);
  CHECK(tests::read_text(path("m.html")).starts_with("<!doctype html>"));
  CHECK(tests::read_text(path("m.xml")).starts_with("<?xml version"));
  CHECK(tests::read_text(path("m.md")).starts_with("# Conformance"));
  CHECK(tests::read_text(path("m.json")) == tests::read_text(path("matrix.json")));
  CHECK(report({path("matrix.json")}) == 0);
  CHECK(report({path("matrix.json"), "--csv", path("m.csv")}) == 2);
}

TEST_CASE("report answers with the exit code of its problem", "[app]") {
  test::TempDirectory root;
  const auto path = [&root](const char* name) { return (root.path() / name).string(); };
  CHECK(report({path("missing.json")}) == 3);
  REQUIRE(reports::write_file(path("broken.json"), "{"));
  CHECK(report({path("broken.json")}) == 2);
  REQUIRE(reports::write_file(path("comparison.json"), "{\"kind\": \"comparison\"}"));
  CHECK(report({path("comparison.json")}) == 2);
  REQUIRE(reports::write_file(path("later.json"), "{\"format\": 99}"));
  CHECK(report({path("later.json")}) == 2);
  REQUIRE(reports::write_file(path("result.json"), reports::to_json_text({})));
  CHECK(report({path("result.json"), "--html", path("no/such/r.html")}) == 3);
  CHECK_THROWS_AS(report({}), CLI::RequiredError);
}
