#include "reports/write.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "reports/csv.hpp"
#include "reports/hdr_files.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"

namespace handfast::reports {

namespace {

constexpr std::string_view hint =
    "choose a directory that you may write to with --out, and check the free space";

Problem not_written(const std::filesystem::path& file, int error) {
  return environment_problem(fmt::format("cannot write: {}", errno_text(error)), file.string(),
                             std::string(hint));
}

/// Writes everything or answers the errno value that stopped it.
int write_all(int fd, std::string_view contents) {
  while (!contents.empty()) {
    const auto written = ::write(fd, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::string render(ReportKind kind, const Result& result) {
  switch (kind) {
    case ReportKind::json:
      return to_json_text(result);
    case ReportKind::junit:
      return junit_xml(result);
    case ReportKind::html:
      return html_report(result);
    case ReportKind::markdown:
      return result_markdown(result);
    case ReportKind::csv:
      return csv_text(result);
    case ReportKind::hlog:
      return hlog_text(result);
  }
  return {};
}

}  // namespace

std::string_view file_name(ReportKind kind) {
  switch (kind) {
    case ReportKind::json:
      return "result.json";
    case ReportKind::junit:
      return "junit.xml";
    case ReportKind::html:
      return "report.html";
    case ReportKind::markdown:
      return "summary.md";
    case ReportKind::csv:
      return "series.csv";
    case ReportKind::hlog:
      return "latency.hlog";
  }
  return "result.json";
}

handfast::Result<void> write_file(const std::filesystem::path& file, std::string_view contents) {
  const auto temporary = std::filesystem::path(fmt::format("{}.{}.tmp", file.string(), ::getpid()));
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return not_written(file, errno);
  int error = write_all(fd, contents);
  // A full disk may show only here.
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(temporary.c_str());
  return not_written(file, error);
}

handfast::Result<std::vector<std::filesystem::path>> write_reports(
    const Result& result, const std::filesystem::path& directory,
    const std::set<ReportKind>& kinds) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return not_written(directory, error.value());
  std::vector<std::filesystem::path> paths;
  for (const auto kind : kinds) {
    auto file = directory / file_name(kind);
    if (auto written = write_file(file, render(kind, result)); !written) return written.error();
    paths.push_back(std::move(file));
  }
  return paths;
}

}  // namespace handfast::reports
