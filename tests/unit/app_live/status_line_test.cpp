#include "harness/app/status_line.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace handfast::app;

namespace {

/// A pseudo-terminal of 60 columns, and what was written to it.
class Terminal {
 public:
  Terminal() : own_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    REQUIRE(grantpt(own_) == 0);
    REQUIRE(unlockpt(own_) == 0);
    other_ = open(ptsname(own_), O_RDWR | O_NOCTTY | O_CLOEXEC);
    const winsize size{.ws_row = 20, .ws_col = 60, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(ioctl(other_, TIOCSWINSZ, &size) == 0);
  }
  ~Terminal() {
    close(other_);
    close(own_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  int fd() const { return other_; }
  std::string seen() {
    char text[4096];
    const auto got = read(own_, text, sizeof text);
    return {text, static_cast<std::size_t>(got > 0 ? got : 0)};
  }

 private:
  int own_;
  int other_ = -1;
};

}  // namespace

TEST_CASE("A terminal's block is overwritten in place, and what stays follows it", "[app]") {
  Terminal terminal;
  StatusLine status(terminal.fd());
  CHECK(status.terminal());
  status.refresh(std::vector<std::string>{"one", "two"});
  CHECK(terminal.seen() == "\rone\x1b[K\r\ntwo\x1b[K\x1b[J");
  status.refresh(std::vector<std::string>{"three"});
  CHECK(terminal.seen() == "\r\x1b[1Athree\x1b[K\x1b[J");
  status.line("done");
  std::string rest = terminal.seen();
  while (rest.size() < 8) rest += terminal.seen();
  CHECK(rest == "\r\ndone\r\n");
}

TEST_CASE("A single line is cut to the terminal's width", "[app]") {
  Terminal terminal;
  StatusLine status(terminal.fd());
  status.refresh(std::string(100, 'x'));
  CHECK(terminal.seen() == "\r" + std::string(59, 'x') + "\x1b[K\x1b[J");
}

TEST_CASE("A pipe gets plain lines", "[app]") {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  StatusLine status(ends[1]);
  CHECK_FALSE(status.terminal());
  status.refresh("one");
  status.line("two");
  status.finish();
  char text[64];
  const auto got = read(ends[0], text, sizeof text);
  CHECK(std::string(text, static_cast<std::size_t>(got)) == "one\ntwo\n");
  close(ends[0]);
  close(ends[1]);
}
