#include "core/mqtt/observe.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/mqtt/samples.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using namespace handfast::mqtt::test;

namespace {

std::vector<std::string> lines(const char* bytes, Version version) {
  const auto received = hex(bytes);
  std::vector<std::string> texts;
  for (const auto& observation : observe(received, version)) {
    texts.push_back(observation.text(version));
  }
  return texts;
}

}  // namespace

TEST_CASE("a broken packet does not hide those behind it", "[mqtt]") {
  CHECK(lines("20 02 04 00 d0 00 90 03 00", v3) ==
        std::vector<std::string>{
            "CONNACK byte 2: expected reserved acknowledge flags 0, saw 0x04 (MQTT 3.1.1 "
            "§3.2.2.1) [20020400]",
            "PINGRESP",
            "3 bytes of an unfinished SUBACK: 900300",
        });
}

TEST_CASE("behind a broken fixed header the rest is one observation", "[mqtt]") {
  const auto received = hex("d0 00 00 'HTTP/1.1 400 Bad Request, and so on and on'");
  const auto observations = observe(received, v5);
  REQUIRE(observations.size() == 2);
  CHECK(observations[1].offset == 2);
  CHECK(observations[1].raw.size() == received.size() - 2);
  CHECK(observations[1].error);
  CHECK(observations[1].text(v5).ends_with(
      "[00485454502f312e31203430302042616420526571756573742c20616e642073...]"));
}

TEST_CASE("nothing received is nothing observed", "[mqtt]") { CHECK(observe({}, v5).empty()); }
