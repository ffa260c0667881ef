#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

TEST_CASE("packets print as one line of evidence", "[mqtt]") {
  CHECK(describe(Connack{}, v3) == "CONNACK session_present=0 code=0 accepted");
  CHECK(describe(Connack{true, 0x87, {{PropertyId::reason_string, std::string("no\n")}}}, v5) ==
        "CONNACK session_present=1 code=135 not_authorized reason_string=\"no\\x0a\"");
  CHECK(describe(Publish{.dup = true,
                         .qos = 1,
                         .retain = true,
                         .topic = "a/b",
                         .packet_id = 7,
                         .properties = {{PropertyId::correlation_data, Bytes{1, 2}}},
                         .payload = Bytes(5)},
                 v5) ==
        "PUBLISH qos=1 dup=1 retain=1 id=7 topic=\"a/b\" payload=5 bytes correlation_data=2 bytes");
  CHECK(describe(Puback{7, 0, {}}, v3) == "PUBACK id=7");
  CHECK(describe(Pubrec{7, 0x97, {}}, v5) == "PUBREC id=7 code=151 quota_exceeded");
  CHECK(describe(Subscribe{1,
                           {},
                           {{.filter = "#",
                             .qos = 2,
                             .no_local = true,
                             .retain_as_published = true,
                             .retain_handling = 1}}},
                 v5) ==
        "SUBSCRIBE id=1 filter=\"#\" qos=2 no_local=1 retain_as_published=1 retain_handling=1");
  CHECK(describe(Suback{1, {}, {2, 0x80}}, v3) ==
        "SUBACK id=1 code=2 success_maximum_qos_2 code=128 failure");
  CHECK(describe(Unsubscribe{1, {}, {"a", "b"}}, v3) ==
        "UNSUBSCRIBE id=1 filter=\"a\" filter=\"b\"");
  CHECK(describe(Unsuback{1, {}, {0x11}}, v5) == "UNSUBACK id=1 code=17 no_subscription_existed");
  CHECK(describe(Pingresp{}, v5) == "PINGRESP");
  CHECK(describe(Disconnect{}, v3) == "DISCONNECT");
  CHECK(describe(Disconnect{0x8b, {}}, v5) == "DISCONNECT code=139 server_shutting_down");
  CHECK(describe(Auth{0x18, {}}, v5) == "AUTH code=24 continue_authentication");
}

TEST_CASE("a described CONNECT shows the will and never the password", "[mqtt]") {
  const Connect connect{.version = v5,
                        .client_id = "c",
                        .clean_start = false,
                        .keep_alive_s = 30,
                        .will = Will{.topic = "t",
                                     .payload = Bytes(3),
                                     .qos = 1,
                                     .retain = true,
                                     .properties = {{PropertyId::will_delay_interval, 9U}}},
                        .user_name = "u",
                        .password = Bytes{'s', 'e', 'c', 'r', 'e', 't'}};
  CHECK(describe(connect, v5) ==
        "CONNECT level=5 client_id=\"c\" clean_start=0 keep_alive=30s will_topic=\"t\" will_qos=1 "
        "will_retain=1 will_payload=3 bytes will will_delay_interval=9 user_name=\"u\" "
        "password=6 bytes");
}
