#include "pki/mint/detail/der.hpp"

#include <openssl/asn1.h>

#include "core/tls/openssl.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki::detail;

TEST_CASE("lengths around each step of their encoding are OpenSSL's and come back", "[pki]") {
  for (const std::size_t size :
       {0U, 1U, 126U, 127U, 128U, 129U, 254U, 255U, 256U, 257U, 65535U, 65536U, 70000U}) {
    INFO(size);
    const Bytes content(size, 0x5a);
    Bytes out;
    put_der(out, der_octet_string, content);
    CHECK(out.size() == der_size(size));
    const tls::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> value(ASN1_OCTET_STRING_new());
    ASN1_OCTET_STRING_set(value.get(), content.data(), static_cast<int>(size));
    unsigned char* der = nullptr;
    const int length = i2d_ASN1_OCTET_STRING(value.get(), &der);
    CHECK(Bytes(der, der + length) == out);
    OPENSSL_free(der);
    out.push_back(0xff);
    ByteView in(out);
    const auto element = take_der(in);
    REQUIRE(element);
    CHECK(element->tag == der_octet_string);
    CHECK(element->content.size() == size);
    CHECK(element->whole.size() == out.size() - 1);
    CHECK(in.size() == 1);
  }
}

TEST_CASE("an INTEGER of a magnitude is positive and as short as it can be", "[pki]") {
  const auto encoded = [](const Bytes& magnitude) {
    Bytes out;
    put_der_unsigned(out, magnitude);
    return out;
  };
  CHECK(encoded({}) == Bytes{2, 1, 0});
  CHECK(encoded({0, 0}) == Bytes{2, 1, 0});
  CHECK(encoded({0, 0, 1}) == Bytes{2, 1, 1});
  CHECK(encoded({0x7f}) == Bytes{2, 1, 0x7f});
  CHECK(encoded({0x80}) == Bytes{2, 2, 0, 0x80});
  CHECK(encoded(Bytes(20, 0xff)).size() == 23);
}

TEST_CASE("what is cut short, indefinite or needlessly long is no element", "[pki]") {
  const Bytes bad[] = {{},
                       {0x30},
                       {0x04, 0x02, 0x00},
                       {0x30, 0x80, 0x00, 0x00},
                       {0x04, 0x81, 0x7f},
                       {0x04, 0x82, 0x00, 0xff},
                       {0x04, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00},
                       {0x1f, 0x01, 0x00}};
  for (const auto& bytes : bad) {
    ByteView in(bytes);
    INFO(to_hex(in));
    CHECK_FALSE(take_der(in));
    CHECK(in.size() == bytes.size());
  }
}
