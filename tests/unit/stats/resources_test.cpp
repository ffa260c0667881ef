#include "core/stats/resources.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <vector>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::stats;

namespace {

// Fields 3 to 24 of proc(5) with utime 1100, stime 250, 7 threads, started at tick 138945.
const std::string fields =
    "S 1 900 900 0 -1 4194560 3050 0 1 0 1100 250 0 0 20 0 7 0 138945 3133440 380";

}  // namespace

TEST_CASE("a process line is read behind names with spaces and parentheses", "[stats]") {
  for (const auto* name : {"mosquitto", "tmux: server", "a) R 1 (b", ")"}) {
    INFO(name);
    const auto stat = parse_process_stat("4711 (" + std::string(name) + ") " + fields + "\n");
    REQUIRE(stat);
    CHECK(stat->state == 'S');
    CHECK(stat->user_ticks == 1100);
    CHECK(stat->system_ticks == 250);
    CHECK(stat->threads == 7);
    CHECK(stat->start_ticks == 138945);
  }
}

TEST_CASE("a process line that is cut or holds no numbers is none", "[stats]") {
  const std::string line = "4711 (mosquitto) " + fields;
  const auto start = line.find(" 138945");
  for (std::size_t size = 0; size <= start; ++size) {
    INFO(size);
    CHECK_FALSE(parse_process_stat(std::string_view(line).substr(0, size)));
  }
  CHECK_FALSE(
      parse_process_stat("4711 (x) S 1 2 3 4 5 6 7 8 9 10 many 12 13 14 15 16 17 18 19 20"));
}

TEST_CASE("resident memory comes in bytes from the status text", "[stats]") {
  CHECK(parse_rss("Name:\tmosquitto\nVmPeak:\t   99 kB\nVmRSS:\t   13312 kB\nThreads:\t1\n") ==
        13312U * 1024U);
  CHECK(parse_rss("Name:\tkthreadd\nThreads:\t1\n") == 0);
  CHECK(parse_rss("Name:\tx\nVmRSS:\tmuch kB\n") == 0);
}

TEST_CASE("our own process shows memory, a thread and each file it opens", "[stats]") {
  const auto before = sample_process(getpid()).value();
  CHECK(before.rss_bytes > 1024 * 1024);
  CHECK(before.threads >= 1);
  std::vector<std::ifstream> files(5);
  for (auto& file : files) file.open("/dev/null");
  CHECK(sample_process(getpid()).value().open_files == before.open_files + 5);
}

TEST_CASE("a process that ended cannot be sampled, reaped or not", "[stats]") {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info{};
  REQUIRE(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
  const std::string text = "/proc/" + std::to_string(child) + "/stat: process " +
                           std::to_string(child) + " does not run";
  CHECK(sample_process(child).error().text() == text);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  CHECK(sample_process(child).error().text() == text);
  CHECK(process_start(child).error().kind == ProblemKind::environment);
}

TEST_CASE("a child starts at or after its parent", "[stats]") {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  const auto parent_start = process_start(getpid());
  const auto child_start = process_start(child);
  kill(child, SIGKILL);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  REQUIRE(child_start);
  CHECK(child_start.value() >= parent_start.value());
}
