#include "loadgen/message_header.hpp"

#include <cassert>

namespace handfast::loadgen {
namespace {

constexpr std::uint32_t magic = 0x48464d53;  // "HFMS"

template <class Integer>
std::uint8_t* put(std::uint8_t* out, Integer value) {
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    *out++ = static_cast<std::uint8_t>(value >> (8 * i));
  }
  return out;
}

template <class Integer>
Integer get(const std::uint8_t*& in) {
  Integer value = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    value = static_cast<Integer>((value << 8) | *in++);
  }
  return value;
}

std::uint64_t nanos_of(TimePoint time) {
  return static_cast<std::uint64_t>(Nanos(time.time_since_epoch()).count());
}

TimePoint time_of(std::uint64_t nanos) { return TimePoint(Nanos(nanos)); }

}  // namespace

void write_header(Bytes& payload, const MessageHeader& header) {
  assert(payload.size() >= MessageHeader::size);
  std::uint8_t* out = payload.data();
  out = put(out, magic);
  out = put(out, header.run);
  out = put(out, header.stream.fleet);
  out = put(out, std::uint16_t{header.warm_up});
  out = put(out, header.payload_bytes);
  out = put(out, header.stream.publisher);
  out = put(out, header.sequence);
  out = put(out, nanos_of(header.intended));
  put(out, nanos_of(header.sent));
}

std::optional<MessageHeader> read_header(ByteView payload) {
  if (payload.size() < MessageHeader::size) return std::nullopt;
  const std::uint8_t* in = payload.data();
  if (get<std::uint32_t>(in) != magic) return std::nullopt;
  MessageHeader header;
  header.run = get<std::uint32_t>(in);
  header.stream.fleet = get<std::uint16_t>(in);
  header.warm_up = get<std::uint16_t>(in) != 0;
  header.payload_bytes = get<std::uint32_t>(in);
  header.stream.publisher = get<std::uint64_t>(in);
  header.sequence = get<std::uint64_t>(in);
  header.intended = time_of(get<std::uint64_t>(in));
  header.sent = time_of(get<std::uint64_t>(in));
  return header;
}

}  // namespace handfast::loadgen
