// Child processes: real ones, from the shell.
#include "harness/broker/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "core/base/file.hpp"
#include "harness/broker/launch.hpp"
#include "tests/integration/broker/fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::eventually;
using test::is_gone;
using test::TempDirectory;

namespace {

Command shell(const TempDirectory& dir, const std::string& script,
              Lifetime lifetime = Lifetime::ours) {
  return {
      .program = "/bin/sh", .arguments = {"-c", script}, .log = dir / "log", .lifetime = lifetime};
}

bool logged(const TempDirectory& dir, const std::string& text) {
  return eventually([&] { return read_text(dir / "log").find(text) != std::string::npos; });
}

/// Runs `spawn` in a child of ours that is then killed with SIGKILL; the pid that it spawned.
pid_t spawned_by_killed_parent(const Command& command) {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t parent = fork();
  if (parent == 0) {
    auto process = Process::spawn(command);
    const pid_t pid = process ? process->pid() : -1;
    [[maybe_unused]] const auto written = write(ends[1], &pid, sizeof pid);
    for (;;) pause();
  }
  pid_t pid = -1;
  REQUIRE(read(ends[0], &pid, sizeof pid) == sizeof pid);
  close(ends[0]);
  close(ends[1]);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  return pid;
}

}  // namespace

TEST_CASE("output and errors of a child are appended to its log", "[broker]") {
  const TempDirectory dir;
  dir.write("log", "before\n");
  auto process = Process::spawn(shell(dir, "echo out; echo err >&2; exit 3")).value();
  REQUIRE(eventually([&] { return process.ended().has_value(); }));
  CHECK(process.ended()->text() == "exited with status 3");
  CHECK(read_text(dir / "log") == "before\nout\nerr\n");
}

TEST_CASE("a program that does not run is a problem of spawn", "[broker]") {
  const TempDirectory dir;
  CHECK(Process::spawn({.program = "/no/such/program", .log = dir / "log"}).error().text() ==
        "/no/such/program: cannot run the program: No such file or directory");
  CHECK(Process::spawn({.program = "/bin/sh", .log = dir / "none/log"}).error().text() ==
        (dir / "none/log").string() + ": cannot write the log: No such file or directory");
}

TEST_CASE("a child is stopped with SIGTERM and its own exit counts", "[broker]") {
  const TempDirectory dir;
  auto process =
      Process::spawn(shell(dir, "trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done"))
          .value();
  REQUIRE(logged(dir, "ready"));
  CHECK_FALSE(process.ended());
  REQUIRE(process.stop(std::chrono::seconds(10)));
  CHECK(process.ended()->status == 7);
}

TEST_CASE("a child that ignores SIGTERM is killed after the grace", "[broker]") {
  const TempDirectory dir;
  auto process =
      Process::spawn(shell(dir, "trap '' TERM; echo ready; while :; do sleep 0.01; done")).value();
  REQUIRE(logged(dir, "ready"));
  REQUIRE(process.stop(std::chrono::milliseconds(50)));
  CHECK(process.ended()->signal == SIGKILL);
}

TEST_CASE("a child does not outlive a parent that is killed", "[broker]") {
  const TempDirectory dir;
  auto command = shell(dir, "exec sleep 60");
  SECTION("as the same user") {}
  SECTION("as another user, whose change clears the wish to die with the parent") {
    if (geteuid() != 0) return;
    command.user = find_user("nobody").value();
  }
  const pid_t pid = spawned_by_killed_parent(command);
  REQUIRE(pid > 0);
  CHECK(eventually([&] { return is_gone(pid); }));
}

TEST_CASE("a detached child outlives its parent, in a session of its own", "[broker]") {
  const TempDirectory dir;
  const pid_t pid = spawned_by_killed_parent(shell(dir, "exec sleep 60", Lifetime::detached));
  REQUIRE(pid > 0);
  CHECK(getsid(pid) == pid);
  const auto start = stats::process_start(pid);
  REQUIRE(start);
  CHECK(stop_process(pid, start.value(), std::chrono::seconds(5)).value());
  CHECK(is_gone(pid));
  CHECK_FALSE(stop_process(pid, start.value(), std::chrono::seconds(5)).value());
}

TEST_CASE("a process that merely has the pid is left alone", "[broker]") {
  const TempDirectory dir;
  auto process = Process::spawn(shell(dir, "exec sleep 60")).value();
  const auto start = stats::process_start(process.pid()).value();
  CHECK_FALSE(stop_process(process.pid(), start + 1, std::chrono::seconds(5)).value());
  CHECK_FALSE(process.ended());
}

TEST_CASE("a child gets no file of ours and its own process group", "[broker]") {
  const TempDirectory dir;
  const int leak = open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  auto process = Process::spawn(shell(dir, "ls /proc/self/fd; exec sleep 60")).value();
  REQUIRE(logged(dir, "3\n"));  // the directory that ls itself reads
  CHECK(read_text(dir / "log") == "0\n1\n2\n3\n");
  CHECK(getpgid(process.pid()) == process.pid());
  close(leak);
}

TEST_CASE("a child of root can run as another user with all its groups", "[broker]") {
  if (geteuid() != 0) return;
  const TempDirectory dir;
  auto command = shell(dir, "id -un; id -G");
  command.user = find_user("nobody").value();
  command.user->groups.push_back(64001);
  auto process = Process::spawn(command).value();
  REQUIRE(eventually([&] { return process.ended().has_value(); }));
  CHECK(read_text(dir / "log") == "nobody\n" + std::to_string(command.user->gid) + " 64001\n");
}

TEST_CASE("capture returns what a program prints and gives up on one that hangs", "[broker]") {
  CHECK(capture("/bin/sh", {"-c", "echo out; echo err >&2"}).value() == "out\nerr\n");
  CHECK(capture("/bin/sh", {"-c", "echo half; exec sleep 60"}, std::chrono::milliseconds(50))
            .error()
            .text() == "/bin/sh: the program does not end");
  CHECK(capture("/bin/sh", {"-c", "while :; do echo 0123456789abcdef; done"}).value().size() <
        70'000);
  CHECK(capture("/no/such/program", {}).error().kind == ProblemKind::environment);
}
