// Whatever arrives: the decoders stay in bounds, agree with each other, and what they accept can be
// written again.
#include <algorithm>
#include <cstdlib>

#include "core/mqtt/observe.hpp"

using namespace handfast;
using namespace handfast::mqtt;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// What was accepted encodes, and those bytes decode to the same packet.
void check_round_trip(const Packet& packet, Version version) {
  if (const auto* connect = std::get_if<Connect>(&packet)) version = connect->version;
  Bytes out;
  require(encode_packet(out, version, packet).has_value());
  const auto again = decode_packet(out, version);
  require(again.has_value() && again->packet == packet && again->consumed == out.size());
}

/// The observations cover the input without gap or overlap.
void check_observations(ByteView input, Version version) {
  std::size_t offset = 0;
  for (const auto& observation : observe(input, version)) {
    require(observation.offset == offset && !observation.raw.empty());
    require(observation.packet.has_value() + observation.error.has_value() +
                observation.truncated ==
            1);
    require(!observation.text(version).empty());
    if (observation.packet) check_round_trip(*observation.packet, version);
    if (observation.error) require(observation.error->offset <= observation.raw.size());
    offset += observation.raw.size();
  }
  require(offset == input.size());
}

/// The reader, fed in two pieces, finds the packets that a scan of the whole finds.
void check_reader(ByteView input, std::size_t cut) {
  PacketReader reader;
  ByteView rest = input;
  for (const auto piece : {input.first(cut), input.subspan(cut)}) {
    reader.feed(piece);
    while (auto frame = reader.next()) {
      const auto whole = scan_packet(rest);
      require(whole.has_value() && whole->packet.size() == frame->packet.size());
      rest = rest.subspan(frame->packet.size());
    }
  }
  require(!scan_packet(rest).has_value());
}

void check_views(ByteView input, Version version) {
  const auto frame = scan_packet(input);
  if (!frame) return;
  (void)peek_connack(*frame);
  (void)peek_ack(*frame);
  if (frame->type != PacketType::publish) return;
  const auto view = view_publish(*frame, version);
  const auto publish = decode_publish(*frame, version);
  if (!publish) return;
  require(view.has_value() && view->topic == publish->topic &&
          view->payload.size() == publish->payload.size());
}

}  // namespace

/// The first byte chooses the version and where the stream is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto version = (data[0] & 1) != 0 ? Version::v5_0 : Version::v3_1_1;
  const ByteView input(data + 1, size - 1);
  check_observations(input, version);
  check_reader(input, std::min<std::size_t>(data[0] >> 1, input.size()));
  check_views(input, version);
  return 0;
}
