#include "tests/integration/export/running.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <thread>

#include "core/base/file.hpp"

namespace handfast::test {

Running::Running(const std::filesystem::path& script, const std::filesystem::path& log)
    : log_(log) {
  leader_ = fork();
  if (leader_ < 0) throw std::runtime_error("fork failed");
  if (leader_ == 0) {
    setpgid(0, 0);
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    execl(script.c_str(), script.c_str(), nullptr);
    _exit(127);
  }
  setpgid(leader_, leader_);  // whoever of us is first
  start_guard();
}

void Running::start_guard() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  guard_ = fork();
  if (guard_ < 0) throw std::runtime_error("fork failed");
  if (guard_ == 0) {
    setpgid(0, 0);
    close(ends[1]);
    char byte = 0;
    while (read(ends[0], &byte, 1) < 0 && errno == EINTR) {
    }
    kill(-leader_, SIGKILL);
    _exit(0);
  }
  close(ends[0]);
  guard_pipe_ = ends[1];
}

Running::~Running() {
  stop(std::chrono::seconds(15));
  kill(-leader_, SIGKILL);
  if (!reaped_) waitpid(leader_, nullptr, 0);
  // Not by closing the pipe: guards that were forked later hold its end as well.
  kill(guard_, SIGKILL);
  waitpid(guard_, nullptr, 0);
  close(guard_pipe_);
}

void Running::signal(int number) const { kill(leader_, number); }

bool Running::ended() {
  if (!reaped_) reaped_ = waitpid(leader_, nullptr, WNOHANG) == leader_;
  return reaped_;
}

bool Running::stop(Nanos limit) {
  if (!ended()) signal(SIGTERM);
  const auto deadline = Clock::now() + limit;
  // A group without members cannot be signalled.
  while (!ended() || kill(-leader_, 0) == 0) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

std::string Running::log() const { return read_text(log_); }

}  // namespace handfast::test
