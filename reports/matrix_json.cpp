#include "reports/matrix_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "reports/detail/json_matrix.hpp"
#include "reports/detail/json_read.hpp"
#include "reports/detail/json_text.hpp"

namespace handfast::reports {

namespace {

constexpr std::string_view matrix_kind = "conformance-matrix";
constexpr std::string_view where_from = "name a matrix.json that handfast check wrote";

using detail::Cursor;
using detail::Json;

Json column_json(const MatrixColumn& column) {
  Json checks = Json::array();
  for (const auto& check : column.checks) checks.push_back(detail::to_json(check));
  Json known = Json::array();
  for (const auto& entry : column.known) {
    known.push_back(
        {{"id", entry.id}, {"verdict", to_string(entry.verdict)}, {"reason", entry.reason}});
  }
  Json stale = Json::array();
  for (const auto& entry : column.stale) {
    stale.push_back({{"id", entry.id},
                     {"listed", to_string(entry.listed)},
                     {"now", to_string(entry.now)},
                     {"where", entry.where}});
  }
  return {{"broker", detail::to_json(column.broker)},
          {"duration_s", detail::finite(column.duration_s)},
          {"interrupted", column.interrupted},
          {"problem", column.problem ? detail::to_json(*column.problem) : Json(nullptr)},
          {"known", std::move(known)},
          {"stale", std::move(stale)},
          {"checks", std::move(checks)}};
}

MatrixColumn read_column(const Cursor& at) {
  MatrixColumn column;
  column.broker = detail::read_broker(at.at("broker"));
  column.duration_s = at.at("duration_s").number();
  column.interrupted = at.at("interrupted").boolean();
  if (const auto problem = at.at("problem"); !problem.null()) {
    column.problem = detail::read_problem(problem);
  }
  for (const auto& entry : at.at("known").items()) {
    column.known.push_back({entry.at("id").text(), detail::read_verdict(entry.at("verdict")),
                            entry.at("reason").text()});
  }
  for (const auto& entry : at.at("stale").items()) {
    column.stale.push_back({entry.at("id").text(), detail::read_verdict(entry.at("listed")),
                            detail::read_verdict(entry.at("now")), entry.at("where").text()});
  }
  for (const auto& entry : at.at("checks").items()) {
    column.checks.push_back(detail::read_check(entry));
  }
  return column;
}

Matrix read_matrix(const Cursor& at) {
  Matrix matrix;
  matrix.handfast_version = at.at("handfast_version").text();
  matrix.openssl_version = at.at("openssl_version").text();
  matrix.command_line = at.at("command_line").text();
  matrix.started_at = at.at("started_at").text();
  matrix.duration_s = at.at("duration_s").number();
  matrix.machine = detail::read_machine(at.at("machine"));
  matrix.baseline_file = at.at("baseline_file").text();
  for (const auto& entry : at.at("brokers").items()) matrix.columns.push_back(read_column(entry));
  return matrix;
}

/// Kind and version are judged before the contents: another one may look different everywhere.
handfast::Result<void> accept_matrix(const nlohmann::json& tree, const std::string& file) {
  if (!tree.is_object() || tree.value("kind", nlohmann::json()) != matrix_kind) {
    return usage_problem(
        fmt::format("not a conformance matrix: \"kind\" is not \"{}\"", matrix_kind), file,
        std::string(where_from));
  }
  const auto format = tree.value("format", nlohmann::json());
  if (format == matrix_format) return {};
  return usage_problem(fmt::format("matrix format {} is not known, this program reads format {}",
                                   printable(format.dump()), matrix_format),
                       file, "use the version of handfast that wrote it, or a later one");
}

}  // namespace

detail::Json detail::to_json(const Matrix& matrix) {
  Json columns = Json::array();
  for (const auto& column : matrix.columns) columns.push_back(column_json(column));
  return {{"kind", matrix_kind},
          {"format", matrix_format},
          {"outcome", to_string(headline(matrix).outcome)},
          {"exit_code", exit_code_for(matrix)},
          {"handfast_version", matrix.handfast_version},
          {"openssl_version", matrix.openssl_version},
          {"command_line", matrix.command_line},
          {"started_at", matrix.started_at},
          {"duration_s", finite(matrix.duration_s)},
          {"machine", to_json(matrix.machine)},
          {"baseline_file", matrix.baseline_file},
          {"brokers", std::move(columns)}};
}

std::string matrix_json_text(const Matrix& matrix) {
  return detail::text_of(detail::to_json(matrix), 2) + "\n";
}

handfast::Result<Matrix> parse_matrix_json(std::string_view text, const std::string& file) {
  nlohmann::json tree;
  if (auto parsed = detail::parse_tree(text, file, tree); !parsed) return parsed.error();
  if (auto accepted = accept_matrix(tree, file); !accepted) return accepted.error();
  detail::Complaint complaint;
  auto matrix = read_matrix(Cursor(tree, {}, complaint));
  if (complaint.any()) {
    return usage_problem(complaint.message,
                         fmt::format("{} at {}", file, printable(complaint.path)));
  }
  return matrix;
}

handfast::Result<Matrix> load_matrix_json(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) {
    return environment_problem("cannot read the matrix", file.string(), std::string(where_from));
  }
  return parse_matrix_json(*text, file.string());
}

}  // namespace handfast::reports
