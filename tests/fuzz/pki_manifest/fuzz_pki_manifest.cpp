// Any bytes: parse_manifest answers a manifest whose references all hold, or a usage problem with a
// place.
#include <cstdlib>

#include "pki/manifest/manifest.hpp"

using namespace handfast;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = pki::parse_manifest({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!manifest) {
    must(manifest.error().kind == ProblemKind::usage);
    return 0;
  }
  for (const auto& entry : manifest->authorities) {
    must(entry.issuer.empty() || manifest->authority(entry.issuer) != nullptr);
  }
  for (const auto& entry : manifest->identities) must(manifest->authority(entry.issuer) != nullptr);
  for (const auto& entry : manifest->fleets) {
    must(manifest->authority(entry.issuer) != nullptr && entry.count > 0);
  }
  for (const auto& entry : manifest->bundles) {
    must(!entry.of.empty());
    for (const auto& name : entry.of) must(manifest->authority(name)->trusted);
  }
  return 0;
}
