// The matrix in every form, against golden files, and with hostile texts in it.
#include <nlohmann/json.hpp>
#include <sstream>

#include "reports/matrix_html.hpp"
#include "reports/matrix_json.hpp"
#include "reports/matrix_junit.hpp"
#include "reports/matrix_markdown.hpp"
#include "reports/matrix_terminal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/sample_matrix.hpp"

using namespace handfast;
using tests::golden_difference;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t times_in(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

std::string terminal(const reports::Matrix& matrix, std::size_t width, bool verbose = false) {
  return reports::matrix_terminal(
      matrix, {.style = {.width = width}, .verbose = verbose, .files = {"out/check/matrix.json"}});
}

}  // namespace

TEST_CASE("the terminal tells one broker's deviations with level and reason", "[reports][golden]") {
  CHECK(golden_difference(terminal(tests::sample_matrix(), 100), "reports/matrix_one.txt") == "");
  CHECK(golden_difference(terminal(tests::passing_matrix(), 100), "reports/matrix_passing.txt") ==
        "");
}

TEST_CASE("the terminal lists passed rows only when asked", "[reports]") {
  CHECK_FALSE(contains(terminal(tests::passing_matrix(), 100), "tls13-good"));
  CHECK(contains(terminal(tests::passing_matrix(), 100, true), "tls13-good"));
}

TEST_CASE("the terminal sets several brokers side by side", "[reports][golden]") {
  CHECK(golden_difference(terminal(tests::wide_matrix(), 100), "reports/matrix_many.txt") == "");
}

TEST_CASE("where words do not fit the terminal uses signs with a legend", "[reports][golden]") {
  CHECK(golden_difference(terminal(tests::wide_matrix(), 62), "reports/matrix_narrow.txt") == "");
}

TEST_CASE("Markdown of a matrix", "[reports][golden]") {
  CHECK(golden_difference(reports::matrix_markdown(tests::wide_matrix()),
                          "reports/matrix_many.md") == "");
}

TEST_CASE("JUnit XML of a matrix has a suite for each broker", "[reports][golden]") {
  CHECK(golden_difference(reports::matrix_junit_xml(tests::wide_matrix()),
                          "reports/matrix_junit.xml") == "");
}

TEST_CASE("JUnit XML has one testcase for each row and broker", "[reports]") {
  const auto xml = reports::matrix_junit_xml(tests::wide_matrix());
  CHECK(times_in(xml, "name=\"client-cert-expired\"") == 2);
  CHECK(times_in(xml, "name=\"crl-revoked-leaf\"") == 1);
  CHECK(contains(xml, "<skipped message=\"known fail: issue 1234, fixed in 2.1\"/>"));
  CHECK(contains(xml, "<failure message=\"known.yaml:9:9: listed as fail, it is pass now"));
}

TEST_CASE("JSON of a matrix is read back as it was", "[reports]") {
  for (const auto& matrix :
       {tests::sample_matrix(), tests::wide_matrix(), tests::passing_matrix(), reports::Matrix{}}) {
    const auto read = reports::parse_matrix_json(reports::matrix_json_text(matrix), "matrix.json");
    INFO((read ? std::string() : read.error().text()));
    REQUIRE(read);
    CHECK(*read == matrix);
  }
}

TEST_CASE("what is no matrix is refused with its place", "[reports]") {
  const auto refused = [](const std::string& text) {
    const auto read = reports::parse_matrix_json(text, "m.json");
    REQUIRE_FALSE(read);
    return read.error().text();
  };
  CHECK_THAT(refused("{"), Catch::StartsWith("m.json:1:2: not valid JSON"));
  CHECK(refused("{\"format\": 1}") ==
        "m.json: not a conformance matrix: \"kind\" is not \"conformance-matrix\" (name a "
        "matrix.json that handfast check wrote)");
  auto tree = nlohmann::json::parse(reports::matrix_json_text(tests::sample_matrix()));
  tree["brokers"][0]["checks"][3]["verdict"] = "passed";
  CHECK_THAT(refused(tree.dump()),
             Catch::StartsWith("m.json at /brokers/0/checks/3/verdict: unknown verdict"));
  tree["format"] = 2;
  CHECK_THAT(
      refused(tree.dump()),
      Catch::StartsWith("m.json: matrix format 2 is not known, this program reads format 1"));
}

TEST_CASE("the HTML page is one file without places left open and without loads", "[reports]") {
  const auto html = reports::matrix_html(tests::wide_matrix());
  CHECK(html.starts_with("<!doctype html>"));
  CHECK(html.ends_with("</html>\n"));
  for (const char* place : {"@STYLE@", "@DATA@", "@SCRIPT@", "@SUMMARY@", "<link",
                            " src=", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
    INFO(place);
    CHECK_FALSE(contains(html, place));
  }
  CHECK(contains(html, "default-src 'none'"));
}

TEST_CASE("hostile texts are markup nowhere", "[reports]") {
  const auto matrix = tests::hostile_matrix();
  const auto html = reports::matrix_html(matrix);
  CHECK_FALSE(contains(html, "<img"));
  CHECK(times_in(html, "<script") == 2);
  CHECK(times_in(html, "</script>") == 2);
  const auto markdown = reports::matrix_markdown(matrix);
  CHECK_FALSE(contains(markdown, "<img"));
  CHECK_FALSE(contains(markdown, "<script"));
  CHECK_FALSE(contains(markdown, "[l](u)"));
  CHECK_FALSE(contains(markdown, "\n## h"));
  const auto xml = reports::matrix_junit_xml(matrix);
  CHECK_FALSE(contains(xml, "<img"));
  CHECK_FALSE(contains(xml, "\x1b"));
  const auto text = terminal(matrix, 100);
  CHECK_FALSE(contains(text, "\x1b"));
  CHECK_FALSE(contains(text, "\n## h"));
  CHECK(reports::parse_matrix_json(reports::matrix_json_text(matrix), "m.json"));
}

TEST_CASE("hostile texts do not add cells to a Markdown table", "[reports]") {
  std::istringstream lines(reports::matrix_markdown(tests::hostile_matrix()));
  std::size_t heads = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| check |")) continue;
    ++heads;
    // check, level and three brokers, one of them with a bar in its version
    CHECK(times_in(line, "|") - times_in(line, "\\|") == 6);
  }
  CHECK(heads == 4);
}
