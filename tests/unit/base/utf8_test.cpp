#include "core/base/utf8.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace std::string_view_literals;

TEST_CASE("well-formed UTF-8 of every length and boundary is accepted", "[base]") {
  for (const auto text : {
           ""sv, "a"sv, "\0"sv, "\x7f"sv,               // one byte
           "\xc2\x80"sv, "\xdf\xbf"sv,                  // U+0080, U+07FF
           "\xe0\xa0\x80"sv, "\xed\x9f\xbf"sv,          // U+0800, U+D7FF
           "\xee\x80\x80"sv, "\xef\xbf\xbf"sv,          // U+E000, U+FFFF
           "\xf0\x90\x80\x80"sv, "\xf4\x8f\xbf\xbf"sv,  // U+10000, U+10FFFF
           "\xef\xbb\xbf"
           "a"sv,
           "gr\xc3\xbc\xc3\x9f"sv,  // BOM, umlauts
       }) {
    CHECK_FALSE(find_ill_formed_utf8(text));
  }
}

TEST_CASE("ill-formed UTF-8 is found at the offset of its sequence", "[base]") {
  for (const auto bad : {
           "\x80"sv, "\xbf"sv,                                  // continuation without a lead
           "\xc0\x80"sv, "\xc1\xbf"sv,                          // overlong, two bytes
           "\xe0\x9f\xbf"sv, "\xf0\x8f\xbf\xbf"sv,              // overlong, three and four bytes
           "\xed\xa0\x80"sv, "\xed\xbf\xbf"sv,                  // U+D800, U+DFFF
           "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv,          // above U+10FFFF
           "\xff"sv, "\xc3"sv, "\xe2\x82"sv, "\xf0\x9f\x98"sv,  // never valid, truncated
           "\xc3("
           "x"sv,
           "\xe2\x82("sv, "\xf0\x9f\x98("sv,  // broken inside
       }) {
    const auto text = "ab" + std::string(bad);
    CAPTURE(text);
    CHECK(find_ill_formed_utf8(text) == 2U);
  }
}
