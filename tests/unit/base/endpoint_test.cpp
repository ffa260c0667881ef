#include "core/base/endpoint.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;

TEST_CASE("URLs name transport, host, port and path (S2-29)", "[base]") {
  CHECK(parse_url("tls://127.0.0.1:18883").value() == Endpoint{Transport::tls, "127.0.0.1", 18883});
  CHECK(parse_url("mqtts://broker.test").value().port == 8883);
  CHECK(parse_url("ws://broker.test").value().port == 80);  // RFC 6455 section 3
  CHECK(parse_url("wss://broker.test/mqtt").value().port == 443);
  CHECK(parse_url("wss://[::1]:8084/ws").value() == Endpoint{Transport::wss, "::1", 8084, "/ws"});
  CHECK(parse_url("wss://[::1]:8084/ws").value().url() == "wss://[::1]:8084/ws");
}

TEST_CASE("a URL that is none says what is wrong", "[base]") {
  CHECK(parse_url("127.0.0.1:8883").error().text() ==
        "URL \"127.0.0.1:8883\" has no scheme (write for example tls://127.0.0.1:8883)");
  CHECK(parse_url("http://a").error().message ==
        "URL \"http://a\" has the unknown scheme \"http\"");
  CHECK(parse_url("tls://a:70000").error().message ==
        "URL \"tls://a:70000\" has the port \"70000\", expected 1 to 65535");
  CHECK_FALSE(parse_url("tls://"));
  CHECK_FALSE(parse_url("tls://a/path"));
  CHECK_FALSE(parse_url("tls://[::1"));
}

TEST_CASE("every listener name round-trips and a typing error gets a suggestion", "[base]") {
  for (const auto& name : listener_names()) CHECK(to_string(parse_listener(name).value()) == name);
  CHECK(parse_listener("tls-twoway").error().text() ==
        "unknown listener \"tls-twoway\" (did you mean \"tls-two-way\"?)");
}

TEST_CASE("only loopback, private and link-local literals are local", "[base]") {
  for (const auto* host : {"localhost", "127.0.0.9", "10.1.2.3", "172.16.0.1", "172.31.255.1",
                           "192.168.1.1", "169.254.0.1", "::1", "fe80::1", "fd00::1"}) {
    INFO(host);
    CHECK(is_local_address(host));
  }
  for (const auto* host : {"8.8.8.8", "172.32.0.1", "example.org", "2001:db8::1", "126.0.0.1"}) {
    INFO(host);
    CHECK_FALSE(is_local_address(host));
  }
}
