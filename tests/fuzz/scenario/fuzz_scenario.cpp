// Any bytes: read() answers a scenario or a usage problem; a scenario plans, and its resolved form
// reads back unchanged.
#include <cstdlib>

#include "harness/scenario/plan.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/scenario/resolved.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto scenario = scenario::read(text, "fuzz.yaml", {});
  if (!scenario) {
    if (scenario.error().kind != ProblemKind::usage || scenario.error().where.empty()) std::abort();
    return 0;
  }
  (void)scenario::plan(*scenario, {});
  const auto once = scenario::resolved(*scenario);
  auto again = scenario::read(once, "fuzz.yaml", {});
  if (!again || scenario::resolved(*again) != once) std::abort();
  return 0;
}
