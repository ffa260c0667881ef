#include "reports/html.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;

namespace {

std::string embedded_data(const std::string& html) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const auto begin = html.find(open);
  REQUIRE(begin != std::string::npos);
  const auto end = html.find("</script>", begin);
  return html.substr(begin + open.size(), end - begin - open.size());
}

std::size_t occurrences(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("the HTML report is one file without places left open and without loads", "[reports]") {
  const auto html = reports::html_report(tests::sample_result());
  CHECK(html.starts_with("<!doctype html>"));
  CHECK(html.ends_with("</html>\n"));
  for (const char* place : {"@STYLE@", "@DATA@", "@SCRIPT@", "@SUMMARY@"}) {
    CHECK(html.find(place) == std::string::npos);
  }
  for (const char* load : {"<link", " src=", "@import", "url(", "fetch(", "XMLHttpRequest"}) {
    INFO(load);
    CHECK(html.find(load) == std::string::npos);
  }
  CHECK(html.find("default-src 'none'") != std::string::npos);
}

TEST_CASE("the embedded data is the result, without the encoded histograms", "[reports]") {
  const auto data =
      nlohmann::json::parse(embedded_data(reports::html_report(tests::sample_result())));
  CHECK(data["result"]["scenario"]["name"] == "two-way-handshake-storm");
  CHECK(data["result"]["checks"].size() == 14);
  CHECK(data["derived"]["outcome"] == "ERROR");
  REQUIRE(data["result"]["searches"].size() == 2);
  CHECK(data["result"]["searches"][0]["steps"][1]["why"] == "gateways.ready.p99 < 50ms: 83.0 ms");
  CHECK(data["result"]["seed"] == "18446744073709551557");
  CHECK_FALSE(data["result"]["load"]["fleets"][0]["latency"]["tls"]["service"].contains("hdr"));
}

TEST_CASE("latency curves rise to the maximum at the last percentile", "[reports]") {
  const auto result = tests::sample_result();
  const auto data = nlohmann::json::parse(embedded_data(reports::html_report(result)));
  const auto& points = data["derived"]["fleets"][0]["curves"]["tls"]["response"];
  REQUIRE(points.size() > 50);
  for (std::size_t i = 1; i < points.size(); ++i) {
    CHECK(points[i][0] > points[i - 1][0]);
    CHECK(points[i][1] >= points[i - 1][1]);
  }
  const auto& histogram = result.load.fleets[0].latency.at(stats::Phase::tls).response;
  CHECK(points.back()[1].get<double>() == seconds(histogram.max()));
}

TEST_CASE("hostile texts cannot leave the data and are no markup in the fallback", "[reports]") {
  const auto html = reports::html_report(tests::hostile_result());
  const auto data = embedded_data(html);
  CHECK(data.find('<') == std::string::npos);
  CHECK(nlohmann::json::parse(data)["result"]["scenario"]["name"].get<std::string>().find(
            "</script>") == 0);
  CHECK(html.find("<img") == std::string::npos);
  CHECK(occurrences(html, "<script") == 2);
  CHECK(occurrences(html, "</script>") == 2);
}
