#include "core/base/bytes.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;

TEST_CASE("the writer's big-endian integers are what the reader reads", "[base]") {
  Bytes buffer;
  ByteWriter writer(buffer);
  writer.u8(1);
  writer.u16(0x0203);
  writer.u24(0x040506);
  writer.u32(0x0708090a);
  writer.u64(0x0b0c0d0e0f101112);
  CHECK(to_hex(buffer) == "0102030405060708090a0b0c0d0e0f101112");

  ByteReader reader(buffer);
  CHECK(reader.u8() == 1);
  CHECK(reader.u16() == 0x0203);
  CHECK(reader.u24() == 0x040506U);
  CHECK(reader.u32() == 0x0708090aU);
  CHECK(reader.u64() == 0x0b0c0d0e0f101112U);
  CHECK(reader.empty());
}

TEST_CASE("a read past the end answers nothing and keeps the offset", "[base]") {
  const Bytes buffer{1, 2, 3};
  ByteReader reader(buffer);
  REQUIRE(reader.u16());
  CHECK_FALSE(reader.u16());
  CHECK_FALSE(reader.u32());
  CHECK_FALSE(reader.bytes(2));
  CHECK(reader.offset() == 2);
  CHECK(to_hex(reader.rest()) == "03");
}
