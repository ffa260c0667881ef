#include <unistd.h>

#include "harness/broker/detached.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::broker;

namespace {

State sample() {
  return {
      .driver = "mosquitto",
      .version = "2.0.11",
      .pid = 4711,
      .start_ticks = 18'446'744'073'709'551'615U,
      .companions = {{4712, 99}},
      .listeners = {{"tcp", {}, {Transport::tcp, "127.0.0.1", 21883}},
                    {"wss-two-way", {Transport::wss, true}, {Transport::wss, "127.0.0.1", 21888}}},
      .configuration = "/srv/lab/mosquitto.conf",
      .log_file = "/srv/lab/mosquitto.log",
      .client = {"/srv/lab/pki/cacert.pem", "/srv/lab/pki/client-chain.pem", ""}};
}

/// The sample's JSON with one piece of text replaced.
std::string with(std::string_view old_text, std::string_view new_text) {
  auto json = to_json(sample());
  const auto at = json.find(old_text);
  REQUIRE(at != std::string::npos);
  return json.replace(at, old_text.size(), new_text);
}

std::string problem(const std::string& json) {
  const auto state = parse_state(json, "broker.json");
  return state ? "none" : state.error().text();
}

}  // namespace

TEST_CASE("a broker's state survives the file", "[broker]") {
  const auto state = parse_state(to_json(sample()), "broker.json").value();
  CHECK(state.driver == "mosquitto");
  CHECK(state.version == "2.0.11");
  CHECK(state.pid == 4711);
  CHECK(state.start_ticks == sample().start_ticks);
  CHECK(state.companions == sample().companions);
  REQUIRE(state.listeners.size() == 2);
  CHECK(state.listeners[1].name == "wss-two-way");
  CHECK(state.listeners[1].kind == ListenerKind{Transport::wss, true});
  CHECK(state.listeners[1].endpoint == sample().listeners[1].endpoint);
  CHECK(state.configuration == sample().configuration);
  CHECK(state.log_file == sample().log_file);
  CHECK(state.client == sample().client);
}

TEST_CASE("a state file that is none says why", "[broker]") {
  const std::string hint = " (remove the file when no broker runs there)";
  CHECK(problem(with("\"handfast-broker\": 1", "\"handfast-broker\": 2")) ==
        "broker.json: not the state of a broker: format 2, expected 1" + hint);
  CHECK(problem(with("wss-two-way\",\n      \"url", "wws\",\n      \"url")) ==
        "broker.json: not the state of a broker: listener "
        R"({"name":"wss-two-way","kind":"wws","url":"wss://127.0.0.1:21888/mqtt"})" +
            hint);
  CHECK(problem(with("wss://", "tls-")) != "none");
  CHECK(problem(with("\"pid\": 4711", "\"pid\": \"x\"")).find("type must be number") !=
        std::string::npos);
  CHECK(problem(with("\"start_ticks\"", "\"start\"")).find("key 'start_ticks' not found") !=
        std::string::npos);
  CHECK(problem("") != "none");
  CHECK(problem("[]") != "none");
}

TEST_CASE("a state file never makes us signal a group or init", "[broker]") {
  for (const auto* pid : {"-1", "0", "1", "-4711"}) {
    CHECK(problem(with("4711", pid)) == "broker.json: not the state of a broker: pid " +
                                            std::string(pid) +
                                            " (remove the file when no broker runs there)");
  }
}

TEST_CASE("without a state file no broker runs and none is stopped", "[broker]") {
  const test::TempDirectory dir;
  CHECK_FALSE(find_running(dir.path()).value());
  CHECK_FALSE(stop_detached(dir.path()).value());
}

TEST_CASE("a state file of a broker that is gone means none runs, and down tidies it", "[broker]") {
  const test::TempDirectory dir;
  // Our own pid with another start time: as if the pid had passed to us.
  auto state = sample();
  state.pid = getpid();
  const auto file = dir.write("broker.json", to_json(state));
  CHECK_FALSE(find_running(dir.path()).value());
  CHECK_FALSE(stop_detached(dir.path()).value());
  CHECK_FALSE(std::filesystem::exists(file));
}
