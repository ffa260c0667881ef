// Any bytes: parse_credentials answers objects that inspect can show, or an environment problem
// with the file's name.
#include <cstdlib>

#include "pki/formats/inspect.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto found = pki::parse_credentials({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!found) {
    if (found.error().kind != ProblemKind::environment || found.error().where != "fuzz") {
      std::abort();
    }
    return 0;
  }
  std::vector<pki::InspectedFile> files;
  files.push_back({"fuzz", std::move(*found)});
  if (pki::inspect_text(files, WallTime{}).find('\x1b') != std::string::npos) std::abort();
  (void)pki::inspect_json(files);
  return 0;
}
