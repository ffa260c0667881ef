#include "pki/formats/secret.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <type_traits>

#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;

TEST_CASE("a secret moves and cannot be copied", "[pki]") {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<Secret>);
  STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Secret>);
  Secret first("open sesame");
  const Secret second = std::move(first);
  CHECK(second.text() == "open sesame");
  CHECK(Secret().empty());
  CHECK(std::string_view(Secret().c_str()).empty());
  CHECK(Secret{"a", "", "bc"}.text() == "abc");
}

TEST_CASE("taking a secret out of a text wipes the text", "[pki]") {
  std::string text = "a passphrase that is long enough to be on the heap";
  const char* where = text.data();
  const auto secret = Secret::take(text);
  CHECK(secret.text() == "a passphrase that is long enough to be on the heap");
  CHECK(text.empty());
  CHECK(where[1] == '\0');
}

TEST_CASE("a passphrase comes from the environment, a file or a descriptor", "[pki]") {
  ::setenv("HANDFAST_TEST_PASS", "from env", 1);
  CHECK(read_passphrase("env:HANDFAST_TEST_PASS").value().text() == "from env");
  const test::Folder folder;
  folder.write("pass", "first line\r\nsecond line\n");
  CHECK(read_passphrase("file:" + (folder / "pass").string()).value().text() == "first line");
  folder.write("empty", "");
  CHECK(read_passphrase("file:" + (folder / "empty").string()).value().empty());
  const int fd = ::open((folder / "pass").c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  CHECK(read_passphrase("fd:" + std::to_string(fd)).value().text() == "first line");
  std::array<char, 6> rest{};
  CHECK(::read(fd, rest.data(), rest.size()) == 6);
  CHECK(std::string_view(rest.data(), 6) == "second");
  ::close(fd);
}

TEST_CASE("a passphrase on the command line is refused and not repeated", "[pki]") {
  for (const std::string spec :
       {"hunter2", "pass:hunter2", "env:", "file:", "fd:hunter2", "fd:-1", ""}) {
    INFO(spec);
    const auto refused = read_passphrase(spec);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ProblemKind::usage);
    CHECK(refused.error().text() ==
          "a passphrase is never part of the command line (say where it is: env:NAME, file:PATH "
          "or fd:N)");
  }
}

TEST_CASE("sources that hold no passphrase say why", "[pki]") {
  ::unsetenv("HANDFAST_TEST_NONE");
  CHECK(read_passphrase("env:HANDFAST_TEST_NONE").error().text() ==
        "HANDFAST_TEST_NONE: there is no such environment variable (set it, or take the "
        "passphrase from file:PATH or fd:N)");
  CHECK(read_passphrase("file:/nowhere/at/all").error().text() ==
        "/nowhere/at/all: cannot read the passphrase: No such file or directory");
  const test::Folder folder;
  folder.write("long", std::string(longest_passphrase_bytes + 1, 'x'));
  CHECK(read_passphrase("file:" + (folder / "long").string()).error().message ==
        "the passphrase is longer than 1024 bytes");
  folder.write("nul", std::string_view("a\0b", 3));
  CHECK(read_passphrase("file:" + (folder / "nul").string()).error().message ==
        "the passphrase holds a NUL");
}
