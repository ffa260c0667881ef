#include "core/proxy/header.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::proxy;

namespace {

const Header ipv4{.source = {"192.0.2.1", 56324}, .destination = {"198.51.100.7", 8883}};
const Header ipv6{.source = {"2001:db8::1", 1}, .destination = {"::1", 65535}};
const Header local{.local = true, .source = {}, .destination = {}};

Bytes rendered(Version version, const Header& header) {
  Bytes out;
  REQUIRE(render(out, version, header));
  return out;
}

std::string refused(std::string_view text) {
  const auto answer = parse(as_bytes(text));
  if (answer.need_more()) return "need more";
  return answer.has_error() ? answer.error().text() : "a header";
}

}  // namespace

TEST_CASE("version 1 is the line of the specification (S2-03)", "[proxy]") {
  CHECK(as_text(rendered(Version::v1, ipv4)) == "PROXY TCP4 192.0.2.1 198.51.100.7 56324 8883\r\n");
  CHECK(as_text(rendered(Version::v1, ipv6)) == "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n");
  CHECK(as_text(rendered(Version::v1, local)) == "PROXY UNKNOWN\r\n");
}

TEST_CASE("version 2 is signature, command, family, length and addresses (S2-03)", "[proxy]") {
  CHECK(to_hex(rendered(Version::v2, ipv4)) ==
        "0d0a0d0a000d0a515549540a"
        "21"
        "11"
        "000c"
        "c0000201c6336407dc0422b3");
  CHECK(to_hex(rendered(Version::v2, ipv6)) ==
        "0d0a0d0a000d0a515549540a"
        "21"
        "21"
        "0024"
        "20010db8000000000000000000000001"
        "00000000000000000000000000000001"
        "0001ffff");
  CHECK(to_hex(rendered(Version::v2, local)) == "0d0a0d0a000d0a515549540a20000000");
}

TEST_CASE("what is rendered is read back, and every shorter piece needs more", "[proxy]") {
  for (const auto version : {Version::v1, Version::v2}) {
    for (const auto& header : {ipv4, ipv6, local}) {
      auto bytes = rendered(version, header);
      const auto size = bytes.size();
      for (std::size_t cut = 0; cut < size; ++cut) {
        INFO(to_string(version) << " cut at " << cut);
        CHECK(parse(ByteView(bytes).first(cut)).need_more());
      }
      bytes.push_back(0x16);  // the ClientHello behind it
      const auto answer = parse(bytes);
      REQUIRE(answer.has_value());
      CHECK(answer->version == version);
      CHECK(answer->header == header);
      CHECK(answer->consumed == size);
    }
  }
}

TEST_CASE("TLV fields of version 2 are skipped and other families count as local", "[proxy]") {
  auto bytes = rendered(Version::v2, ipv4);
  bytes[15] = 12 + 4;
  bytes.insert(bytes.end(), {0x04, 0x00, 0x01, 0xaa});  // PP2_TYPE_NOOP
  const auto with_tlv = parse(bytes);
  REQUIRE(with_tlv.has_value());
  CHECK(with_tlv->header == ipv4);
  CHECK(with_tlv->consumed == bytes.size());
  bytes[13] = 0x31;  // AF_UNIX
  REQUIRE(parse(bytes).has_value());
  CHECK(parse(bytes)->header.local);
}

TEST_CASE("what is no PROXY header says why", "[proxy]") {
  CHECK(refused("GET / HTTP/1.1\r\n\r\n") ==
        "expected a PROXY header, saw \"GET / HTTP/1.1\\x0d\\x0a\"");
  CHECK(refused("\x16\x03\x01").starts_with("expected a PROXY header, saw "));
  CHECK(refused("PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n") ==
        "expected TCP4, TCP6 or UNKNOWN, saw \"PROXY UDP4 1.1.1.1 2.2.2.2 1 2\"");
  CHECK(refused("PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n").starts_with("expected two addresses"));
  CHECK(refused("PROXY TCP4 ::1 ::1 1 2\r\n").starts_with("expected addresses of TCP4"));
  const std::string zero("PROXY TCP4 1.1.1.1\0x 2.2.2.2 1 2\r\n", 34);
  CHECK(refused(zero).starts_with("expected addresses of TCP4"));
  CHECK(refused("PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n").starts_with("expected ports"));
  CHECK(refused("PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n").starts_with("expected ports"));
  CHECK(refused("PROXY " + std::string(110, 'x')).starts_with("expected a line of at most 107"));
  auto binary = rendered(Version::v2, ipv4);
  binary[12] = 0x11;
  CHECK(parse(binary).error().text() == "expected version 2 with LOCAL or PROXY, saw 0x11");
  binary[12] = 0x21;
  binary[15] = 11;
  CHECK(parse(binary).error().text() == "expected at least 12 bytes of addresses, saw 11");
}

TEST_CASE("addresses that do not go together are refused before anything is written", "[proxy]") {
  Bytes out;
  CHECK(render(out, Version::v1, {.source = {"localhost", 1}, .destination = {"::1", 2}})
            .error()
            .text() ==
        "a PROXY header needs IP addresses, got \"localhost\" (write for example 192.0.2.1 or "
        "2001:db8::1)");
  CHECK(render(out, Version::v2, {.source = {"192.0.2.1", 1}, .destination = {"::1", 2}})
            .error()
            .text() == "a PROXY header has two addresses of one family, got 192.0.2.1 ::1");
  CHECK(out.empty());
  CHECK(parse_version("v2").value() == Version::v2);
  CHECK(parse_version("v3").error().text() == "unknown PROXY protocol \"v3\" (one of: v1, v2)");
}
