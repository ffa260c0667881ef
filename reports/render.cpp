#include "reports/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "reports/csv.hpp"
#include "reports/hdr_files.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/matrix_html.hpp"
#include "reports/matrix_json.hpp"
#include "reports/matrix_junit.hpp"
#include "reports/matrix_markdown.hpp"
#include "reports/matrix_terminal.hpp"

namespace handfast::reports {

namespace {

constexpr std::array<std::pair<std::string_view, Format>, 8> formats{
    {{"text", Format::text},
     {"json", Format::json},
     {"junit", Format::junit},
     {"html", Format::html},
     {"markdown", Format::markdown},
     {"csv", Format::csv},
     {"hlog", Format::hlog},
     {"hgrm", Format::hgrm}}};

handfast::Result<std::string> render_result(const Result& result, Format format,
                                            const RenderOptions& options) {
  switch (format) {
    case Format::text:
      return terminal_summary(result, options.style);
    case Format::json:
      return to_json_text(result);
    case Format::junit:
      return junit_xml(result);
    case Format::html:
      return html_report(result);
    case Format::markdown:
      return result_markdown(result);
    case Format::csv:
      return csv_text(result);
    case Format::hlog:
      return hlog_text(result);
    case Format::hgrm:
      return hgrm_of(result, options.histogram);
  }
  return internal_problem("a format without a writer");
}

handfast::Result<std::string> render_matrix(const Matrix& matrix, Format format,
                                            const RenderOptions& options) {
  switch (format) {
    case Format::text:
      return matrix_terminal(matrix, {.style = options.style});
    case Format::json:
      return matrix_json_text(matrix);
    case Format::junit:
      return matrix_junit_xml(matrix);
    case Format::html:
      return matrix_html(matrix);
    case Format::markdown:
      return matrix_markdown(matrix);
    case Format::csv:
    case Format::hlog:
    case Format::hgrm:
      break;
  }
  const auto name = std::ranges::find(formats, format, &decltype(formats)::value_type::second);
  return usage_problem(
      fmt::format("a conformance matrix holds no load, so it has no {}", name->first), {},
      "of a matrix there are text, json, junit, html and markdown");
}

}  // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& [name, format] : formats) names.emplace_back(name);
  return names;
}

std::optional<Format> parse_format(std::string_view name) {
  for (const auto& [known, format] : formats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

handfast::Result<std::string> render(const AnyResult& from, Format format,
                                     const RenderOptions& options) {
  if (const auto* matrix = std::get_if<Matrix>(&from)) {
    return render_matrix(*matrix, format, options);
  }
  return render_result(std::get<Result>(from), format, options);
}

}  // namespace handfast::reports
