// handfast report, on files.
#include <CLI/CLI.hpp>

#include "harness/app/report_command.hpp"
#include "reports/json.hpp"
#include "reports/write.hpp"
#include "tests/integration/reports/command_runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

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
  tests::TemporaryDirectory root;
  const auto path = [&root](const char* name) { return (root.path() / name).string(); };
  REQUIRE(reports::write_file(path("result.json"), reports::to_json_text(tests::sample_result())));
  CHECK(report({path("result.json"), "--html", path("r.html"), "--junit", path("j.xml")}) == 0);
  CHECK(tests::read_text(path("r.html")).starts_with("<!doctype html>"));
  CHECK(tests::read_text(path("j.xml")).starts_with("<?xml version"));
  CHECK(report({path("result.json")}) == 0);
}

TEST_CASE("report answers with the exit code of its problem", "[app]") {
  tests::TemporaryDirectory root;
  const auto path = [&root](const char* name) { return (root.path() / name).string(); };
  CHECK(report({path("missing.json")}) == 3);
  REQUIRE(reports::write_file(path("broken.json"), "{"));
  CHECK(report({path("broken.json")}) == 2);
  REQUIRE(reports::write_file(path("result.json"), reports::to_json_text({})));
  CHECK(report({path("result.json"), "--html", path("no/such/r.html")}) == 3);
  CHECK_THROWS_AS(report({}), CLI::RequiredError);
}
