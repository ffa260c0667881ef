// Whatever arrives: a PROXY header that is understood means the same when it is written again, and
// no shorter piece of it is taken for something else; answers to CONNECT stay in bounds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/proxy/header.hpp"
#include "core/proxy/tunnel.hpp"

using namespace handfast;
using namespace handfast::proxy;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void judge_header(ByteView bytes) {
  const auto answer = parse(bytes);
  if (!answer) return;
  require(answer->consumed <= bytes.size());
  // Headers may be 64 KiB long; the pieces near the beginning are the ones that differ.
  constexpr std::size_t tried = 300;
  for (std::size_t cut = 0; cut < std::min(answer->consumed, tried); ++cut) {
    require(parse(bytes.first(cut)).need_more());
  }
  Bytes again;
  require(render(again, answer->version, answer->header).has_value());
  const auto back = parse(again);
  require(back.has_value() && back->header == answer->header && back->consumed == again.size());
}

void judge_tunnel(ByteView bytes) {
  const auto answer = parse_tunnel_answer(bytes);
  if (!answer) return;
  require(answer->consumed <= bytes.size());
  require(answer->status >= 100 && answer->status <= 999);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  judge_header({data, size});
  judge_tunnel({data, size});
  return 0;
}
