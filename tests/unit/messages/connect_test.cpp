#include "loadgen/connect_options.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

mqtt::Connect connect_of(const ConnectSpec& spec, std::uint64_t client, std::uint64_t number = 0) {
  const auto plan = ConnectPlan::make(spec, mqtt::Version::v5_0, "fleet");
  INFO((plan ? std::string("ok") : plan.error().text()));
  REQUIRE(plan);
  mqtt::Connect connect;
  plan->apply(connect, client, number);
  return connect;
}

std::string refusal(const ConnectSpec& spec, mqtt::Version version = mqtt::Version::v5_0) {
  const auto plan = ConnectPlan::make(spec, version, "fleet");
  REQUIRE_FALSE(plan);
  return plan.error().text();
}

}  // namespace

TEST_CASE("User and password come from templates or a list, client by client", "[messages]") {
  const auto templated = connect_of({.user = "{fleet}-{i}", .password = "secret-{n}"}, 3, 8);
  CHECK(templated.user_name == "fleet-3");
  CHECK(as_text(*templated.password) == "secret-8");
  const ConnectSpec listed{.logins = {{"ann", "a"}, {"bob", "b"}}};
  CHECK(connect_of(listed, 0).user_name == "ann");
  CHECK(connect_of(listed, 3).user_name == "bob");
  CHECK(as_text(*connect_of(listed, 3).password) == "b");
  CHECK_FALSE(connect_of({}, 0).user_name);
}

TEST_CASE("A will and the session's properties stand in CONNECT", "[messages]") {
  const auto connect = connect_of(
      {.will =
           WillSpec{
               .topic = "gone/{i}", .payload = "{fleet}", .qos = 1, .retain = true, .delay = 5s},
       .clean_start = false,
       .session_expiry = 3600s,
       .receive_maximum = 10,
       .user_properties = {{"site", "north"}}},
      4);
  CHECK_FALSE(connect.clean_start);
  using enum mqtt::PropertyId;
  CHECK(mqtt::find_number(connect.properties, session_expiry_interval) == 3600U);
  CHECK(mqtt::find_number(connect.properties, receive_maximum) == 10U);
  REQUIRE(connect.will);
  CHECK(connect.will->topic == "gone/4");
  CHECK(as_text(connect.will->payload) == "fleet");
  CHECK(connect.will->qos == 1);
  CHECK(connect.will->retain);
  CHECK(mqtt::find_number(connect.will->properties, will_delay_interval) == 5U);
}

TEST_CASE("What no CONNECT can carry is refused", "[messages]") {
  const auto v4 = mqtt::Version::v3_1_1;
  CHECK(refusal({.session_expiry = 1s}, v4) ==
        "MQTT 3.1.1 has no properties in CONNECT (use MQTT version 5)");
  CHECK(refusal({.password = "x"}, v4) ==
        "MQTT 3.1.1 has no password without a user name ([MQTT-3.1.2-22])");
  CHECK(refusal({.user = "{seq}"}) ==
        "user: unknown placeholder \"{seq}\" (one of: {fleet}, {i}, {n})");
  CHECK(refusal({.will = WillSpec{.topic = "a/#"}}) ==
        "will topic \"a/#\": a topic to publish to has no wildcards");
  CHECK(refusal({.receive_maximum = 0}) == "receive maximum must be 1 to 65535");
}
