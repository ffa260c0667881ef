// What a user's monitoring sees: Debian's Prometheus scrapes a live run, promtool judges the
// metrics, and every query of the dashboard has an answer.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "tests/integration/app/handfast_program.hpp"
#include "tests/integration/reports/command_runner.hpp"

using namespace handfast;
using namespace handfast::test;
using tests::run_program;

namespace {

/// Connections that pass, fail, publish and subscribe, so that no panel stays empty.
constexpr const char* scenario = R"(handfast: 1
name: metrics
pki: {manifest: lab.yaml}
broker: {driver: mosquitto, listeners: [tls]}
fleets:
  devices:
    listener: tls
    clients: 50
    behaviour: connect-and-drop
    load: {stages: [{rate: 20/s, for: 20s}]}
  strangers:
    listener: tls
    clients: 50
    tls: {trust: rogue}
    behaviour: connect-and-drop
    load: {stages: [{rate: 5/s, for: 20s}]}
  dashboards:
    listener: tls
    clients: 2
    behaviour: subscribe
    messages: {subscribe: [{filter: 'meters/+', qos: 1}]}
    load: {stages: [{rate: 20/s, for: 100ms}]}
  meters:
    listener: tls
    clients: 5
    behaviour: publish
    messages: {topic: 'meters/{i}', qos: 1, payload: {size: 64B}, rate: 4/s, for: 19s}
    load: {stages: [{rate: 50/s, for: 100ms}]}
)";

constexpr const char* manifest = R"(handfast-pki: 1
home: pki
authorities:
  root: {cn: lab root}
  rogue: {cn: rogue root, trust: false}
identities:
  server: {issuer: root, profile: server, names: [localhost, 127.0.0.1]}
)";

/// A port that was free a moment ago.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

/// "127.0.0.1:PORT" out of the program's own line.
std::string metrics_target(const std::string& told) {
  const std::string before = "metrics: http://";
  const auto begin = told.find(before) + before.size();
  return told.substr(begin, told.find("/metrics", begin) - begin);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::vector<std::string> dashboard_queries() {
  std::ifstream in(HANDFAST_DASHBOARD);
  const auto dashboard = nlohmann::json::parse(in);
  std::vector<std::string> out;
  for (const auto& panel : dashboard.at("panels")) {
    for (const auto& target : panel.at("targets")) {
      out.push_back(replaced(replaced(target.at("expr").get<std::string>(), "$fleet", ".*"),
                             "$__rate_interval", "6s"));
    }
  }
  return out;
}

/// Names of handfast's metrics in an exposition.
std::set<std::string> families_in(const std::string& text) {
  std::set<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("# TYPE handfast_")) out.insert(line.substr(7, line.find(' ', 7) - 7));
  }
  return out;
}

std::string fetch(const std::string& target) {
  return run_program({"python3", "-c",
                      "import sys, urllib.request; sys.stdout.write(urllib.request.urlopen("
                      "sys.argv[1], timeout=10).read().decode())",
                      "http://" + target + "/metrics"})
      .text;
}

class Prometheus {
 public:
  Prometheus(const std::string& target, const std::filesystem::path& folder)
      : url_("http://127.0.0.1:" + std::to_string(free_port())) {
    const auto settings = folder / "prometheus.yml";
    std::ofstream(settings) << "scrape_configs:\n"
                               "  - job_name: handfast\n"
                               "    scrape_interval: 1s\n"
                               "    static_configs: [{targets: ['"
                            << target << "']}]\n";
    program_.emplace(std::vector<std::string>{"prometheus", "--config.file=" + settings.string(),
                                              "--storage.tsdb.path=" + (folder / "tsdb").string(),
                                              "--web.listen-address=" + url_.substr(7)},
                     folder);
    REQUIRE(program_->await_err("Server is ready to receive web requests"));
  }
  ~Prometheus() {
    program_->signal(15);
    program_->wait();
  }
  /// query() until it answers: a rate takes two scrapes.
  std::string await(const std::string& expression) const {
    for (int i = 0; i < 15; ++i) {
      auto answer = query(expression);
      if (!answer.empty()) return answer;
      std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    return {};
  }
  /// One line for each series; empty when there is none.
  std::string query(const std::string& expression) const {
    const auto answer = run_program({"promtool", "query", "instant", url_, expression});
    INFO(expression);
    CHECK(answer.exit_code == 0);
    return answer.text;
  }

 private:
  std::string url_;
  std::optional<Program> program_;
};

std::filesystem::path folder_for(const Folder& folder, const char* name) {
  std::filesystem::create_directory(folder / name);
  return folder / name;
}

}  // namespace

TEST_CASE("Prometheus scrapes a live run, and the dashboard's queries have answers", "[metrics]") {
  const Folder folder;
  folder.write("lab.yaml", manifest);
  const auto file = folder.write("metrics.yaml", scenario);
  Program program(handfast_words({"run", file, "--out", folder.out(), "--metrics", "127.0.0.1:0"}),
                  folder.path());
  REQUIRE(program.await_err("/metrics"));
  const auto target = metrics_target(program.err());
  const Prometheus prometheus(target, folder_for(folder, "prometheus"));
  for (const auto& query : dashboard_queries()) {
    INFO(query);
    CHECK(prometheus.await(query) != "");
  }
  const auto text = fetch(target);
  const auto page = tests::read_text(HANDFAST_METRICS_PAGE);
  const auto families = families_in(text);
  CHECK(families.size() > 15);
  for (const auto& family : families) {
    INFO(family << " is to be documented");
    CHECK(page.find("`" + family + "`") != std::string::npos);
  }
  std::ofstream(folder / "metrics.txt") << text;
  const auto lint = run_program(
      {"sh", "-c", "promtool check metrics < \"$0\" 2>&1", (folder / "metrics.txt").string()});
  CHECK(lint.text == "");
  CHECK(lint.exit_code == 0);
  program.wait();
}

TEST_CASE("an address that is none, or in use, is told in one line", "[metrics]") {
  const Folder folder;
  folder.write("lab.yaml", manifest);
  const auto file = folder.write("metrics.yaml", scenario);
  Program wrong(handfast_words({"run", file, "--metrics", "9464x"}), folder.path());
  CHECK(wrong.wait() == 2);
  CHECK(wrong.err() ==
        "handfast run: --metrics: \"9464x\" is no address (write --metrics 9464, --metrics "
        "0.0.0.0:9464 or --metrics [::1]:0)\n");

  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(fd, 1) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto taken = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  Program busy(handfast_words({"run", file, "--out", folder.out(), "--metrics", taken}),
               folder.path());
  CHECK(busy.wait() == 3);
  CHECK(busy.err() == "handfast run: " + taken +
                          ": --metrics: cannot listen (another program may use the port; port 0 "
                          "takes a free one)\n");
  ::close(fd);
}
