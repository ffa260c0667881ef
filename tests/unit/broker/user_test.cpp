#include "harness/broker/user.hpp"

#include <unistd.h>

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::TempDirectory;

namespace {

namespace fs = std::filesystem;

/// Somebody who owns nothing and is in no group of ours.
User stranger() { return {.name = "stranger", .uid = 64001, .gid = 64002, .groups = {64002}}; }

/// Somebody else in the group of `file`.
User colleague(const fs::path&) {
  auto user = stranger();
  user.groups.push_back(getegid());
  return user;
}

Result<void> can_read(const fs::path& path, const User& user) {
  return check_access(path, user, Access::read);
}

}  // namespace

TEST_CASE("a private key of somebody else names path, user and fix", "[broker]") {
  const TempDirectory dir;
  const auto key = dir.write("server.key", "secret", 0600);
  const auto refused = can_read(key, stranger());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text() ==
        key.string() +
            ": user stranger, which the broker runs as, may not read it (chown stranger " +
            key.string() + ")");
  CHECK(refused.error().kind == ProblemKind::environment);
}

TEST_CASE("permission bits decide by class: owner, then group, then the rest", "[broker]") {
  const TempDirectory dir;
  auto owner = stranger();
  owner.uid = geteuid();
  struct Row {
    unsigned mode;
    bool owner, group, other;
  };
  // The owner alone is no test when we are root: root may everything.
  for (const auto& row : {Row{0400, true, false, false}, Row{0640, true, true, false},
                          Row{0604, true, false, true}, Row{0044, false, true, true}}) {
    INFO(std::oct << row.mode);
    const auto file = dir.write("file", "x", row.mode);
    CHECK(can_read(file, colleague(file)).has_value() == row.group);
    CHECK(can_read(file, stranger()).has_value() == row.other);
    if (owner.uid != 0) CHECK(can_read(file, owner).has_value() == row.owner);
    fs::remove(file);
  }
}

TEST_CASE("a supplementary group opens a file", "[broker]") {
  const TempDirectory dir;
  const auto key = dir.write("server.key", "secret", 0640);
  CHECK_FALSE(can_read(key, stranger()));
  CHECK(can_read(key, colleague(key)));
}

TEST_CASE("a closed directory on the way is named", "[broker]") {
  const TempDirectory dir;
  const auto key = dir.write("closed/inner/server.key", "secret", 0644);
  fs::permissions(dir / "closed", fs::perms(0750));
  const auto closed = (dir / "closed").string();
  CHECK(can_read(key, stranger()).error().text() ==
        key.string() + ": the directory " + closed +
            " is closed to user stranger, which the broker runs as (chmod o+x " + closed +
            ", or choose another directory)");
  CHECK(can_read(key, colleague(key)));
}

TEST_CASE("a directory needs passage, not listing", "[broker]") {
  const TempDirectory dir;
  const auto key = dir.write("unlisted/server.key", "secret", 0644);
  fs::permissions(dir / "unlisted", fs::perms(0711));
  CHECK(can_read(key, stranger()));
  fs::permissions(dir / "unlisted", fs::perms(0744));
  CHECK_FALSE(can_read(key, stranger()));
}

TEST_CASE("what a link leads to counts as well", "[broker]") {
  const TempDirectory dir;
  dir.write("closed/server.key", "secret", 0644);
  fs::permissions(dir / "closed", fs::perms(0700));
  fs::create_symlink(dir / "closed/server.key", dir / "link.key");
  CHECK(can_read(dir / "link.key", stranger()).error().message ==
        "the directory " + (dir / "closed").string() +
            " is closed to user stranger, which the broker runs as");
}

TEST_CASE("root may read everything and a missing file is said to be missing", "[broker]") {
  const TempDirectory dir;
  CHECK(can_read(dir.write("server.key", "secret", 0000), {.name = "root"}));
  CHECK(can_read(dir / "none.key", {.name = "root"}).error().text() ==
        (dir / "none.key").string() + ": cannot open the file: No such file or directory");
}

TEST_CASE("a program that may not be executed is named with its fix", "[broker]") {
  const TempDirectory dir;
  const auto program = dir.write("broker", "#!/bin/sh\n", 0744);
  CHECK(check_access(program, stranger(), Access::execute).error().text() ==
        program.string() +
            ": user stranger, which the broker runs as, may not execute it (chmod a+rx " +
            program.string() + ")");
}

TEST_CASE("users come with their groups, and an unknown one with a hint", "[broker]") {
  const auto root = find_user("root").value();
  CHECK(root.uid == 0);
  CHECK(std::ranges::find(root.groups, gid_t{0}) != root.groups.end());
  CHECK(find_user("no-such-user").error().text() ==
        "no user \"no-such-user\" on this system (adduser --system --group no-such-user)");
  CHECK(current_user().uid == geteuid());
}
