// docs/checks.md is what the program prints; with HANDFAST_UPDATE_GOLDEN it is written anew.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "harness/app/manual/check_list.hpp"
#include "tests/support/catch.hpp"

using namespace handfast::app;

TEST_CASE("docs/checks.md is the output of `handfast list checks --output markdown`", "[manual]") {
  const std::string path = HANDFAST_SOURCE_DIR "/docs/checks.md";
  const auto wanted = checks_as_markdown(listed_checks());
  if (std::getenv("HANDFAST_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << wanted;
  std::ifstream file(path);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  INFO("renew it with: handfast list checks --output markdown > docs/checks.md");
  CHECK((page == wanted));
}
