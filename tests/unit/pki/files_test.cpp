#include "pki/files/files.hpp"

#include <pwd.h>

#include <thread>

#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using handfast::pki::test::TempFolder;

TEST_CASE("a private file has mode 0600 and is never overwritten", "[pki]") {
  const TempFolder folder;
  const auto file = folder / "a.key";
  const auto old_mask = ::umask(0);
  REQUIRE(create_file(file, "first", 0600));
  ::umask(old_mask);
  CHECK(test::mode_of(file) == 0600);
  const auto again = create_file(file, "second", 0600);
  REQUIRE_FALSE(again);
  CHECK(again.error().text() ==
        file.string() +
            ": cannot create the file: File exists (it is never overwritten; move it away first)");
  CHECK(test::slurp(file) == "first");
}

TEST_CASE("a file is replaced whole, with its mode whatever the umask", "[pki]") {
  const TempFolder folder;
  const auto file = folder / "a.pem";
  const auto old_mask = ::umask(0077);
  REQUIRE(write_file(file, "first", 0644));
  REQUIRE(write_file(file, "second", 0644));
  ::umask(old_mask);
  CHECK(test::slurp(file) == "second");
  CHECK(test::mode_of(file) == 0644);
}

TEST_CASE("a file that is not finished leaves nothing behind", "[pki]") {
  const TempFolder folder;
  {
    auto file = NewFile::create(folder / "a.pem", 0644);
    REQUIRE(file);
    REQUIRE(file->write(as_bytes("half")));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("files in a folder that is not there say so", "[pki]") {
  const TempFolder folder;
  const auto file = folder / "none" / "a.pem";
  CHECK(write_file(file, "x", 0644).error().text() ==
        file.string() + ": cannot create the file: No such file or directory");
  CHECK(read_file(file).error().text() ==
        file.string() + ": cannot read the file: No such file or directory");
}

TEST_CASE("a folder has one writer at a time, and its lock names it", "[pki]") {
  const TempFolder folder;
  const auto lock_file = folder / ".lock";
  {
    auto lock = Lock::take(folder.path());
    REQUIRE(lock);
    CHECK(test::slurp(lock_file) == std::to_string(::getpid()) + "\n");
    const auto second = Lock::take(folder.path());
    REQUIRE_FALSE(second);
    CHECK(second.error().text() == lock_file.string() + ": the folder is in use by process " +
                                       std::to_string(::getpid()) + " (wait until it is done)");
    CHECK(second.error().kind == ProblemKind::environment);
  }
  CHECK_FALSE(std::filesystem::exists(lock_file));
}

TEST_CASE("who has patience gets a lock that is given back in time", "[pki]") {
  const TempFolder folder;
  auto first = std::make_optional(Lock::take(folder.path()).value());
  std::jthread owner([&first] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    first.reset();
  });
  CHECK(Lock::take(folder.path(), std::chrono::seconds(60)));
}

TEST_CASE("the lock of a process that died does not count", "[pki]") {
  const TempFolder folder;
  test::spit(folder / ".lock", "999999\n");
  CHECK(Lock::take(folder.path()));
}

TEST_CASE("an unknown key owner is named with what to do", "[pki][S0-19]") {
  CHECK(KeyOwner::find("no-such-user").error().text() ==
        "the user \"no-such-user\", who should own the server keys, does not exist (install the "
        "broker first, "
        "or leave the key owner out)");
}

TEST_CASE("giving a key keeps its mode and is done once", "[pki][S0-19]") {
  const TempFolder folder;
  const auto file = folder / "a.key";
  REQUIRE(create_file(file, "secret", 0600));
  const auto* self = ::getpwuid(::getuid());
  REQUIRE(self != nullptr);
  const auto owner = KeyOwner::find(self->pw_name);
  REQUIRE(owner);
  CHECK(owner->give(file).value() == false);
  CHECK(test::mode_of(file) == 0600);
  CHECK(owner->give(folder / "none").error().text() ==
        (folder / "none").string() + ": cannot look at the key: No such file or directory");
}
