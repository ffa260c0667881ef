// `handfast bench` against a mosquitto that `handfast broker up` started.
#include <algorithm>

#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

/// A detached broker with its PKI, stopped at the end.
class Running {
 public:
  explicit Running(const Folder& folder) : folder_(folder), home_((folder / "lab").string()) {
    Program up(handfast_words({"broker", "up", "mosquitto", "--dir", home_, "--listeners", "tls"}),
               folder.path());
    REQUIRE(up.wait() == 0);
    const auto text = up.out();
    const auto at = text.find("tls://");
    INFO(text);
    REQUIRE(at != std::string::npos);
    url_ = text.substr(at, text.find_first_of(" \n", at) - at);
  }
  ~Running() {
    Program down(handfast_words({"broker", "down", "mosquitto", "--dir", home_}), folder_.path());
    down.wait();
  }
  const std::string& url() const { return url_; }
  std::string trust() const { return home_ + "/pki/root-cacert.pem"; }

 private:
  const Folder& folder_;
  std::string home_, url_;
};

}  // namespace

TEST_CASE("bench connect loads a broker without a scenario file", "[app]") {
  const Folder folder;
  const Running broker(folder);
  Program bench(handfast_words({"bench", "connect", broker.url(), "--trust", broker.trust(),
                                "--rate", "40/s", "--for", "1s", "--out", folder.out()}),
                folder.path());
  const int exit = bench.wait();
  INFO(bench.out() << bench.err());
  CHECK((exit == 0 || exit == 5));
  const auto result = folder.result();
  CHECK(result.load.fleets.at(0).succeeded == 40);
  CHECK(result.load.fleets.at(0).failed == 0);
  CHECK_THAT(result.scenario_resolved, Catch::Contains("rate: 40/s"));
}

TEST_CASE("bench connect --hold keeps every client connected to the end", "[app]") {
  const Folder folder;
  const Running broker(folder);
  Program bench(
      handfast_words({"bench", "connect", broker.url(), "--trust", broker.trust(), "--rate",
                      "100/s", "--clients", "50", "--hold", "--for", "2s", "--out", folder.out()}),
      folder.path());
  const int exit = bench.wait();
  INFO(bench.out() << bench.err());
  CHECK((exit == 0 || exit == 5));
  const auto result = folder.result();
  CHECK(result.load.fleets.at(0).succeeded == 50);
  REQUIRE(result.load.ticks.size() >= 2);
  CHECK(result.load.ticks[1].fleets.at(0).in_flight == 50);
}

TEST_CASE("bench --print-scenario shows the scenario, which runs as it stands", "[app]") {
  const Folder folder;
  Program print(handfast_words({"bench", "connect", "tcp://127.0.0.1:1", "--rate", "7/s", "--for",
                                "3s", "--print-scenario"}),
                folder.path());
  REQUIRE(print.wait() == 0);
  const auto file = folder.write("printed.yaml", print.out());
  Program plan(handfast_words({"run", file, "--dry-run"}), folder.path());
  CHECK(plan.wait() == 0);
  CHECK_THAT(plan.out(), Catch::Contains("21 connections in 3s"));
}

TEST_CASE("a wrong option of bench is one line with a hint", "[app]") {
  struct Wrong {
    std::vector<std::string> words;
    std::string error;
  };
  const auto wrong = GENERATE(values<Wrong>({
      {{"--rate", "5"}, "rate: rate \"5\" has no unit (write for example 500/s or 30/m)\n"},
      {{"--rate", "5/s", "--for", "1"}, "duration \"1\" has no unit"},
      {{"--rate", "5/s", "--in-flight", "3"}, "--rate excludes --in-flight"},
      {{"--hold"}, "--hold needs a rate at which the clients connect (add for example"},
      {{"--rate", "5/s", "--identity", "devices"}, "--identity requires --pki"},
  }));
  const Folder folder;
  auto words = handfast_words({"bench", "connect", "tcp://127.0.0.1:1", "--out", folder.out()});
  words.insert(words.end(), wrong.words.begin(), wrong.words.end());
  Program bench(words, folder.path());
  CHECK(bench.wait() == 2);
  const std::string error = bench.err();
  CHECK_THAT(error, Catch::StartsWith("handfast bench connect: ") && Catch::Contains(wrong.error));
  CHECK(std::ranges::count(error, '\n') == 1);
  CHECK_FALSE(std::filesystem::exists(folder.out()));
}
