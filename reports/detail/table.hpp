// Aligned columns for the terminal.
#pragma once

#include <string>
#include <vector>

namespace handfast::reports::detail {

/// Rows of cells, padded to the widest cell of each column; two spaces between columns.
class Table {
 public:
  enum class Align { left, right };

  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns.
  void row(std::vector<std::string> cells);
  /// One line a row, without trailing spaces and newlines.
  std::vector<std::string> lines() const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace handfast::reports::detail
