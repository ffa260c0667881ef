// Any bytes as DER: certificates, CRLs, OCSP responses, PKCS#7, keys. What decodes has to be shown,
// written, and to decode to the same again; what holds a key must be seen to.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "pki/formats/output.hpp"
#include "tests/fuzz/support/pki_judge.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto found = fuzz::judge_credentials(bytes, true);
  for (const auto& item : found) {
    if (item.kind == pki::CredentialKind::private_key && !pki::holds_private_key(bytes)) {
      std::abort();
    }
  }
  return 0;
}
