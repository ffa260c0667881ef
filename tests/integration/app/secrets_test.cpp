// TLS secrets: written where --keylog says, and nowhere else.
#include <sys/stat.h>

#include <iterator>

#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// How often `word` stands in the files below `folder`.
std::size_t times_below(const std::filesystem::path& folder, const std::string& word) {
  std::size_t times = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto text = text_of(entry.path());
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++times;
  }
  return times;
}

}  // namespace

TEST_CASE("the option --keylog writes the secrets of each connection, and nothing else does",
          "[app]") {
  const std::string secret = "CLIENT_TRAFFIC_SECRET_0 ";
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  const auto keys = (folder / "keys").string();
  Program with(handfast_words({"run", file, "--out", folder.out(), "--keylog", keys}),
               folder.path());
  CHECK(with.wait() == 0);
  INFO(with.err());
  CHECK_THAT(with.err(), Catch::Contains("keylog: the TLS secrets of the fleets go to " + keys));
  CHECK(times_below(folder.path(), secret) == 20);
  struct stat info{};
  REQUIRE(stat(keys.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);

  std::filesystem::remove(keys);
  Program without(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  CHECK(without.wait() == 0);
  CHECK(times_below(folder.path(), secret) == 0);
}

TEST_CASE("a key log that cannot be written is told before anything starts", "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  const auto nowhere = (folder / "no" / "keys").string();
  Program program(handfast_words({"run", file, "--out", folder.out(), "--keylog", nowhere}),
                  folder.path());
  CHECK(program.wait() == 3);
  CHECK_THAT(program.err(), Catch::Contains("cannot write the key log: No such file or directory"));
  CHECK_FALSE(std::filesystem::exists(folder / "out"));
}
