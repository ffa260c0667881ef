#include "core/mqtt/varint.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::mqtt;
using handfast::test::hex;

TEST_CASE("Variable Byte Integers at the limits of table 1-1", "[mqtt]") {
  struct Row {
    std::uint32_t value;
    const char* bytes;
  };
  for (const auto& row : {Row{0, "00"}, Row{127, "7f"}, Row{128, "80 01"}, Row{16'383, "ff 7f"},
                          Row{16'384, "80 80 01"}, Row{2'097'151, "ff ff 7f"},
                          Row{2'097'152, "80 80 80 01"}, Row{268'435'455, "ff ff ff 7f"}}) {
    CAPTURE(row.value);
    const auto bytes = hex(row.bytes);
    Bytes out;
    ByteWriter writer(out);
    put_varint(writer, row.value);
    CHECK(out == bytes);
    CHECK(varint_size(row.value) == bytes.size());

    const auto read = get_varint(bytes);
    CHECK_FALSE(read.fault);
    CHECK(read.value.value == row.value);
    CHECK(read.value.bytes == bytes.size());
    CHECK(get_varint(ByteView(bytes).first(bytes.size() - 1)).fault == VarintFault::truncated);
  }
}

TEST_CASE("a fourth byte that asks for a fifth can never become a Variable Byte Integer",
          "[mqtt]") {
  CHECK(get_varint(hex("80 80 80 80")).fault == VarintFault::five_bytes);
  CHECK(get_varint(hex("ff ff ff ff 7f")).fault == VarintFault::five_bytes);
}

TEST_CASE("a padded Variable Byte Integer shows by its length", "[mqtt]") {
  const auto read = get_varint(hex("81 80 00"));
  CHECK(read.value.value == 1);
  CHECK(read.value.bytes == 3);
}
