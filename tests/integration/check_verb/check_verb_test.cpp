// handfast check against a real mosquitto: what it prints, what it writes, how it ends.
#include <signal.h>

#include "core/base/file.hpp"
#include "reports/baseline.hpp"
#include "reports/matrix_json.hpp"
#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

constexpr std::size_t guide_rows = 31;
const std::string quick_row = "emqx-one-way-tls-raw-connect";

std::vector<std::string> check_words(std::vector<std::string> words, const Folder& folder) {
  words.insert(words.begin(), {"check", "--out", folder.out()});
  return handfast_words(std::move(words));
}

reports::Matrix matrix_in(const Folder& folder) {
  auto loaded = reports::load_matrix_json(folder / "out/matrix.json");
  INFO((loaded ? std::string() : loaded.error().text()));
  REQUIRE(loaded);
  return *loaded;
}

std::string baseline_with(const std::string& entries) {
  return "handfast-baseline: 1\nbrokers:\n  - driver: mosquitto\n    version: \"2.0.\"\n    "
         "deviations:\n" +
         entries;
}

}  // namespace

TEST_CASE("the guide passes on mosquitto and every report is written", "[check_verb]") {
  const Folder folder;
  const auto file = [&](const char* name) { return (folder / name).string(); };
  Program program(check_words({"--group", "emqx-guide", "--junit", file("ci/junit.xml"), "--html",
                               file("report.html"), "--markdown", file("matrix.md")},
                              folder),
                  folder.path());
  const int code = program.wait();
  INFO(program.out() << program.err());
  CHECK(code == 0);
  CHECK_THAT(program.out(), Catch::StartsWith("PASSED: mosquitto 2.") &&
                                Catch::Contains("31 of 31 passed") &&
                                Catch::Contains(file("report.html")));
  CHECK_THAT(program.err(), Catch::Contains("mosquitto 31/31, "));
  CHECK_THAT(program.out(), !Catch::Contains(quick_row));

  const auto matrix = matrix_in(folder);
  REQUIRE(matrix.columns.size() == 1);
  CHECK(matrix.columns[0].broker.driver == "mosquitto");
  CHECK(matrix.columns[0].checks.size() == guide_rows);
  CHECK(exit_code_for(matrix) == 0);
  CHECK_THAT(read_text(file("ci/junit.xml")),
             Catch::Contains("tests=\"32\" failures=\"0\" errors=\"0\" skipped=\"0\"") &&
                 Catch::Contains("classname=\"handfast.mosquitto.emqx-guide\" name=\"" + quick_row +
                                 "\""));
  CHECK_THAT(read_text(file("report.html")), Catch::StartsWith("<!doctype html>"));
  CHECK_THAT(read_text(file("matrix.md")), Catch::Contains("| " + quick_row + " | must | pass |"));
}

TEST_CASE("JSON output is the matrix, and -v lists what passed", "[check_verb]") {
  const Folder folder;
  Program json(check_words({"--id", quick_row, "--output", "json"}, folder), folder.path());
  CHECK(json.wait() == 0);
  const auto printed = reports::parse_matrix_json(json.out(), "stdout");
  REQUIRE(printed);
  CHECK(*printed == matrix_in(folder));
  Program verbose(check_words({"--id", quick_row, "-v"}, folder), folder.path());
  CHECK(verbose.wait() == 0);
  CHECK_THAT(verbose.out(), Catch::Contains("  pass          must    " + quick_row + "\n"));
}

TEST_CASE("an entry that is no longer true fails the run, and an update removes it",
          "[check_verb]") {
  const Folder folder;
  const auto known = folder.write(
      "known.yaml", baseline_with("      - {id: " + quick_row + ", verdict: fail, reason: old}\n"));
  Program stale(check_words({"--id", quick_row, "--baseline", known}, folder), folder.path());
  CHECK(stale.wait() == 1);
  CHECK_THAT(stale.out(), Catch::StartsWith("FAILED: ") &&
                              Catch::Contains(known + ":6:9: " + quick_row + " is listed as"));
  CHECK(matrix_in(folder).columns[0].stale.size() == 1);

  Program update(check_words({"--id", quick_row, "--baseline", known, "--update-baseline"}, folder),
                 folder.path());
  CHECK(update.wait() == 0);
  CHECK_THAT(update.err(), Catch::Contains("baseline " + known + ": 0 kept, 0 new, 1 removed\n"));
  const auto read = reports::load_baseline(known);
  REQUIRE(read);
  CHECK(read->brokers.empty());
}

TEST_CASE("Ctrl-C ends a run in order: what was played is reported", "[check_verb]") {
  const Folder folder;
  const auto known = (folder / "known.yaml").string();
  Program program(
      check_words({"--group", "emqx-guide", "--baseline", known, "--update-baseline"}, folder),
      folder.path());
  REQUIRE(program.await_err("mosquitto 1/31, "));  // the first row is told even in a pipe
  program.signal(SIGINT);
  CHECK(program.wait() == 130);
  INFO(program.out() << program.err());
  const auto matrix = matrix_in(folder);
  CHECK(matrix.columns[0].interrupted);
  CHECK_FALSE(matrix.columns[0].checks.empty());
  CHECK(matrix.columns[0].checks.size() < guide_rows);
  CHECK_THAT(program.out(), Catch::StartsWith("INTERRUPTED: mosquitto 2."));
  CHECK_THAT(program.err(),
             Catch::Contains("the baseline was not updated: the run was interrupted"));
  CHECK_FALSE(std::filesystem::exists(known));
}
