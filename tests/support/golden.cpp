#include "tests/support/golden.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "core/base/text.hpp"

namespace handfast::tests {

std::string golden_difference(std::string_view text, const std::string& name) {
  const auto file = std::filesystem::path(HANDFAST_GOLDEN_DIR) / name;
  if (std::getenv("HANDFAST_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return "no golden file " + file.string();
  const std::string expected{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto want = split(expected, '\n');
  const auto got = split(text, '\n');
  for (std::size_t i = 0; i < std::max(want.size(), got.size()); ++i) {
    const auto wanted = i < want.size() ? want[i] : "(end of file)";
    const auto found = i < got.size() ? got[i] : "(end of text)";
    if (wanted != found) return fmt::format("{}:{}:\n- {}\n+ {}", name, i + 1, wanted, found);
  }
  return {};
}

}  // namespace handfast::tests
