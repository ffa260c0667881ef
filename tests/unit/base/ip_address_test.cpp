#include "core/base/ip_address.hpp"

#include "core/base/text.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;

namespace {

/// The addresses with spaces between, or the problem.
std::string listed(const std::vector<std::string>& texts) {
  const auto addresses = parse_addresses(texts);
  if (!addresses) return addresses.error().message;
  std::vector<std::string> out;
  for (const auto& address : *addresses) out.push_back(address.text());
  return join(out, " ");
}

}  // namespace

TEST_CASE("addresses and networks stand for the addresses that a host may have", "[base]") {
  CHECK(listed({"127.0.0.2"}) == "127.0.0.2");
  CHECK(listed({"127.0.0.2", "127.0.1.0/30"}) == "127.0.0.2 127.0.1.1 127.0.1.2");
  CHECK(listed({"10.0.0.2/31"}) == "10.0.0.2 10.0.0.3");
  CHECK(listed({"10.0.0.2/32"}) == "10.0.0.2");
  CHECK(listed({"fd00::1"}) == "fd00::1");
  CHECK(listed({"fd00::10/126"}) == "fd00::11 fd00::12 fd00::13");
  CHECK(listed({"fd00::10/127"}) == "fd00::10 fd00::11");
  CHECK(listed({}).empty());
  const auto large = parse_addresses(std::string_view("127.7.0.0/16")).value();
  CHECK(large.size() == 65'534);
  CHECK(large[255].text() == "127.7.1.0");
  CHECK(large.back().text() == "127.7.255.254");
  CHECK(parse_addresses(std::string_view("fd00::/112")).value().size() == 65'535);
}

TEST_CASE("what stands for too much, for nothing or for itself twice is refused", "[base]") {
  CHECK(listed({"0.0.0.0/0"}) == "\"0.0.0.0/0\" has more than 65536 addresses");
  CHECK(listed({"10.0.0.0/15"}) == "\"10.0.0.0/15\" has more than 65536 addresses");
  CHECK(listed({"::/0"}) == "\"::/0\" has more than 65536 addresses");
  CHECK(listed({"127.0.1.5/28"}) == "\"127.0.1.5/28\" has bits set behind its prefix");
  CHECK(parse_addresses(std::string_view("127.0.1.5/28")).error().hint ==
        "write 127.0.1.0/28 for the network, or the address alone");
  for (const char* prefix : {"", "33", "-1", "+8", "8 ", "a"}) {
    const std::string text = std::string("127.0.0.0/") + prefix;
    CHECK(listed({text}) == "\"" + text + "\" has no prefix length of 0 to 32");
  }
  CHECK(listed({"fd00::/129"}) == "\"fd00::/129\" has no prefix length of 0 to 128");
  for (const char* none : {"", "localhost", "127.1", "127.0.0.256", "fe80::1%lo", "[::1]", "/24"}) {
    CHECK(listed({none}) == "\"" + std::string(none) + "\" is no IP address");
  }
  CHECK(listed({"127.0.0.1", "127.0.0.0/29"}) == "127.0.0.1 stands there twice");
  CHECK(listed({"127.0.0.1", "::1"}) == "127.0.0.1 and ::1 are of two families");
  CHECK(listed({"10.0.0.0/16", "10.1.0.0/29"}) == "more than 65536 addresses");
}
