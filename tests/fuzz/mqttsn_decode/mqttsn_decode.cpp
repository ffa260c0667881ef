// Whatever arrives: the decoder stays in bounds, and what it accepts can be written and read again.
#include <cstdlib>

#include "core/mqttsn/decode.hpp"

using namespace handfast;
using namespace handfast::mqttsn;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto decoded = decode({data, size});
  if (!decoded) {
    if (decoded.error().offset > size || decoded.error().text().empty()) std::abort();
    return 0;
  }
  Bytes out;
  if (!encode(out, *decoded)) std::abort();
  // The long form of Length is taken for short messages, and never written for them.
  if (out.size() > size) std::abort();
  const auto again = decode(out);
  if (!again || !(*again == *decoded)) std::abort();
  return 0;
}
