#include "reports/matrix_html.hpp"

#include <limits>

#include "reports/baseline.hpp"
#include "reports/detail/html_document.hpp"
#include "reports/detail/json_matrix.hpp"
#include "reports/html/assets.hpp"
#include "reports/matrix_terminal.hpp"

namespace handfast::reports {

namespace {

using detail::Json;

/// What the page would otherwise have to work out a second time.
Json derived_of(const Matrix& matrix) {
  const auto head = headline(matrix);
  Json columns = Json::array();
  for (const auto& column : matrix.columns) {
    const auto counts = count_column(column);
    Json skips = Json::array();
    for (const auto& [token, count] : counts.skips) skips.push_back({token, count});
    columns.push_back({{"title", title_of(column)},
                       {"known_count", counts.known_fails + counts.known_warns},
                       {"skips", std::move(skips)}});
  }
  return {{"outcome", to_string(head.outcome)},
          {"reasons", head.reasons},
          {"unexplained", unexplained},
          {"columns", std::move(columns)}};
}

std::string matrix_place(std::string_view name, const Matrix& matrix) {
  if (name == "STYLE") return std::string(html::style()) + std::string(html::checks_style());
  if (name == "SCRIPT") {
    return "'use strict';\n" + std::string(html::dom()) + std::string(html::checks()) +
           std::string(html::matrix_page());
  }
  if (name == "SUMMARY") {
    return detail::html_escaped(matrix_terminal(
        matrix, {.style = {.width = std::numeric_limits<std::size_t>::max()}, .verbose = true}));
  }
  return detail::embedded({{"matrix", detail::to_json(matrix)}, {"derived", derived_of(matrix)}});
}

}  // namespace

std::string matrix_html(const Matrix& matrix) {
  return detail::fill_shell(html::matrix_shell(), [&matrix](std::string_view name) {
    return matrix_place(name, matrix);
  });
}

}  // namespace handfast::reports
