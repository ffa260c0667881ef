// The verbs of `handfast broker` against a real mosquitto, with a PKI that they mint themselves.
#include "harness/app/broker_command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "core/base/file.hpp"
#include "harness/broker/detached.hpp"
#include "harness/broker/process.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using test::TempDirectory;

namespace {

struct Outcome {
  int exit = 0;
  std::string out;
  std::string err;
};

/// Sends a standard stream to a file for one scope.
class Redirect {
 public:
  Redirect(std::FILE* stream, const std::filesystem::path& file)
      : stream_(stream), saved_(dup(fileno(stream))) {
    std::fflush(stream_);
    const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(fd, fileno(stream_));
    close(fd);
  }
  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;
  ~Redirect() {
    std::fflush(stream_);
    dup2(saved_, fileno(stream_));
    close(saved_);
  }

 private:
  std::FILE* stream_;
  int saved_;
};

/// Runs "handfast broker WORDS..." in this process; a parse error of CLI11 fails the test case.
Outcome run(const TempDirectory& dir, std::vector<std::string> words) {
  CLI::App app("handfast");
  Outcome outcome{.exit = -1};
  app::add_broker_command(app, outcome.exit);
  words.insert(words.begin(), "broker");
  std::reverse(words.begin(), words.end());  // as CLI11 takes a vector
  {
    const Redirect out(stdout, dir / "stdout");
    const Redirect err(stderr, dir / "stderr");
    app.parse(words);
  }
  outcome.out = read_text(dir / "stdout");
  outcome.err = read_text(dir / "stderr");
  return outcome;
}

/// Stops the broker of a directory however the test case ends.
struct DownAtEnd {
  std::string directory;
  ~DownAtEnd() { [[maybe_unused]] const auto stopped = broker::stop_detached(directory); }
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Lines of `text` that start with two spaces and `word`.
std::vector<std::string> commands(const std::string& text, const std::string& word) {
  std::vector<std::string> found;
  for (std::size_t at = 0; (at = text.find("\n  " + word, at)) != std::string::npos; ++at) {
    found.push_back(text.substr(at + 3, text.find('\n', at + 1) - at - 3));
  }
  return found;
}

}  // namespace

TEST_CASE("broker up, status and down, with a PKI minted beside it", "[app]") {
  const TempDirectory dir;
  const auto home = (dir / "lab").string();
  const DownAtEnd guard{home};
  const auto up = run(dir, {"up", "mosquitto", "--dir", home});
  INFO(up.err);
  REQUIRE(up.exit == 0);
  const auto status = run(dir, {"status", "mosquitto", "--dir", home});
  const auto config = read_text(home + "/mosquitto.conf");
  std::vector<std::string> answers;
  for (const auto& command : commands(up.out, "openssl")) {
    answers.push_back(broker::capture("/bin/sh", {"-c", command}).value());
  }
  std::vector<std::string> published;
  for (auto command : commands(up.out, "mosquitto_sub")) {
    command.replace(0, 13, "mosquitto_pub -m hello");  // same options; a subscriber never ends
    command.replace(command.find("'#' -v"), 6, "a");
    published.push_back(broker::capture("/bin/sh", {"-c", command}).value());
  }
  const auto down = run(dir, {"down", "mosquitto", "--dir", home});

  CHECK(up.out.starts_with("mosquitto 2."));
  CHECK(contains(up.out, "handfast broker down mosquitto --dir " + home + "\n"));
  for (const auto* url :
       {" tcp://127.0.0.1:", " tls://127.0.0.1:", " ws://127.0.0.1:", " wss://127.0.0.1:"}) {
    INFO(url);
    CHECK(contains(up.out, url));
    CHECK(contains(status.out, url));
  }
  CHECK(contains(config, "keyfile " + home + "/pki/server.key\n"));
  CHECK(status.exit == 0);
  CHECK(contains(status.out, "open files, 1 thread"));
  REQUIRE(answers.size() == 4);
  for (const auto& answer : answers) CHECK(contains(answer, "Verify return code: 0 (ok)"));
  CHECK(published == std::vector<std::string>{"", "", ""});
  CHECK(down.exit == 0);
  CHECK(down.out.starts_with("mosquitto: stopped process "));
}

TEST_CASE("without a broker, status exits with 3 and down with 0", "[app]") {
  const TempDirectory dir;
  const auto text = "mosquitto: not running in " + dir.path().string() + "\n";
  const auto status = run(dir, {"status", "mosquitto", "--dir", dir.path().string()});
  CHECK(status.exit == 3);
  CHECK(status.out == text);
  const auto down = run(dir, {"down", "mosquitto", "--dir", dir.path().string()});
  CHECK(down.exit == 0);
  CHECK(down.out == text);
}

TEST_CASE("broker config prints the settings and nothing else", "[app]") {
  const TempDirectory dir;
  const auto home = (dir / "lab").string();
  const auto config = run(dir, {"config", "mosquitto", "--dir", home, "--pki", "/srv/pki",
                                "--listeners", "tls-two-way:21885"});
  CHECK(config.exit == 0);
  CHECK(config.err == "");
  CHECK(config.out.starts_with("# Made by handfast"));
  CHECK(contains(config.out, "listener 21885 127.0.0.1\n"));
  CHECK(contains(config.out, "cafile /srv/pki/cacert.pem\nrequire_certificate true\n"));
  CHECK_FALSE(std::filesystem::exists(home));
}

TEST_CASE("mistakes are told on stderr, with the exit code of their kind, and mint nothing",
          "[app]") {
  const TempDirectory dir;
  const auto home = (dir / "lab").string();
  const auto typo = run(dir, {"up", "mosquito", "--dir", home});
  CHECK(typo.exit == 2);
  CHECK(typo.err == "handfast broker: unknown broker \"mosquito\" (did you mean \"mosquitto\"?)\n");
  const auto listener = run(dir, {"up", "mosquitto", "--dir", home, "--listeners", "tls-twoway"});
  CHECK(listener.exit == 2);
  CHECK(contains(listener.err, "did you mean \"tls-two-way\"?"));
  CHECK_FALSE(std::filesystem::exists(home));

  const auto pki = run(dir, {"up", "mosquitto", "--dir", home, "--pki", home + "/none"});
  CHECK(pki.exit == 3);
  CHECK(contains(pki.err, home + "/none/server-chain.pem: no such file in the PKI directory"));
}
