// Bytes written by hand from RFC 7252 section 3, against the values that they stand for.
#include "core/coap/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::coap;
using handfast::test::hex;

namespace {

Bytes text(std::string_view value) { return {value.begin(), value.end()}; }

Option uri_path(std::string_view segment) { return {option::uri_path, text(segment)}; }

struct Vector {
  const char* what;
  const char* bytes;
  Message message;
};

std::vector<Vector> vectors() {
  return {
      {"ping: an empty CON", "40 00 1234", {.id = 0x1234}},
      {"reset", "70 00 1234", {.type = Type::reset, .id = 0x1234}},
      {"empty acknowledgement", "60 00 1234", acknowledgement(0x1234)},
      {"GET without anything", "40 01 7d34", {.code = get, .id = 0x7d34}},
      {"GET /temperature, RFC 7252 figure 16",
       "40 01 7d34 bb 'temperature'",
       {.code = get, .id = 0x7d34, .options = {uri_path("temperature")}}},
      {"its answer 2.05 \"22.3 C\"",
       "60 45 7d34 ff '22.3 C'",
       {.type = Type::acknowledgement, .code = content, .id = 0x7d34, .payload = text("22.3 C")}},
      {"NON PUT ps/t with a token",
       "54 03 0001 0a0b0c0d b2 'ps' 01 't' ff 'on'",
       {.type = Type::non_confirmable,
        .code = put,
        .id = 1,
        .token = {0x0a, 0x0b, 0x0c, 0x0d},
        .options = {uri_path("ps"), uri_path("t")},
        .payload = text("on")}},
      {"GET with Observe 0",
       "41 01 0002 55 60 52 'ps'",
       {.code = get, .id = 2, .token = {0x55}, .options = {{option::observe, {}}, uri_path("ps")}}},
      {"notification 2.05 with Observe 258",
       "51 45 0003 55 62 0102 ff 'x'",
       {.type = Type::non_confirmable,
        .code = content,
        .id = 3,
        .token = {0x55},
        .options = {{option::observe, {1, 2}}},
        .payload = text("x")}},
      {"an option of 13 bytes",
       "40 01 0001 bd 00 'thirteenbytes'",
       {.code = get, .id = 1, .options = {uri_path("thirteenbytes")}}},
      {"an option number of 13 and more",
       "40 01 0001 d1 02 'q'",
       {.code = get, .id = 1, .options = {{option::uri_query, text("q")}}}},
      {"an option number of 269 and more",
       "40 01 0001 e0 0001",
       {.code = get, .id = 1, .options = {{270, {}}}}},
  };
}

}  // namespace

TEST_CASE("every CoAP message has the bytes of RFC 7252, both ways", "[coap]") {
  for (const auto& [what, bytes, message] : vectors()) {
    INFO(what);
    Bytes out;
    REQUIRE(encode(out, message));
    CHECK(out == hex(bytes));
    const auto decoded = decode(hex(bytes));
    REQUIRE(decoded.has_value());
    CHECK(*decoded == message);
  }
}

TEST_CASE("long option values carry their length in two more bytes", "[coap]") {
  for (const std::size_t size : {std::size_t{268}, std::size_t{269}, std::size_t{65804}}) {
    const Message message{.code = get, .options = {{option::uri_path, Bytes(size, 'x')}}};
    Bytes out;
    REQUIRE(encode(out, message));
    REQUIRE(decode(out).has_value());
    CHECK(*decode(out) == message);
  }
  Bytes out;
  CHECK_FALSE(encode(out, {.code = get, .options = {{option::uri_path, Bytes(65805)}}}));
}

TEST_CASE("a path and a query become options, and a path comes back", "[coap]") {
  Message message{.code = post};
  add_uri(message, "ps/topic1", "qos=1&retain=true");
  CHECK(message.options == std::vector<Option>{uri_path("ps"),
                                               uri_path("topic1"),
                                               {option::uri_query, text("qos=1")},
                                               {option::uri_query, text("retain=true")}});
  CHECK(path(message) == "ps/topic1");
}

TEST_CASE("Observe is an integer without leading zeros", "[coap]") {
  const auto bytes_of = [](std::uint32_t value) {
    Message message{.code = get};
    add_observe(message, value);
    CHECK(observe(message) == value);
    return message.options.front().value;
  };
  CHECK(bytes_of(0).empty());
  CHECK(bytes_of(1) == Bytes{1});
  CHECK(bytes_of(256) == Bytes{1, 0});
  CHECK(bytes_of(0xffffff) == Bytes{0xff, 0xff, 0xff});
  CHECK_FALSE(observe(Message{.code = get}));
  CHECK_FALSE(observe(Message{.code = get, .options = {{option::observe, Bytes(4)}}}));
}

TEST_CASE("what CoAP cannot say is not encoded", "[coap]") {
  Bytes out;
  CHECK_FALSE(encode(out, {.code = get, .token = Bytes(9)}));
  CHECK_FALSE(encode(out, {.code = empty_code, .payload = {1}}));
  CHECK_FALSE(encode(out, {.code = empty_code, .token = {1}}));
  CHECK_FALSE(
      encode(out, {.code = get, .options = {{option::uri_path, {}}, {option::observe, {}}}}));
  CHECK(out.empty());
}

TEST_CASE("codes and types are named as the standard writes them", "[coap]") {
  CHECK(code_text(content) == "2.05");
  CHECK(code_text(not_found) == "4.04");
  CHECK(code_text(0xa0) == "5.00");
  CHECK(is_success(changed));
  CHECK_FALSE(is_success(not_found));
  CHECK(is_request(put));
  CHECK_FALSE(is_request(empty_code));
  CHECK(to_string(Type::non_confirmable) == "NON");
}
