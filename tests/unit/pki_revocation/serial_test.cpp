#include "pki/revocation/serial.hpp"

#include "pki/mint/certificate.hpp"
#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("serial numbers are the contents octets of the INTEGER", "[pki][revocation]") {
  CHECK(parse_serial("0a1b").value() == Bytes{0x0a, 0x1b});
  CHECK(parse_serial("0x00000A1B").value() == Bytes{0x0a, 0x1b});
  CHECK(parse_serial("f").value() == Bytes{0x0f});
  CHECK(parse_serial("ff").value() == Bytes{0x00, 0xff});
  CHECK(parse_serial("0").value() == Bytes{0x00});
  CHECK(parse_serial("-1").value() == Bytes{0xff});
  CHECK(parse_serial("-80").value() == Bytes{0x80});
  CHECK(parse_serial("-81").value() == Bytes{0xff, 0x7f});
  CHECK(parse_serial("-0100").value() == Bytes{0xff, 0x00});
  CHECK(serial_from_magnitude(Bytes{0x00, 0x00, 0x80}) == Bytes{0x00, 0x80});
}

TEST_CASE("a serial number is printed as the certificate's and read back", "[pki][revocation]") {
  for (const long number : {1L, 0x7fL, 0x80L, 0xffL, 0x1234L, 0x80000000L, -1L, -128L, -129L}) {
    const auto made = make_lab_certificate({.name = "odd", .serial = number}, nullptr);
    const auto serial = serial_of(made.certificate.get());
    INFO(number);
    CHECK(serial_text(serial) == serial_hex(made.certificate.get()));
    CHECK(parse_serial(serial_text(serial)).value() == serial);
  }
}

TEST_CASE("what is no serial number is refused", "[pki][revocation]") {
  for (const auto* text : {"", "-", "0x", "12g4", "a b", "client.pem"}) {
    INFO(text);
    CHECK(parse_serial(text).error().kind == ProblemKind::usage);
  }
  CHECK(parse_serial(std::string(129, '1')).has_error());
  CHECK(parse_serial("1z").error().text() ==
        "\"1z\" is no serial number (write it in hexadecimal, as handfast pki inspect prints it)");
}
