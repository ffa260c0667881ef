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
  const auto issued = [&](const std::string& issuer) {
    return issuer.empty() || manifest->authority(issuer) != nullptr;
  };
  for (const auto& entry : manifest->identities) {
    must(issued(entry.issuer) && !entry.files.certificate.empty());
    must(entry.request.empty() == !entry.files.key.empty());
    must(!pki::is_weak(entry.key));
  }
  for (const auto& entry : manifest->faults) {
    must(manifest->identity(entry.like) != nullptr && issued(entry.entry.issuer));
    must(!entry.expect.empty());
  }
  for (const auto& entry : manifest->fleets) {
    must(manifest->authority(entry.issuer) != nullptr && entry.count > 0);
    must(entry.mix.rogue == 0 || manifest->authority(entry.rogue_issuer) != nullptr);
  }
  for (const auto& entry : manifest->bundles) {
    must(!entry.of.empty());
    for (const auto& name : entry.of) {
      const auto* authority = manifest->authority(name);
      must(authority != nullptr ? authority->trusted : manifest->identity(name)->issuer.empty());
    }
  }
  for (const auto& entry : manifest->exports) must(manifest->identity(entry.server) != nullptr);
  return 0;
}
