#include "harness/app/manual/alert_text.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::app;

namespace {

using Numbers = std::vector<std::uint8_t>;

std::string named(std::string_view alerts, std::string_view group = "tls-protocol") {
  check::Row row;
  row.group = group;
  row.alerts = alerts;
  return named_alerts(row);
}

}  // namespace

TEST_CASE("the alert column: what is asked for, and in braces what is tolerated", "[manual]") {
  const auto alerts = alerts_of("45 {42,46}");
  CHECK(alerts.asked == Numbers{45});
  CHECK(alerts.tolerated == Numbers{42, 46});
  CHECK(named("45 {42,46}") ==
        "certificate_expired (45); tolerated: bad_certificate (42), certificate_unknown (46)");
}

TEST_CASE("a version is no alert, and each version has its own", "[manual]") {
  const auto alerts = alerts_of("TLS 1.3: 116 {42,40}; TLS 1.2: 40 {42}");
  CHECK(alerts.asked == Numbers{116, 40});
  CHECK(alerts.tolerated == Numbers{42, 40, 42});
  CHECK(named("TLS 1.3: 116 {42}; TLS 1.2: 40") ==
        "TLS 1.3: certificate_required (116); tolerated: bad_certificate (42); TLS 1.2: "
        "handshake_failure (40)");
}

TEST_CASE("CONNACK codes and unassigned numbers are no alerts", "[manual]") {
  CHECK(alerts_of("CONNACK 4 or 5; under MQTT 5.0 0x86 or 0x87").asked.empty());
  CHECK(alerts_of("400 / 101").asked.empty());
  CHECK(alerts_of("as the rejection").asked.empty());
  CHECK(alerts_of("0").asked == Numbers{0});
  CHECK(named("51 (from handfast)") == "decrypt_error (51) (from handfast)");
}

TEST_CASE("groups of chains say that 42 and 46 are always tolerated", "[manual]") {
  CHECK(named("48", "client-chain") ==
        "unknown_ca (48); 42 and 46 are tolerated in every row of this group");
  CHECK(named("48") == "unknown_ca (48)");
}
