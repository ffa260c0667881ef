#include "reports/render.hpp"

#include "reports/markdown.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/sample_matrix.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using reports::Format;

TEST_CASE("every format is rendered of a result and found by its name", "[reports]") {
  const reports::AnyResult result = tests::sample_result();
  CHECK(reports::format_names().size() == 8);
  for (const auto& name : reports::format_names()) {
    INFO(name);
    const auto format = reports::parse_format(name);
    REQUIRE(format);
    const auto text = reports::render(result, *format, {.style = {}, .histogram = "devices.ready"});
    REQUIRE(text);
    CHECK(text->ends_with('\n'));
  }
  CHECK_FALSE(reports::parse_format("pdf"));
}

TEST_CASE("a matrix has every format but those of a load", "[reports]") {
  const reports::AnyResult matrix = tests::sample_matrix();
  for (const auto format :
       {Format::text, Format::json, Format::junit, Format::html, Format::markdown}) {
    CHECK(reports::render(matrix, format, {}));
  }
  for (const auto format : {Format::csv, Format::hlog, Format::hgrm}) {
    CHECK_FALSE(reports::render(matrix, format, {}));
  }
  CHECK(reports::render(matrix, Format::csv, {}).error().text() ==
        "a conformance matrix holds no load, so it has no csv (of a matrix there are text, json, "
        "junit, html and markdown)");
}

TEST_CASE("the Markdown summary reads as before", "[reports]") {
  CHECK(tests::golden_difference(reports::result_markdown(tests::sample_result()),
                                 "reports/summary.md") == "");
  CHECK(tests::golden_difference(reports::result_markdown(tests::passing_result()),
                                 "reports/summary_passing.md") == "");
}

TEST_CASE("foreign texts are no markup in the Markdown summary", "[reports]") {
  const auto text = reports::result_markdown(tests::hostile_result());
  CHECK(text.find("<script") == std::string::npos);
  CHECK(text.find("<img") == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}
