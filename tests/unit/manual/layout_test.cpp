#include "harness/app/manual/layout.hpp"

#include "tests/support/catch.hpp"

using namespace handfast::app;

TEST_CASE("text is broken at spaces and indented behind the first line", "[manual]") {
  CHECK(wrapped("one two three", 0, 7) == "one two\nthree");
  CHECK(wrapped("one two three", 2, 7) == "one\n  two\n  three");
  CHECK(wrapped("exactly", 0, 7) == "exactly");
}

TEST_CASE("a word that is wider than the line stays whole", "[manual]") {
  CHECK(wrapped("a unbreakable b", 0, 5) == "a\nunbreakable\nb");
  CHECK(wrapped("", 4, 5).empty());
}

TEST_CASE("a label stands in a column of its own", "[manual]") {
  CHECK(labelled("Level", "must") == "Level      must\n");
  const std::string word(40, 'x');
  CHECK(labelled("Note", word + " " + word) ==
        "Note       " + word + "\n           " + word + "\n");
}
