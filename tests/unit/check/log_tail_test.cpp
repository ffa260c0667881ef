// The part of a broker's log that belongs to one connection.
#include "harness/check/log_tail.hpp"

#include <unistd.h>

#include <fstream>

#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

/// A file that goes with the test.
class TemporaryFile {
 public:
  TemporaryFile()
      : path_(std::filesystem::temp_directory_path() /
              ("handfast-log-tail-" + std::to_string(getpid()))) {
    std::filesystem::remove(path_);
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  void append(const std::string& text) const {
    std::ofstream(path_, std::ios::app | std::ios::binary) << text;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST_CASE("only whole lines that were written since count", "[check]") {
  TemporaryFile file;
  file.append("1: New client connected from 127.0.0.1:1 as a (p4, c0, k0).\n");
  const LogTail log(file.path());
  CHECK_FALSE(log.await(" as a (", Nanos(0)));
  CHECK(log.lines(10).empty());

  file.append("2: New client connected from 127.0.0.1:2 as a (p4, c0, k0).\n3: unfinished as b (");
  CHECK(log.await(" as a (", Nanos(0)));
  CHECK_FALSE(log.await(" as b (", Nanos(0)));
  CHECK(log.lines(10) ==
        std::vector<std::string>{"2: New client connected from 127.0.0.1:2 as a (p4, c0, k0)."});
}

TEST_CASE("lines are limited and made safe to print", "[check]") {
  TemporaryFile file;
  const LogTail log(file.path());
  file.append("one\x1b[31m\ntwo\nthree\n");
  CHECK(log.lines(2) == std::vector<std::string>{"one\\x1b[31m", "two"});
}

TEST_CASE("a log that is not there has no lines", "[check]") {
  const LogTail log("/nonexistent/broker.log");
  CHECK_FALSE(log.await("anything", Nanos(0)));
  CHECK(log.lines(10).empty());
}

TEST_CASE("how a broker's log tells of an accepted client is known, or nothing is", "[check]") {
  CHECK(accepted_line("mosquitto", "a") == " as a (");
  CHECK(accepted_line("rabbitmq", "a") == "CONNECT, client ID: \"a\"");
  CHECK(accepted_line("other", "a").empty());
}

}  // namespace
}  // namespace handfast::check
