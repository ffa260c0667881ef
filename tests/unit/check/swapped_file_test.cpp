#include "harness/check/swapped_file.hpp"

#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::check {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

TEST_CASE("a swapped file is changed and put back, each time in another second", "[check]") {
  const handfast::test::TempDirectory folder;
  const auto file = folder.write("server.pem", "old");
  const auto second = [&file] { return floor<seconds>(std::filesystem::last_write_time(file)); };
  const auto first = second();
  {
    const auto swapped = SwappedFiles::put({{file, "new"}});
    REQUIRE(swapped);
    CHECK(read_file(file).value() == "new");
    CHECK(second() > first);
  }
  CHECK(read_file(file).value() == "old");
  CHECK(second() > first + seconds(1));
}

TEST_CASE("a file that cannot be swapped leaves the others as they were", "[check]") {
  const handfast::test::TempDirectory folder;
  const auto file = folder.write("server.pem", "old");
  const auto swapped = SwappedFiles::put({{file, "new"}, {folder / "none.pem", "new"}});
  REQUIRE_FALSE(swapped);
  CHECK(swapped.error().kind == ProblemKind::environment);
  CHECK(read_file(file).value() == "old");
}

}  // namespace
}  // namespace handfast::check
