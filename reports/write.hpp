// Puts the reports of a result into a directory.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "reports/result.hpp"

namespace handfast::reports {

/// The reports that are files.
enum class ReportKind { json, junit, html, markdown, csv, hlog };
std::string_view file_name(ReportKind kind);  ///< "result.json", "junit.xml", "report.html",
                                              ///< "summary.md", "series.csv", "latency.hlog"

/// Writes `kinds` of reports of `result` into `directory`, which is made when missing; answers the
/// paths in the order of the enumeration. Every file appears whole or not at all (written beside,
/// then renamed). Environment problem when the directory or a file cannot be written.
handfast::Result<std::vector<std::filesystem::path>> write_reports(
    const Result& result, const std::filesystem::path& directory,
    const std::set<ReportKind>& kinds);

/// Writes one text file atomically; environment problem when that is not possible.
handfast::Result<void> write_file(const std::filesystem::path& file, std::string_view contents);

}  // namespace handfast::reports
