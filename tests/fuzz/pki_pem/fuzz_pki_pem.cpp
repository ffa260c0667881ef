// Any text: the reader answers objects that inspect can show and the writers can write again, or an
// environment problem with the file's name. The first byte decides about the passphrase.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/support/pki_judge.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  handfast::fuzz::judge_credentials(text, data[0] % 2 == 1);
  return 0;
}
