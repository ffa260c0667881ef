#include <fmt/format.h>

#include "core/config/yaml.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::config;

namespace {

std::string error(std::string_view text) {
  auto document = parse_yaml(text, "a.yaml");
  return document ? "no error" : document.error().text();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("a duplicate key is refused", "[config]") {
  CHECK(error("a: 1\nb: 2\na: 3\n") == "a.yaml:3:1: duplicate key \"a\" (first set in line 1)");
  CHECK(error("load:\n  rate: 1/s\n  'rate': 2/s\n") ==
        "a.yaml:3:3: duplicate key \"rate\" in \"load\" (first set in line 2)");
  CHECK(error("x: {a: 1}\ny: {a: 1}\n") == "no error");
}

TEST_CASE("anchors, aliases, merge keys and tags are refused", "[config]") {
  CHECK(error("a: &x 1\n") ==
        "a.yaml:1:4: anchors are not allowed (repeat the value where it is needed)");
  CHECK(error("a: &x {b: 1}\n") ==
        "a.yaml:1:4: anchors are not allowed (repeat the value where it is needed)");
  CHECK(error("a: *x\n") ==
        "a.yaml:1:4: not valid YAML: the referenced anchor is not defined (check indentation, "
        "quotes and brackets)");
  CHECK(error("<<: {b: 1}\n") == "a.yaml:1:1: merge keys are not allowed (repeat the values)");
  CHECK(error("a: !!int 1\n") == "a.yaml:1:4: tags are not allowed (write the value without it)");
  CHECK(error("a: ! 1\n") == "a.yaml:1:4: tags are not allowed (write the value without it)");
  CHECK(error("a: !own {b: 1}\n") ==
        "a.yaml:1:4: tags are not allowed (write the value without it)");
  CHECK(error("a: !own [b]\n") == "a.yaml:1:4: tags are not allowed (write the value without it)");
  CHECK(error("a: !own\n") == "a.yaml:1:4: tags are not allowed (write the value without it)");
  CHECK(error("'<<': 1\n") == "no error");
  CHECK(error("a: '!x'\n") == "no error");
}

TEST_CASE("keys are plain text", "[config]") {
  CHECK(error("? [a]\n: 1\n") ==
        "a.yaml:1:3: a key must be plain text (check that every bracket is closed)");
  CHECK(error("? {a: 1}\n: 1\n") ==
        "a.yaml:1:3: a key must be plain text (check that every bracket is closed)");
  CHECK(error("~: 1\n") == "a.yaml:1:1: a key must be plain text");
}

TEST_CASE("a file holds one document, and something", "[config]") {
  CHECK(error("") == "a.yaml: the document is empty");
  CHECK(error("# only a comment\n") == "a.yaml: the document is empty");
  CHECK(error("---\n") == "a.yaml: the document is empty");
  CHECK(error("---\na: 1\n") == "no error");
  CHECK(error("---\na: 1\n...\n") == "no error");
  CHECK(error("a: 1\n---\nb: 1\n") ==
        "a.yaml:2:1: content after the end of the document (one YAML document in a file; check the "
        "indentation)");
  CHECK(error("{a: 1} b\n") ==
        "a.yaml:1:8: content after the end of the document (one YAML document in a file; check the "
        "indentation)");
}

TEST_CASE("bad syntax says where", "[config]") {
  CHECK(error("a: [1, 2\nb: 3\n") ==
        "a.yaml:2:2: not valid YAML: end of sequence flow not found (check indentation, quotes and "
        "brackets)");
  CHECK(error("a: b: c\n") ==
        "a.yaml:1:5: not valid YAML: illegal map value (check indentation, quotes and brackets)");
  for (const auto* open : {"a: 'open\n", "a: \"open\n", "a: [1, 2\n", "a: {b: 1\n"}) {
    INFO(open);
    CHECK(error(open) ==
          "a.yaml:2:1: not valid YAML: the text ends too early (close every quote and bracket)");
  }
  CHECK(error("a: 'open") ==
        "a.yaml:2:1: not valid YAML: the text ends too early (close every quote and bracket)");
  CHECK(error("[1") == "a.yaml:1:1: a key must be plain text (check that every bracket is closed)");
}

TEST_CASE("text that is not clean UTF-8 is refused", "[config]") {
  CHECK(error("a: \xff\n") == "a.yaml:1:4: not UTF-8 text");
  CHECK(error("a: 1\nb: \xc0\x80\n") == "a.yaml:2:4: not UTF-8 text");
  CHECK(error("a: \xed\xa0\x80\n") == "a.yaml:1:4: not UTF-8 text");
  CHECK(error("a: \xf4\x90\x80\x80\n") == "a.yaml:1:4: not UTF-8 text");
  CHECK(error("a: \xe2\x82") == "a.yaml:1:4: not UTF-8 text");
  CHECK(error("a: \x1b[31m\n") == "a.yaml:1:4: control character 0x1b is not allowed");
  CHECK(error(std::string("\xff\xfe") + "a") == "a.yaml:1:1: not UTF-8 text");
  CHECK(error("\xef\xbb\xbf"
              "a: gr\xc3\xbc\xc3\x9f\r\n") == "no error");
}

TEST_CASE("hostile sizes and depths meet a bound, not the stack", "[config]") {
  CHECK(error(repeated("[", 65) + repeated("]", 65)) ==
        "a.yaml:1:65: more than 64 levels of nesting");
  CHECK_FALSE(parse_yaml(repeated("[", 100'000), "a.yaml"));
  CHECK(error(repeated("- ", 100'000)) == "a.yaml:1:129: more than 64 levels of nesting");
  CHECK(error("a: " + repeated("{a: ", 200)) == "a.yaml:1:256: more than 64 levels of nesting");
  CHECK(error("[" + repeated("1,", 100'000) + "]") == "a.yaml:1:200000: more than 100000 values");
  CHECK(error(std::string(max_document_bytes + 1, 'a')) == "a.yaml: larger than 1048576 bytes");
  CHECK(error(repeated("[", 64) + repeated("]", 64)) == "no error");
}
