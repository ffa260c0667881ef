#include "loadgen/cause.hpp"

#include <cerrno>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;

TEST_CASE("Errors of the operating system are named as errno names them", "[loadgen]") {
  CHECK(errno_cause(ECONNREFUSED) == "errno:ECONNREFUSED");
  CHECK(errno_cause(ECONNRESET) == "errno:ECONNRESET");
  CHECK(errno_cause(EMFILE) == "errno:EMFILE");
  CHECK(errno_cause(9999) == "errno:9999");
}

TEST_CASE("TLS failures carry alert or verification result, name and number", "[loadgen]") {
  CHECK(tls_cause({.cause = tls::Cause::alert_received, .alert = {2, 116}}) ==
        "alert_received:certificate_required(116)");
  CHECK(tls_cause({.cause = tls::Cause::alert_received, .alert = {2, 48}}) ==
        "alert_received:unknown_ca(48)");
  CHECK(tls_cause({.cause = tls::Cause::alert_sent, .alert = {2, 45}, .verify_code = 10}) ==
        "verify:cert_has_expired(10)");
  CHECK(tls_cause({.cause = tls::Cause::alert_sent, .alert = {2, 70}}) ==
        "alert_sent:protocol_version(70)");
  CHECK(tls_cause({.cause = tls::Cause::protocol}) == "tls:protocol");
  CHECK(tls_cause({.cause = tls::Cause::truncated}) == "closed");
  CHECK(tls_cause({.cause = tls::Cause::local}) == "tls:local");
}

TEST_CASE("Answers of MQTT, HTTP and WebSocket carry name and number", "[loadgen]") {
  CHECK(connack_cause(mqtt::Version::v3_1_1, 5) == "connack:not_authorized(5)");
  CHECK(connack_cause(mqtt::Version::v5_0, 0x87) == "connack:not_authorized(135)");
  CHECK(disconnect_cause(0x8e) == "disconnect:session_taken_over(142)");
  CHECK(http_cause(404) == "http:404");
  CHECK(websocket_close_cause(1002) == "websocket:close(1002)");
}
