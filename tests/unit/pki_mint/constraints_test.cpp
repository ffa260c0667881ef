#include "pki/mint/constraints.hpp"

#include "pki/mint/names.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki;

TEST_CASE("a subtree's kind is told by its look or its prefix", "[pki]") {
  const auto kind = [](const char* text) { return to_string(parse_subtree(text).value()); };
  CHECK(kind(".lab.test") == "DNS:.lab.test");
  CHECK(kind("lab.test") == "DNS:lab.test");
  CHECK(kind("10.0.0.0/8") == "IP:10.0.0.0/8");
  CHECK(kind("10.0.0.1") == "IP:10.0.0.1");
  CHECK(kind("a@lab.test") == "email:a@lab.test");
  CHECK(kind("email:lab.test") == "email:lab.test");
  CHECK(kind("URI:.lab.test") == "URI:.lab.test");
  CHECK(kind("DN:C=CN, O=lab") == "DN:C=CN, O=lab");
  for (const auto* bad : {"", "*.lab.test", "10.0.0.0/33", "a b", "DN:nonsense"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_subtree(bad));
  }
}

TEST_CASE("an address range is the address, masked, and then the mask", "[pki]") {
  CHECK(cidr_octets("10.1.2.3/20") == std::string("\x0a\x01\x00\x00\xff\xff\xf0\x00", 8));
  CHECK(cidr_octets("10.1.2.3") == std::string("\x0a\x01\x02\x03\xff\xff\xff\xff", 8));
  CHECK(cidr_octets("0.0.0.0/0") == std::string(8, '\0'));
  CHECK(cidr_octets("fd00::/1").size() == 32);
  CHECK(cidr_octets("fd00::/129").empty());
  CHECK(cidr_octets("10.0.0.0/x").empty());
}

TEST_CASE("a distinguished name is read as it is printed", "[pki]") {
  const auto subject = parse_subject(R"(C=CN,O=lab\, west, CN=root , serialNumber=7)").value();
  CHECK(subject.country == "CN");
  CHECK(subject.organization == "lab, west");
  CHECK(subject.common_name == "root");
  CHECK(subject.more == std::vector<NameAttribute>{{"serialNumber", "7"}});
  CHECK(parse_subject(to_string(subject)).value() == subject);
  CHECK(parse_subject("C=CHN").error().text() ==
        "\"CHN\" is no country (two letters, as ISO 3166-1 has them: CN, FR, US)");
  CHECK(parse_subject("nonsense=1").error().text().starts_with("unknown attribute \"nonsense\""));
  CHECK_FALSE(parse_subject("CN"));
}
