// Histogram::decode on hostile bytes. A first byte of '!' takes the input as it is; any other
// builds the zlib stream and the frame around it, because no mutation finds its way through a
// checksum.
#include <zlib.h>

#include <cstdlib>

#include "core/base/bytes.hpp"
#include "core/stats/base64.hpp"
#include "core/stats/histogram.hpp"

namespace {

std::string framed(handfast::ByteView plain) {
  uLongf size = compressBound(plain.size());
  handfast::Bytes packed(size);
  if (compress(packed.data(), &size, plain.data(), plain.size()) != Z_OK) std::abort();
  handfast::Bytes whole;
  handfast::ByteWriter out(whole);
  out.u32(0x1c849314);
  out.u32(static_cast<std::uint32_t>(size));
  out.bytes(handfast::ByteView(packed).first(size));
  return handfast::stats::to_base64(whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using handfast::stats::Histogram;
  if (size == 0) return 0;
  const handfast::ByteView rest(data + 1, size - 1);
  const std::string text = data[0] == '!' ? std::string(handfast::as_text(rest)) : framed(rest);
  const auto histogram = Histogram::decode(text);
  if (!histogram) return 0;
  // What was accepted must survive its own round trip, and its parts must add up.
  std::uint64_t sum = 0;
  for (const auto& bucket : histogram->buckets()) sum += bucket.count;
  if (sum != histogram->count()) std::abort();
  const auto again = Histogram::decode(histogram->encode());
  if (!again || *again != *histogram) std::abort();
  return 0;
}
