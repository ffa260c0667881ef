// Brokers that outlive us: started, found again and stopped through their directory.
#include "harness/broker/detached.hpp"

#include <signal.h>
#include <unistd.h>

#include "harness/broker/describe.hpp"
#include "tests/integration/broker/fixture.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::BrokerFixture;

namespace {

/// Stops the broker of a directory however the test case ends.
class DownAtEnd {
 public:
  explicit DownAtEnd(std::filesystem::path directory) : directory_(std::move(directory)) {}
  DownAtEnd(const DownAtEnd&) = delete;
  DownAtEnd& operator=(const DownAtEnd&) = delete;
  ~DownAtEnd() { [[maybe_unused]] const auto stopped = stop_detached(directory_); }

 private:
  std::filesystem::path directory_;
};

}  // namespace

TEST_CASE("a detached broker is found again by its directory and stopped once", "[broker]") {
  const BrokerFixture fixture;
  const auto settings = fixture.settings(test::six_listeners);
  const DownAtEnd guard(settings.directory);
  const auto state = start_detached("mosquitto", settings, fixture.files().client);
  REQUIRE(state);
  CHECK(getsid(state->pid) == state->pid);
  CHECK(test::publish(state->listeners[2], state->client, "client") == "");

  const auto found = find_running(settings.directory).value();
  REQUIRE(found);
  CHECK(found->pid == state->pid);
  CHECK(describe(*found) == describe(*state));

  const auto stopped = stop_detached(settings.directory).value();
  REQUIRE(stopped);
  CHECK(stopped->pid == state->pid);
  CHECK(test::is_gone(state->pid));
  CHECK_FALSE(find_running(settings.directory).value());
  CHECK_FALSE(stop_detached(settings.directory).value());
  CHECK_FALSE(std::filesystem::exists(settings.directory / "broker.json"));
}

TEST_CASE("a second broker in the same directory is refused", "[broker]") {
  const BrokerFixture fixture;
  const auto settings = fixture.settings({"tcp"});
  const DownAtEnd guard(settings.directory);
  const auto state = start_detached("mosquitto", settings, {});
  REQUIRE(state);
  CHECK(start_detached("mosquitto", settings, {}).error().text() ==
        settings.directory.string() + ": mosquitto runs there already, as process " +
            std::to_string(state->pid) + " (stop it: handfast broker down mosquitto)");
}

TEST_CASE("a detached broker that was killed does not run and can be started again", "[broker]") {
  const BrokerFixture fixture;
  const auto settings = fixture.settings({"tcp"});
  const DownAtEnd guard(settings.directory);
  const auto first = start_detached("mosquitto", settings, {});
  REQUIRE(first);
  REQUIRE(kill(first->pid, SIGKILL) == 0);
  REQUIRE(test::eventually([&] { return test::is_gone(first->pid); }));
  CHECK_FALSE(find_running(settings.directory).value());
  CHECK(start_detached("mosquitto", settings, {}));
}

TEST_CASE("a detached broker that does not come up leaves no state", "[broker]") {
  const BrokerFixture fixture;
  auto settings = fixture.settings({"tls"});
  settings.listeners[0].certificate = fixture.directory().write("no.pem", "not a certificate\n");
  CHECK_FALSE(start_detached("mosquitto", settings, {}));
  CHECK_FALSE(std::filesystem::exists(settings.directory / "broker.json"));
}
