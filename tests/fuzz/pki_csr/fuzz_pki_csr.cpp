// Any bytes as PKCS#10 request: described without trouble, with attributes and extensions, and
// equal to itself after a trip through PEM.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pki/formats/describe.hpp"
#include "pki/formats/encode.hpp"
#include "pki/formats/match.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto found = pki::parse_credential_file(bytes, "fuzz");
  if (!found || found->items.front().kind != pki::CredentialKind::request) return 0;
  const auto* request = found->items.front().request.get();
  const auto facts = pki::describe(request);
  if (facts.signature_valid && facts.key_facts.algorithm.empty()) std::abort();
  auto pem = pki::credential_pem(found->items.front());
  if (!pem) return 0;
  auto again = pki::parse_credential_file(*pem, "again");
  if (!again) std::abort();
  if (pki::describe(again->items.front().request.get()).subject != facts.subject) std::abort();
  std::vector<pki::InspectedFile> both;
  both.push_back(pki::inspected("a", std::move(*found)));
  both.push_back(pki::inspected("b", std::move(*again)));
  const auto answer = pki::match(both);
  const bool comparable = both[0].credentials.front().public_key() != nullptr;
  if (comparable && !answer) std::abort();
  return 0;
}
