#include "reports/detail/matrix_cell.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/detail/page.hpp"

namespace handfast::reports::detail {

std::string cell_word(const MatrixColumn& column, const CheckResult* check) {
  if (check == nullptr) return "-";
  if (find_known(column, check->id) != nullptr) return "known";
  if (check->verdict == Verdict::pass || check->verdict == Verdict::info) {
    return std::string(to_string(check->verdict));
  }
  return shouted(check->verdict);
}

std::string_view cell_sign(const MatrixColumn& column, const CheckResult* check, bool utf8) {
  if (check == nullptr) return " ";
  if (find_known(column, check->id) != nullptr) return "k";
  switch (check->verdict) {
    case Verdict::pass:
      return utf8 ? "✓" : "+";
    case Verdict::fail:
      return utf8 ? "✗" : "F";
    case Verdict::warn:
      return "!";
    case Verdict::info:
      return "i";
    case Verdict::skip:
      return "-";
    case Verdict::inconclusive:
      return "?";
    case Verdict::error:
      return "E";
  }
  return "E";
}

std::string_view sign_legend(bool utf8) {
  return utf8 ? "✓ pass, ✗ fail, k known, ! warn, i info, - skip, ? inconclusive, E error"
              : "+ pass, F fail, k known, ! warn, i info, - skip, ? inconclusive, E error";
}

bool passed_everywhere(const MatrixRow& row) {
  return std::ranges::all_of(row.cells, [](const CheckResult* cell) {
    return cell == nullptr || cell->verdict == Verdict::pass;
  });
}

std::string reason_of(const MatrixColumn& column, const CheckResult& check) {
  if (const auto* known = find_known(column, check.id)) {
    return fmt::format("known {}: {}", to_string(known->verdict), known->reason);
  }
  return check.reason.empty() ? check.observed : check.reason;
}

}  // namespace handfast::reports::detail
