// A comparison for people and for machines.
#pragma once

#include <string>

#include "reports/comparison.hpp"
#include "reports/terminal.hpp"

namespace handfast::reports {

/// PASSED, FAILED or NOT VALID, and why.
Headline headline(const Comparison& comparison);

/// Verdict, notes, one line for each metric and each row whose verdict changed.
std::string comparison_terminal(const Comparison& comparison, const TerminalStyle& style);

/// The same as Markdown, for the summary page of a CI job. Foreign texts are escaped.
std::string comparison_markdown(const Comparison& comparison);

/// The version of the JSON form that we write.
inline constexpr int comparison_format = 1;

/// The same as versioned JSON (reports/schema/comparison.schema.json), with a final newline.
std::string comparison_json_text(const Comparison& comparison);

/// "+12.3 %", "-0.10 points"; shares differ in points.
std::string change_text(const MetricChange& row, double change);

}  // namespace handfast::reports
