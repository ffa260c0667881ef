// What keeps a real mosquitto from coming up, and the sentence that says so.
#include <unistd.h>

#include <cstdlib>

#include "harness/broker/launch.hpp"
#include "harness/broker/mosquitto/mosquitto.hpp"
#include "tests/integration/broker/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::BrokerFixture;

namespace {

Problem start_problem(const Settings& settings) {
  auto started = start("mosquitto", settings);
  REQUIRE_FALSE(started);
  CHECK(started.error().kind == ProblemKind::environment);
  return started.error();
}

/// A PATH for one scope.
class PathVariable {
 public:
  explicit PathVariable(const char* value) : before_(std::getenv("PATH")) {
    setenv("PATH", value, 1);
  }
  PathVariable(const PathVariable&) = delete;
  PathVariable& operator=(const PathVariable&) = delete;
  ~PathVariable() { setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("a port in use names address, process and program", "[broker]") {
  const BrokerFixture fixture;
  for (const auto* kind : {"tcp", "ws"}) {
    INFO(kind);
    const auto holder = fixture.start({kind});
    auto settings = fixture.settings({kind});
    settings.directory = fixture.directory() / "second";
    const auto port = holder->listeners()[0].endpoint.port;
    settings.listeners[0].port = port;
    CHECK(start_problem(settings).text() ==
          "127.0.0.1:" + std::to_string(port) + ": listener \"" + kind +
              "\": the port is taken by pid " + std::to_string(holder->pid()) +
              " (mosquitto) (stop that program, or choose another port)");
    CHECK_FALSE(std::filesystem::exists(settings.directory));
  }
}

TEST_CASE("a mosquitto that is not installed is told with the package", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"tcp"});
  settings.binary = "/no/such/mosquitto";
  CHECK(start_problem(settings).text() ==
        "/no/such/mosquitto: no such program (leave the path out to use the installed mosquitto, "
        "or apt-get install mosquitto)");

  const PathVariable empty("");
  settings.binary = "mosquitto-of-another-name";
  CHECK(start_problem(settings).text() ==
        "mosquitto-of-another-name is not installed: no program of that name in "
        "/usr/sbin:/usr/local/sbin (apt-get install mosquitto)");
}

TEST_CASE("mosquitto is found without PATH, as Debian puts it into sbin", "[broker]") {
  const BrokerFixture fixture;
  const PathVariable empty("");
  CHECK(start("mosquitto", fixture.settings({"tcp"})));
}

TEST_CASE("a program that is not mosquitto is not run as one", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"tcp"});
  settings.binary =
      fixture.directory().write("other", "#!/bin/sh\necho other broker 1.0\n", 0755).string();
  CHECK(start_problem(settings).text() ==
        settings.binary +
            ": not mosquitto: -h answers \"other broker 1.0\" (name the mosquitto program)");
}

TEST_CASE("a key that the broker's user may not read is told before the start", "[broker]") {
  if (geteuid() != 0) return;  // without root the broker keeps our user
  const BrokerFixture fixture;
  const auto& key = fixture.files().key;
  REQUIRE(chown(key.c_str(), 0, gid_t(-1)) == 0);
  const auto user = run_as("mosquitto");
  const auto settings = fixture.settings({"tls"});
  CHECK(start_problem(settings).text() ==
        key.string() + ": listener \"tls\": user " + user +
            ", which the broker runs as, may not read it (chown " + user + " " + key.string() +
            ")");
  CHECK_FALSE(std::filesystem::exists(settings.directory / "mosquitto.log"));
}

TEST_CASE("a missing certificate names listener and file", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"wss"});
  settings.listeners[0].certificate = fixture.directory() / "none.pem";
  CHECK(start_problem(settings).text() ==
        (fixture.directory() / "none.pem").string() +
            ": listener \"wss\": cannot open the file: No such file or directory");
}

TEST_CASE("a broker that ends at once is told with its last log lines", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"tls"});
  settings.listeners[0].certificate = fixture.directory().write("no.pem", "not a certificate\n");
  const auto problem = start_problem(settings);
  CHECK(problem.where == (settings.directory / "mosquitto.log").string());
  CHECK(
      problem.message.starts_with("mosquitto: the broker exited with status 1 before it was "
                                  "ready; its last log lines: "));
  CHECK(problem.message.find("Unable to load server certificate") != std::string::npos);
}

TEST_CASE("a broker that never listens is given up, told and not left behind", "[broker]") {
  const BrokerFixture fixture;
  const auto log = fixture.directory().write("quiet.log", "line of an earlier start\n");
  const auto begin = std::filesystem::file_size(log);
  auto process =
      Process::spawn(
          {.program = "/bin/sh", .arguments = {"-c", "echo thinking; exec sleep 60"}, .log = log})
          .value();
  REQUIRE(test::eventually([&] { return !lines_with(log, begin, "thinking", 1).empty(); }));
  const auto port = free_ports(1).value()[0];
  const Listener listener{"tcp", {}, {.port = port}};
  const auto ready = await_ready({&process, 1}, {.listeners = {listener},
                                                 .log = log,
                                                 .log_begin = begin,
                                                 .limit = std::chrono::milliseconds(50)});
  REQUIRE_FALSE(ready);
  CHECK(ready.error().text() ==
        "127.0.0.1:" + std::to_string(port) +
            ": the broker does not accept connections of listener \"tcp\" within 50.0 ms; its last "
            "log lines: thinking");
}

TEST_CASE("a broker that accepts but never says that it is up is not ready", "[broker]") {
  const BrokerFixture fixture;
  auto launched = launch(mosquitto::driver(), fixture.settings({"tcp"}), Lifetime::ours).value();
  const auto ready = await_ready(launched.processes, {.listeners = launched.listeners,
                                                      .log = launched.log_file,
                                                      .ready_text = "all systems go",
                                                      .limit = std::chrono::milliseconds(50)});
  REQUIRE_FALSE(ready);
  CHECK(ready.error().where == launched.log_file.string());
  CHECK(ready.error().message.starts_with(
      "the broker does not log \"all systems go\" within 50.0 ms; its last log lines: "));
}

TEST_CASE("a listener that another program answers for is not taken for ours", "[broker]") {
  const BrokerFixture fixture;
  const auto other = fixture.start({"tcp"});
  auto own = fixture.settings({"tcp"});
  own.directory = fixture.directory() / "second";
  auto launched = launch(mosquitto::driver(), own, Lifetime::ours).value();
  const auto ready =
      await_ready(launched.processes, {.listeners = other->listeners(), .log = launched.log_file});
  REQUIRE_FALSE(ready);
  CHECK(ready.error().text() == other->listeners()[0].endpoint.authority() +
                                    ": the port of listener \"tcp\" is taken by pid " +
                                    std::to_string(other->pid()) +
                                    " (mosquitto) (stop that program, or choose another port)");
}

TEST_CASE("a directory that cannot be made is named", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"tcp"});
  settings.directory = fixture.directory().write("file", "x") / "broker";
  CHECK(start_problem(settings).text() ==
        settings.directory.string() + ": cannot make the directory: Not a directory");
}
