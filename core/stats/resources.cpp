#include "core/stats/resources.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <memory>
#include <string>

#include "core/base/file.hpp"
#include "core/base/text.hpp"

namespace handfast::stats {

namespace {

bool to_number(std::string_view text, std::uint64_t& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && stop == text.data() + text.size();
}

/// Entries of a directory without "." and ".."; 0 when it may not be read.
std::uint64_t count_entries(const std::string& path) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), &closedir);
  if (!directory) return 0;
  std::uint64_t count = 0;
  while (const dirent* entry = readdir(directory.get())) {
    if (entry->d_name[0] != '.') ++count;
  }
  return count;
}

Result<ProcessStat> read_stat(pid_t pid) {
  const auto path = fmt::format("/proc/{}/stat", pid);
  const auto stat = parse_process_stat(read_text(path));
  // A zombie still has its line, but no memory and no files: nothing that we could sample runs.
  if (!stat || stat->state == 'Z' || stat->state == 'X') {
    return environment_problem(fmt::format("process {} does not run", pid), path);
  }
  return *stat;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  // "pid (name) state ppid ...": the name ends at the *last* parenthesis.
  const auto name_end = line.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= line.size()) return std::nullopt;
  const auto fields = split(trim(line.substr(name_end + 2)), ' ');
  // Numbers of proc(5), which counts from 1 and starts with the pid; fields[0] is the third one.
  constexpr std::size_t first = 3, utime = 14, stime = 15, num_threads = 20, starttime = 22;
  if (fields.size() <= starttime - first || fields[0].size() != 1) return std::nullopt;
  ProcessStat stat{.state = fields[0][0]};
  const bool numbers = to_number(fields[utime - first], stat.user_ticks) &&
                       to_number(fields[stime - first], stat.system_ticks) &&
                       to_number(fields[num_threads - first], stat.threads) &&
                       to_number(fields[starttime - first], stat.start_ticks);
  if (!numbers) return std::nullopt;
  return stat;
}

std::uint64_t parse_rss(std::string_view status) {
  constexpr std::string_view label = "\nVmRSS:";
  const auto at = status.find(label);
  if (at == std::string_view::npos) return 0;
  auto value = status.substr(at + label.size());
  value = trim(value.substr(0, value.find('\n')));
  std::uint64_t kib = 0;
  if (!value.ends_with(" kB") || !to_number(trim(value.substr(0, value.size() - 3)), kib)) return 0;
  return kib * 1024;
}

Result<ProcessSample> sample_process(pid_t pid) {
  const auto stat = read_stat(pid);
  if (!stat) return stat.error();
  // VmRSS and not the pages of /proc/PID/stat: the latter is off by up to 64 pages a thread since
  // Linux 6.2 (per-CPU counters).
  const auto directory = fmt::format("/proc/{}", pid);
  static const auto ticks_per_s = static_cast<double>(sysconf(_SC_CLK_TCK));
  return ProcessSample{
      .cpu_seconds = static_cast<double>(stat->user_ticks + stat->system_ticks) / ticks_per_s,
      .rss_bytes = parse_rss(read_text(directory + "/status")),
      .open_files = count_entries(directory + "/fd"),
      .threads = stat->threads};
}

Result<std::uint64_t> process_start(pid_t pid) {
  const auto stat = read_stat(pid);
  if (!stat) return stat.error();
  return stat->start_ticks;
}

}  // namespace handfast::stats
