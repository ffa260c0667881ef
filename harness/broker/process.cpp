#include "harness/broker/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

// The header of glibc 2.36 (Debian 12) forgets that C++ includes it too.
extern "C" {
#include <sys/pidfd.h>
}

#include "harness/broker/descriptor.hpp"

namespace handfast::broker {

namespace {

/// Files that a child may open. More than the usual soft limit of 1024, or a broker refuses the
/// load; not more than this, because libwebsockets allocates a table of that size for each listener
/// and containers set limits of a thousand million.
constexpr rlim_t child_open_files = 262'144;

/// What the child reports when it cannot become the program.
struct Failure {
  int error = 0;
  std::array<char, 32> step{};
};

[[noreturn]] void give_up(int report, const char* step) {
  Failure failure{.error = errno};
  std::strncpy(failure.step.data(), step, failure.step.size() - 1);
  [[maybe_unused]] const auto written = write(report, &failure, sizeof failure);
  _exit(127);
}

/// Runs in the child between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(const Command& command, char* const* argv, char* const* environment,
                         int output, int report, pid_t parent) {
  if (command.lifetime == Lifetime::detached) {
    setsid();
  } else {
    setpgid(0, 0);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) signal(number, SIG_DFL);

  const int null = open("/dev/null", O_RDONLY);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
      dup2(output, STDERR_FILENO) < 0) {
    give_up(report, "redirect its output");
  }
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);

  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = std::min(files.rlim_max, child_open_files);
    setrlimit(RLIMIT_NOFILE, &files);
  }
  if (command.user) {
    const auto& user = *command.user;
    if (setgroups(user.groups.size(), user.groups.data()) != 0 || setgid(user.gid) != 0 ||
        setuid(user.uid) != 0) {
      give_up(report, "change to the broker's user");
    }
  }
  if (command.lifetime == Lifetime::ours) {
    // After the change of user, which clears it (prctl(2)). That is also why we change the user
    // here and do not leave it to the broker: one that drops root by itself would outlive us.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);  // we were gone before the line above
  }
  if (!command.directory.empty() && chdir(command.directory.c_str()) != 0) {
    give_up(report, "change to its directory");
  }
  execve(command.program.c_str(), argv, environment);
  give_up(report, "run the program");
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  all.reserve(words.size() + 1);
  for (auto& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

/// Our environment with `changes` on top.
std::vector<std::string> environment_with(const std::vector<std::string>& changes) {
  auto all = changes;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry(*at);
    const auto name = entry.substr(0, entry.find('=') + 1);
    const bool changed =
        std::ranges::any_of(changes, [&](const auto& change) { return change.starts_with(name); });
    if (!changed) all.emplace_back(entry);
  }
  return all;
}

Result<pid_t> fork_exec(const Command& command, int output) {
  std::vector<std::string> words{command.program};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  const auto argv = pointers(words);
  auto variables = environment_with(command.environment);
  const auto environment = pointers(variables);

  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return environment_problem("cannot make a pipe: " + errno_text(errno), command.program);
  }
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return environment_problem("cannot fork: " + errno_text(errno), command.program);
  if (pid == 0) {
    become(command, argv.data(), environment.data(), output, write_end.get(), parent);
  }
  write_end.close();

  // exec closes the pipe: end of file is success.
  Failure failure;
  ssize_t got = 0;
  do {
    got = read(read_end.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return pid;
  waitpid(pid, nullptr, 0);
  return environment_problem(
      fmt::format("cannot {}: {}", failure.step.data(), errno_text(failure.error)),
      command.program);
}

/// False at the deadline. A pidfd becomes readable when its process ends.
bool wait_until_readable(int pidfd, TimePoint deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd entry{.fd = pidfd, .events = POLLIN, .revents = 0};
    const int ready = poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready > 0) return true;
    if (ready == 0 && left.count() <= 0) return false;
  }
}

/// SIGTERM, SIGKILL after `grace`, to exactly the process that `pidfd` stands for.
Result<void> terminate(int pidfd, pid_t pid, Nanos grace) {
  for (const int number : {SIGTERM, SIGKILL}) {
    if (pidfd_send_signal(pidfd, number, nullptr, 0) != 0 && errno != ESRCH) {
      return environment_problem(fmt::format("cannot send {} to process {}: {}", strsignal(number),
                                             pid, errno_text(errno)));
    }
    // A killed process may hang in the kernel for a moment, with thousands of sockets to close.
    const auto patience = number == SIGTERM ? grace : Nanos(std::chrono::seconds(10));
    if (wait_until_readable(pidfd, Clock::now() + patience)) return {};
  }
  return environment_problem(fmt::format("process {} survives SIGKILL", pid));
}

}  // namespace

std::string Exit::text() const {
  return signal != 0 ? fmt::format("killed by signal {} ({})", signal, strsignal(signal))
                     : fmt::format("exited with status {}", status);
}

Result<Process> Process::spawn(const Command& command) {
  const Descriptor log(open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                            S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH));
  if (!log) {
    return environment_problem("cannot write the log: " + errno_text(errno), command.log.string());
  }
  const auto pid = fork_exec(command, log.get());
  if (!pid) return pid.error();
  return Process(*pid, command.lifetime);
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), lifetime_(other.lifetime_), exit_(other.exit_) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(lifetime_, other.lifetime_);
  std::swap(exit_, other.exit_);
  return *this;
}

Process::~Process() {
  if (pid_ < 0 || exit_ || lifetime_ == Lifetime::detached) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<Exit> Process::ended() {
  int status = 0;
  if (pid_ >= 0 && !exit_ && waitpid(pid_, &status, WNOHANG) == pid_) reap(status);
  return exit_;
}

void Process::reap(int status) {
  exit_ = WIFSIGNALED(status) ? Exit{.status = 0, .signal = WTERMSIG(status)}
                              : Exit{.status = WEXITSTATUS(status), .signal = 0};
}

Result<void> Process::stop(Nanos grace) {
  if (pid_ < 0 || ended()) return {};
  // A child that is not reaped keeps its pid, so this cannot open another process.
  const Descriptor pidfd(pidfd_open(pid_, 0));
  if (!pidfd) return environment_problem("cannot open the process: " + errno_text(errno));
  if (auto done = terminate(pidfd.get(), pid_, grace); !done) return done;
  int status = 0;
  if (waitpid(pid_, &status, 0) == pid_) reap(status);
  return {};
}

Result<bool> stop_process(pid_t pid, std::uint64_t start_ticks, Nanos grace) {
  // First the handle, then the check: from here on the pid cannot pass to another process unseen.
  const Descriptor pidfd(pidfd_open(pid, 0));
  if (!pidfd) return false;
  const auto start = stats::process_start(pid);
  if (!start || *start != start_ticks) return false;
  if (auto done = terminate(pidfd.get(), pid, grace); !done) return done.error();
  waitpid(pid, nullptr, WNOHANG);  // in case it is our own child
  return true;
}

Result<std::string> capture(const std::string& program, const std::vector<std::string>& arguments,
                            Nanos limit) {
  return capture({.program = program, .arguments = arguments}, limit);
}

Result<std::string> capture(const Command& command, Nanos limit) {
  const auto& program = command.program;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return environment_problem("cannot make a pipe: " + errno_text(errno), program);
  }
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  const auto pid = fork_exec(command, write_end.get());
  if (!pid) return pid.error();
  write_end.close();

  std::string text;
  const auto deadline = Clock::now() + limit;
  bool in_time = true;
  for (std::array<char, 4096> buffer{}; text.size() < 65536;) {
    in_time = wait_until_readable(read_end.get(), deadline);
    if (!in_time) break;
    const auto got = read(read_end.get(), buffer.data(), buffer.size());
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  kill(*pid,
       SIGKILL);  // not reaped yet, so the pid is still its own; it closed its output or hangs
  waitpid(*pid, nullptr, 0);
  if (!in_time) return environment_problem("the program does not end", program);
  return text;
}

}  // namespace handfast::broker
