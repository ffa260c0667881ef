// The conformance matrix for the terminal: verdict, counts, what did not pass, and why.
#pragma once

#include <string>
#include <vector>

#include "reports/matrix.hpp"
#include "reports/terminal.hpp"

namespace handfast::reports {

struct MatrixView {
  TerminalStyle style;
  bool verbose = false;              ///< list the rows that passed, too; else they are only counted
  std::vector<std::string> files{};  ///< named at the end as the place of the other reports
};

/// One broker: every row that did not pass, with level and reason. Several: rows x brokers, a word
/// a cell, or a sign with a legend where words do not fit into the width. Then the evidence of what
/// is open. Control characters of foreign texts are printed as \xNN.
std::string matrix_terminal(const Matrix& matrix, const MatrixView& view);

}  // namespace handfast::reports
