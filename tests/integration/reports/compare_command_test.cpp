// handfast compare, on files.
#include <CLI/CLI.hpp>

#include "harness/app/compare_command.hpp"
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

/// The exit code of `handfast compare ARGUMENTS...`; CLI11 takes them in reverse order.
int compare(std::vector<std::string> arguments) {
  CLI::App app;
  int exit_code = 0;
  app::add_compare_command(app, exit_code);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  reversed.emplace_back("compare");
  app.parse(reversed);
  return exit_code;
}

class Files {
 public:
  std::string path(const std::string& name) const { return (root_.path() / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    REQUIRE(reports::write_file(path(name), text));
    return path(name);
  }
  /// A run of the sample whose handshakes took `slower` times as long.
  std::string run(const std::string& name, int variant, int slower) const {
    auto result = tests::passing_result();
    for (auto& fleet : result.load.fleets) {
      auto& times = fleet.latency[stats::Phase::tls].response;
      times.clear();
      for (int i = 1; i <= 300; ++i) {
        times.record(std::chrono::microseconds((1000 + 10 * i + 7 * variant) * slower));
      }
    }
    return write(name, reports::to_json_text(result));
  }

 private:
  test::TempDirectory root_;
};

}  // namespace

TEST_CASE("compare ends with 1 on a regression and 0 without one", "[app]") {
  const Files files;
  std::vector<std::string> base{"--base"};
  std::vector<std::string> same{"--new"};
  std::vector<std::string> slow{"--new"};
  for (int i = 0; i < 4; ++i) {
    base.push_back(files.run("a" + std::to_string(i), i, 1));
    same.push_back(files.run("b" + std::to_string(i), 3 - i, 1));
    slow.push_back(files.run("c" + std::to_string(i), i, 2));
  }
  const auto both = [&](std::vector<std::string> fresh, std::vector<std::string> options) {
    options.insert(options.end(), base.begin(), base.end());
    options.insert(options.end(), fresh.begin(), fresh.end());
    return options;
  };
  CHECK(compare(both(same, {})) == 0);
  CHECK(compare(both(slow, {"--markdown", files.path("c.md"), "--json", files.path("c.json")})) ==
        1);
  CHECK(tests::read_text(files.path("c.md")).find("| **worse** |") != std::string::npos);
  CHECK(tests::read_text(files.path("c.json")).find("\"verdict\": \"worse\"") != std::string::npos);
  CHECK(compare(both(slow, {"--tolerance", "100%"})) == 0);
  const auto baseline = files.write("known.yaml",
                                    "handfast-baseline: 1\nbrokers: []\ntolerances:\n"
                                    "  - {metric: devices.handshake.p50, change: 100%}\n"
                                    "  - {metric: devices.handshake.p99, change: 100%}\n"
                                    "  - {metric: browsers.handshake.p50, change: 100%}\n"
                                    "  - {metric: browsers.handshake.p99, change: 100%}\n");
  CHECK(compare(both(slow, {"--baseline", baseline})) == 0);
  CHECK(compare(both(slow, {"--json", files.path("no/such/c.json")})) == 3);
}

TEST_CASE("compare reads matrices and lists what changed", "[app]") {
  const Files files;
  auto worse = tests::passing_matrix();
  worse.columns[0].checks[0].verdict = reports::Verdict::fail;
  const auto good = files.write("a.json", reports::matrix_json_text(tests::passing_matrix()));
  const auto bad = files.write("b.json", reports::matrix_json_text(worse));
  CHECK(compare({"--base", good, "--new", good}) == 0);
  CHECK(compare({"--base", good, "--new", bad}) == 1);
  CHECK(compare({"--base", bad, "--new", good}) == 0);
  const auto run = files.run("r.json", 0, 1);
  CHECK(compare({"--base", good, "--new", run}) == 2);
}

TEST_CASE("compare answers with the exit code of its problem", "[app]") {
  const Files files;
  const auto run = files.run("a.json", 0, 1);
  const auto other = files.run("b.json", 1, 1);
  CHECK(compare({"--base", run, "--new", files.path("missing.json")}) == 3);
  CHECK(compare({"--base", files.write("broken.json", "{"), "--new", run}) == 2);
  CHECK(compare({"--base", run, "--new", files.write("old.json", "{\"format\": 99}")}) == 2);
  CHECK(compare({"--base", run, "--new", files.write("else.json", "[]")}) == 2);
  CHECK(compare({"--base", run, "--new", run}) == 2);
  CHECK(compare({"--base", run, "--new", other, "--tolerance", "5"}) == 2);
  CHECK(compare({"--base", run, "--new", other, "--tolerance", "no.metric=5%"}) == 2);
  CHECK(compare({"--base", run, "--new", other, "--baseline", files.path("missing.yaml")}) == 3);
  CHECK_THROWS_AS(compare({"--base", run}), CLI::RequiredError);
}
