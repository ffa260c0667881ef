// The HTML report in a real browser: it draws, it reports no error, and hostile texts stay texts.
#include "reports/html.hpp"
#include "reports/write.hpp"
#include "tests/integration/reports/command_runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;

namespace {

/// The document as the browser has it after all scripts ran.
std::string dom_of(const reports::Result& result) {
  test::TempDirectory root;
  const auto file = root.path() / "report.html";
  REQUIRE(reports::write_file(file, reports::html_report(result)));
  const auto dumped =
      tests::run_program({"chromium", "--headless", "--no-sandbox", "--disable-gpu",
                          "--disable-quic", "--no-first-run", "--disable-background-networking",
                          "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
                          "--user-data-dir=" + (root.path() / "profile").string(),
                          "--virtual-time-budget=5000", "--dump-dom", "file://" + file.string()},
                         120);
  INFO("chromium is a Debian package; exit code 127 means that it is missing");
  REQUIRE(dumped.exit_code == 0);
  return dumped.text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a browser shows the verdict and draws every chart", "[reports][browser]") {
  const auto dom = dom_of(tests::sample_result());
  CHECK(has(dom, "<title>ERROR: two-way-handshake-storm</title>"));
  CHECK(has(dom, "</span>ERROR</div>"));
  // Four for the load (phases, failures, generator, broker), three for each of two fleets, and one
  // for the search that tried more than one rate.
  CHECK(has(dom, "data-drawn=\"11\""));
  CHECK_FALSE(has(dom, "data-errors"));
  for (const char* heading : {"Thresholds", "Search for the knee", "Checks", "Load", "Fleets",
                              "Run it again", "Machine and versions"}) {
    INFO(heading);
    CHECK(has(dom, "<h2>" + std::string(heading) + "</h2>"));
  }
  CHECK(has(dom, "<code>18446744073709551557</code>"));
  CHECK(has(dom, "alert certificate_required (116) received"));
}

TEST_CASE("a browser shows each rate that a search tried, and the knee", "[reports][browser]") {
  const auto dom = dom_of(tests::sample_result());
  const std::string row = "</td><td class=\"num\">";
  CHECK(has(dom, "<div class=\"label\">Knee</div><b>100/s or more</b>"));
  CHECK(has(dom, "<div class=\"label\">Knee</div><b>none held</b>"));
  CHECK(has(dom, "100/s or more: at 150/s the generator was the limit: worker 0 used 94 %"));
  CHECK(has(dom, "✓ held</span>" + row + "100" + row + "100" + row + "99.5" + row + "4 ms"));
  CHECK(has(dom, "✗ did not hold</span>" + row + "200" + row + "200" + row + "181" + row + "83 ms" +
                     "</td><td>gateways.ready.p99 &lt; 50ms: 83.0 ms</td>"));
  CHECK(has(dom, "! generator</span>" + row + "150"));
  CHECK(has(dom, "warm-up left out of all figures (51 connections, 2 of them failed)"));
}

TEST_CASE("a browser leaves out the sections without data", "[reports][browser]") {
  const auto checks = dom_of(tests::checks_only_result());
  CHECK(has(checks, "</span>PASSED</div>"));
  CHECK(has(checks, "data-drawn=\"0\""));
  CHECK(has(checks, "<h2>Checks</h2>"));
  CHECK_FALSE(has(checks, "<h2>Load</h2>"));
  CHECK_FALSE(has(checks, "<h2>Search for the knee</h2>"));
  CHECK_FALSE(has(checks, "<h2>Thresholds</h2>"));
  CHECK_FALSE(has(checks, "data-errors"));

  const auto load = dom_of(tests::load_only_result());
  CHECK(has(load, "data-drawn=\"9\""));  // no failures, so no chart of them
  CHECK_FALSE(has(load, "<h2>Checks</h2>"));
  CHECK_FALSE(has(load, "data-errors"));
}

TEST_CASE("a browser shows hostile texts as texts", "[reports][browser]") {
  const auto dom = dom_of(tests::hostile_result());
  CHECK(has(dom, "data-drawn=\"11\""));
  CHECK_FALSE(has(dom, "data-errors"));
  CHECK_FALSE(has(dom, "data-owned"));
  CHECK_FALSE(has(dom, "<img"));
  CHECK(has(dom, "<h1>&lt;/script&gt;&lt;script&gt;document.body.dataset.owned"));
}

TEST_CASE("the error handler that these tests rely on works", "[reports][browser]") {
  auto html = reports::html_report(tests::checks_only_result());
  const std::string last = "\nbuild();\n";
  const auto at = html.rfind(last);
  REQUIRE(at != std::string::npos);
  html.replace(at, last.size(), "\nnot_defined();\n");
  test::TempDirectory root;
  REQUIRE(reports::write_file(root.path() / "report.html", html));
  const auto dumped = tests::run_program(
      {"chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
       "--disable-background-networking", "--disable-dev-shm-usage",
       "--user-data-dir=" + (root.path() / "profile").string(), "--virtual-time-budget=5000",
       "--dump-dom", "file://" + (root.path() / "report.html").string()},
      120);
  CHECK(has(dumped.text, "data-errors=\"Uncaught ReferenceError: not_defined is not defined"));
}
