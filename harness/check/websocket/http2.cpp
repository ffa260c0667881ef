#include "harness/check/websocket/http2.hpp"

#include <algorithm>
#include <utility>

namespace handfast::check::wss {

namespace {

// RFC 9113 section 6.
constexpr std::uint8_t data_frame = 0, headers_frame = 1, rst_stream_frame = 3, settings_frame = 4,
                       ping_frame = 6, goaway_frame = 7;
constexpr std::uint8_t ack_flag = 1, end_headers_flag = 4, padded_flag = 8;
constexpr std::uint32_t our_stream = 1;
constexpr std::uint16_t enable_connect_protocol = 8;

/// HPACK without tables and without Huffman code: a literal that is not indexed (RFC 7541 section
/// 6.2.2). Names and values stay below 127 bytes.
void put_field(Bytes& out, std::string_view name, std::string_view value) {
  ByteWriter writer(out);
  writer.u8(0);
  for (const auto text : {name, value}) {
    writer.u8(static_cast<std::uint8_t>(text.size()));
    writer.bytes(as_bytes(text));
  }
}

/// RFC 8441 section 4.
Bytes extended_connect(const Endpoint& endpoint) {
  Bytes fields;
  put_field(fields, ":method", "CONNECT");
  put_field(fields, ":protocol", "websocket");
  put_field(fields, ":scheme", "https");
  put_field(fields, ":path", endpoint.path);
  put_field(fields, ":authority", endpoint.authority());
  put_field(fields, "sec-websocket-protocol", "mqtt");
  put_field(fields, "sec-websocket-version", "13");
  return to_wire(Http2Frame{.type = headers_frame,
                            .flags = end_headers_flag,
                            .stream = our_stream,
                            .payload = std::move(fields)});
}

bool allows_extended_connect(ByteView settings) {
  ByteReader reader(settings);
  while (const auto id = reader.u16()) {
    const auto value = reader.u32();
    if (!value) break;
    if (*id == enable_connect_protocol) return *value == 1;
  }
  return false;
}

/// What the peer says, frame by frame.
class Http2Stream {
 public:
  explicit Http2Stream(Conversation& talk) : talk_(talk) {}

  bool settings_seen = false;
  bool announced = false;
  bool answered = false;  ///< HEADERS on our stream
  bool ended = false;     ///< RST_STREAM of it, or GOAWAY
  Bytes data;             ///< DATA of it

  /// Waits until `enough` holds or the peer ends it.
  void read_until(const std::function<bool()>& enough) {
    const auto look = [&] {
      while (auto frame = take_http2_frame(talk_.line().inbox())) take(*frame);
      return enough() || ended;
    };
    talk_.line().await(look, Clock::now() + talk_.timeouts().upgrade);
  }

 private:
  void take(const Http2Frame& frame) {
    const bool ours = frame.stream == our_stream;
    if (frame.type == settings_frame && (frame.flags & ack_flag) == 0) {
      settings_seen = true;
      announced = announced || allows_extended_connect(frame.payload);
      talk_.send(to_wire(Http2Frame{.type = settings_frame, .flags = ack_flag}));
    } else if (frame.type == ping_frame && (frame.flags & ack_flag) == 0) {
      talk_.send(
          to_wire(Http2Frame{.type = ping_frame, .flags = ack_flag, .payload = frame.payload}));
    } else if (frame.type == headers_frame && ours) {
      answered = true;
    } else if (frame.type == data_frame && ours) {
      take_data(frame);
    } else if (frame.type == goaway_frame || (frame.type == rst_stream_frame && ours)) {
      ended = true;
    }
  }

  void take_data(const Http2Frame& frame) {
    ByteView payload = frame.payload;
    if ((frame.flags & padded_flag) != 0 && !payload.empty()) {
      const std::size_t padding = payload.front();
      payload = payload.subspan(1);
      payload = payload.first(payload.size() - std::min(padding, payload.size()));
    }
    data.insert(data.end(), payload.begin(), payload.end());
  }

  Conversation& talk_;
};

bool holds_connack(Bytes& data) {
  while (const auto frame = take_frame(data)) {
    const auto packet = mqtt::decode_packet(frame->payload, mqtt::Version::v3_1_1);
    const auto* connack = packet ? std::get_if<mqtt::Connack>(&packet->packet) : nullptr;
    if (connack != nullptr && connack->code == 0) return true;
  }
  return false;
}

}  // namespace

OverHttp2 connect_over_http2(Conversation& talk) {
  Http2Stream stream(talk);
  Bytes hello;
  ByteWriter(hello).bytes(as_bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  ByteWriter(hello).bytes(to_wire(Http2Frame{.type = settings_frame}));
  talk.send(hello);
  stream.read_until([&] { return stream.settings_seen; });
  OverHttp2 seen{.announced = stream.announced};
  if (!seen.announced) return seen;

  talk.send(extended_connect(talk.endpoint()));
  stream.read_until([&] { return stream.answered; });
  seen.ended = stream.ended;
  if (!stream.answered || stream.ended) return seen;
  talk.send(to_wire(Http2Frame{
      .type = data_frame, .stream = our_stream, .payload = in_frame(talk.connect_bytes())}));
  stream.read_until([&] {
    seen.served = seen.served || holds_connack(stream.data);
    return seen.served;
  });
  seen.ended = stream.ended;
  return seen;
}

Bytes to_wire(const Http2Frame& frame) {
  Bytes out;
  ByteWriter writer(out);
  writer.u24(static_cast<std::uint32_t>(frame.payload.size()));
  writer.u8(frame.type);
  writer.u8(frame.flags);
  writer.u32(frame.stream);
  writer.bytes(frame.payload);
  return out;
}

std::optional<Http2Frame> take_http2_frame(Bytes& inbox) {
  ByteReader reader(inbox);
  const auto length = reader.u24();
  const auto type = reader.u8();
  const auto flags = reader.u8();
  const auto stream = reader.u32();
  if (!stream || reader.remaining() < *length) return std::nullopt;
  const auto payload = *reader.bytes(*length);
  Http2Frame frame{.type = *type,
                   .flags = *flags,
                   .stream = *stream & 0x7fffffffU,
                   .payload = Bytes(payload.begin(), payload.end())};
  inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(reader.offset()));
  return frame;
}

}  // namespace handfast::check::wss
