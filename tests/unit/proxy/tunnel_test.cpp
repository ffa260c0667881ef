#include "core/proxy/tunnel.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::proxy;

TEST_CASE("a tunnel is asked for with CONNECT host:port (S2-31)", "[proxy]") {
  CHECK(render_tunnel_request("[::1]:8084").value() ==
        "CONNECT [::1]:8084 HTTP/1.1\r\nHost: [::1]:8084\r\n\r\n");
  CHECK(render_tunnel_request("a:1\r\nX: y").error().text() ==
        "\"a:1\\x0d\\x0aX: y\" cannot stand in a CONNECT request (write host:port)");
  CHECK_FALSE(render_tunnel_request(""));
}

TEST_CASE("only a 2xx answer opens the tunnel, and what follows it is not eaten", "[proxy]") {
  const std::string head = "HTTP/1.0 200 Connection established\r\nProxy-agent: t/1\r\n\r\n";
  for (std::size_t cut = 0; cut < head.size(); ++cut) {
    CHECK(parse_tunnel_answer(as_bytes(head).first(cut)).need_more());
  }
  const auto longer = head + "\x16\x03";
  const auto answer = parse_tunnel_answer(as_bytes(longer));
  REQUIRE(answer.has_value());
  CHECK(answer->open());
  CHECK(answer->consumed == head.size());
  const auto refused = parse_tunnel_answer(as_bytes("HTTP/1.1 403 Filtered\r\n\r\n"));
  REQUIRE(refused.has_value());
  CHECK_FALSE(refused->open());
  CHECK(refused->status_line == "HTTP/1.1 403 Filtered");
}

TEST_CASE("a peer that is no HTTP proxy is told at its first bytes", "[proxy]") {
  CHECK(parse_tunnel_answer(as_bytes("SSH-2.0")).error().what == "no HTTP answer, but \"SSH-2.0\"");
  CHECK(parse_tunnel_answer(as_bytes("HTTP/1.1 xyz\r\n\r\n")).has_error());
  CHECK(parse_tunnel_answer(as_bytes("HTTP/1.1\r\n\r\n")).has_error());
  const std::string endless = "HTTP/1.1 200 OK\r\n" + std::string(max_tunnel_head_bytes, 'x');
  CHECK(parse_tunnel_answer(as_bytes(endless)).has_error());
}
