#include "harness/app/key_log_file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using app::KeyLogFile;

namespace {

std::string text_in(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("A key log is the owner's alone and is appended to, whole lines from any thread",
          "[app]") {
  test::TempDirectory root;
  const auto path = root.path() / "keys";
  for (int round = 0; round < 2; ++round) {
    auto log = KeyLogFile::open(path.string());
    REQUIRE(log);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&log] {
        for (int line = 0; line < 100; ++line) (*log)->write(std::string(70, 'k'));
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK((*log)->check());
  }
  std::string wanted;
  for (int line = 0; line < 800; ++line) wanted += std::string(70, 'k') + "\n";
  CHECK(text_in(path) == wanted);
  struct stat info{};
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("A key log does not follow a link, and a full disk is told", "[app]") {
  test::TempDirectory root;
  std::filesystem::create_symlink(root.path() / "elsewhere", root.path() / "link");
  const auto link = KeyLogFile::open((root.path() / "link").string());
  REQUIRE_FALSE(link);
  CHECK(link.error().kind == ProblemKind::environment);
  CHECK_FALSE(std::filesystem::exists(root.path() / "elsewhere"));

  auto full = KeyLogFile::open("/dev/full");
  REQUIRE(full);
  (*full)->write("secret");
  const auto checked = (*full)->check();
  REQUIRE_FALSE(checked);
  CHECK(checked.error().message == "cannot write the key log: No space left on device");
}
