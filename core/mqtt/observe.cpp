#include "core/mqtt/observe.hpp"

#include <fmt/format.h>

namespace handfast::mqtt {

namespace {

constexpr std::size_t printed_bytes = 32;

std::string hex(ByteView raw) {
  if (raw.size() <= printed_bytes) return to_hex(raw);
  return to_hex(raw.first(printed_bytes)) + "...";
}

}  // namespace

std::string Observation::text(Version version) const {
  if (packet) return describe(*packet, version);
  if (error) return fmt::format("{} [{}]", error->text(), hex(raw));
  return fmt::format("{} byte{} of an unfinished {}: {}", raw.size(), raw.size() == 1 ? "" : "s",
                     to_string(static_cast<PacketType>(raw[0] >> 4)), hex(raw));
}

std::vector<Observation> observe(ByteView received, Version version, std::size_t limit) {
  std::vector<Observation> observations;
  std::size_t offset = 0;
  while (offset < received.size()) {
    const auto rest = received.subspan(offset);
    auto& observation =
        observations.emplace_back(Observation{offset, rest, std::nullopt, std::nullopt, false});
    auto frame = scan_packet(rest, limit);
    if (!frame) {
      observation.truncated = frame.need_more();
      if (frame.has_error()) observation.error = std::move(frame).error();
      break;
    }
    observation.raw = frame->packet;
    auto packet = decode_frame(*frame, version);
    if (packet) {
      observation.packet = *std::move(packet);
    } else {
      observation.error = std::move(packet).error();
    }
    offset += frame->packet.size();
  }
  return observations;
}

}  // namespace handfast::mqtt
