#include "loadgen/template.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;

namespace {

const TemplateValues values{
    .fleet = "meters", .client = 7, .number = 42, .sequence = 1000, .clock = [] {
      return WallTime(std::chrono::milliseconds(1'700'000'000'123));
    }};

std::string rendered(std::string_view text) {
  const auto parsed = Template::parse(text, Placeholders::message);
  REQUIRE(parsed);
  return parsed->text(values);
}

}  // namespace

TEST_CASE("A template renders each placeholder", "[messages]") {
  CHECK(rendered("plain") == "plain");
  CHECK(rendered("{fleet}/{i}/{n}/{seq}") == "meters/7/42/1000");
  CHECK(rendered("at {time}") == "at 1700000000123");
  CHECK(rendered("") == "");
}

TEST_CASE("A brace that opens no placeholder is text, as JSON needs it", "[messages]") {
  CHECK(rendered(R"({"seq":{seq},"list":[{}]})") == R"({"seq":1000,"list":[{}]})");
  CHECK(rendered("{") == "{");
  CHECK(rendered("{seq") == "{seq");
  CHECK(rendered("}") == "}");
}

TEST_CASE("Random characters have the asked length and differ", "[messages]") {
  const auto parsed = Template::parse("{random:12}", Placeholders::message);
  REQUIRE(parsed);
  Random random(1);
  Bytes first;
  Bytes second;
  parsed->render(first, values, random);
  parsed->render(second, values, random);
  CHECK(first.size() == 12);
  CHECK(second.size() == 12);
  CHECK(first != second);
  for (const auto byte : first)
    CHECK(((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')));
}

TEST_CASE("A template names what it does not know", "[messages]") {
  const auto unknown = Template::parse("a/{client}", Placeholders::message);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().text() ==
        "unknown placeholder \"{client}\" (one of: {fleet}, {i}, {n}, {seq}, {time}, {random:N})");
  const auto early = Template::parse("{seq}", Placeholders::client);
  REQUIRE_FALSE(early);
  CHECK(early.error().text() == "unknown placeholder \"{seq}\" (one of: {fleet}, {i}, {n})");
  for (const auto* text : {"{random:}", "{random:0}", "{random:x}", "{random:9999999}"}) {
    CHECK_FALSE(Template::parse(text, Placeholders::message));
  }
}

TEST_CASE("What varies is marked in the topic of a stream", "[messages]") {
  const auto varying = Template::parse("{fleet}/{seq}/x{random:4}", Placeholders::message);
  REQUIRE(varying);
  CHECK(varying->varies());
  CHECK(varying->stream_text(values) == std::string("meters/\0/x\0", 11));
  const auto fixed = Template::parse("{fleet}/{i}/{n}", Placeholders::message);
  REQUIRE(fixed);
  CHECK_FALSE(fixed->varies());
  CHECK(fixed->stream_text(values) == "meters/7/42");
}
