#include "reports/detail/utf8.hpp"

#include "reports/detail/table.hpp"
#include "tests/support/catch.hpp"

using namespace handfast::reports::detail;
using Texts = std::vector<std::string>;

TEST_CASE("valid UTF-8 is decoded, everything else is one byte of U+FFFD", "[reports]") {
  CHECK(decode_utf8("a").value == U'a');
  CHECK(decode_utf8("\xc3\xa9").value == U'\u00e9');
  CHECK(decode_utf8("\xe2\x82\xac").value == U'\u20ac');
  CHECK(decode_utf8("\xf0\x9f\x94\x92").value == U'\U0001f512');
  for (const char* bad : {"\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xff", "\xe2\x82"}) {
    CHECK(decode_utf8(bad).value == 0xfffd);
    CHECK(decode_utf8(bad).bytes == 1);
  }
}

TEST_CASE("width and cutting count characters, not bytes", "[reports]") {
  CHECK(display_width("caf\xc3\xa9") == 4);
  CHECK(fit_width("caf\xc3\xa9", 4) == "caf\xc3\xa9");
  CHECK(fit_width("caf\xc3\xa9s and more", 6) == "caf...");
  CHECK(fit_width("\xc3\xa9\xc3\xa9\xc3\xa9", 2) == "\xc3\xa9\xc3\xa9");
}

TEST_CASE("text wraps at spaces, and within a word that is longer than a line", "[reports]") {
  CHECK(wrap("one two three", 7) == Texts{"one two", "three"});
  CHECK(wrap("abcdefghij kl", 4) == Texts{"abcd", "efgh", "ij", "kl"});
  CHECK(wrap("", 10) == Texts{""});
  CHECK(wrap("fits", 4) == Texts{"fits"});
}

TEST_CASE("a table aligns its columns and leaves no space at the end", "[reports]") {
  using enum Table::Align;
  Table table({left, right, left});
  table.row({"name", "n", "text"});
  table.row({"caf\xc3\xa9", "1,000", ""});
  CHECK(table.lines() == Texts{"name      n  text", "caf\xc3\xa9  1,000"});
}
