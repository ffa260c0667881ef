// Any bytes as PKCS#12, opened with the passphrase "x", with an empty one, and without. A MAC stops
// nearly every mutation, so the corpus has stores without one, whose safes are reached.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/support/pki_judge.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  handfast::fuzz::judge_credentials(bytes, true);
  handfast::fuzz::judge_credentials(bytes, false);
  return 0;
}
