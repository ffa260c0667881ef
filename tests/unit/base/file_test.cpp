#include "core/base/file.hpp"

#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;

TEST_CASE("a file is read whole, byte for byte", "[base]") {
  const test::TempDirectory folder;
  const std::string text("a\0b\n", 4);
  std::ofstream(folder / "f", std::ios::binary) << text;
  CHECK(read_file(folder / "f").value() == text);
  CHECK(read_text(folder / "f") == text);
  CHECK_FALSE(read_text("/proc/self/status").empty());
}

TEST_CASE("what cannot be read says why", "[base]") {
  const test::TempDirectory folder;
  std::ofstream(folder / "f") << std::string(2 * 1024 * 1024, 'x');
  CHECK(read_file("nowhere").error().text() ==
        "nowhere: cannot read the file: No such file or directory");
  CHECK(read_file("/").error().text() == "/: cannot read the file: it is a directory");
  CHECK(read_file(folder / "f", 1024 * 1024).error().message ==
        "cannot read the file: it is larger than 1 MiB");
  CHECK(read_file("/dev/zero", 1024 * 1024).error().message ==
        "cannot read the file: it is larger than 1 MiB");
  CHECK(read_text("nowhere").empty());
}
