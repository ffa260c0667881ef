#include "harness/check/tls_protocol/reframe.hpp"

#include <memory>
#include <thread>

#include "core/tls/native/record_protection.hpp"
#include "core/tls/native/wire.hpp"
#include "harness/probe/hello.hpp"

namespace handfast::check::tls_protocol {

using probe::RawConnection;
using tls::native::ContentType;

std::vector<ClearRecord> records_of(ByteView wire) {
  std::vector<ClearRecord> records;
  ByteReader reader(wire);
  while (true) {
    const auto begin = reader.offset();
    const auto type = reader.u8();
    const auto version = reader.u16();
    const auto content = version ? tls::native::vector16(reader) : std::nullopt;
    if (!type || !content) return records;
    records.push_back({.type = *type,
                       .whole = wire.subspan(begin, reader.offset() - begin),
                       .content = *content});
  }
}

Bytes split_clear_records(ByteView wire, std::size_t fragment_bytes) {
  Bytes out;
  for (const auto& record : records_of(wire)) {
    if (record.type != static_cast<std::uint8_t>(ContentType::handshake)) {
      out.insert(out.end(), record.whole.begin(), record.whole.end());
      continue;
    }
    const auto version = static_cast<std::uint16_t>(record.whole[1] << 8 | record.whole[2]);
    const auto split = probe::in_records(record.content, version, fragment_bytes);
    out.insert(out.end(), split.begin(), split.end());
  }
  return out;
}

probe::TlsLine::Sender in_small_records(std::size_t fragment_bytes) {
  return [fragment_bytes, clear = true](RawConnection& raw, ByteView wire) mutable {
    Bytes out;
    for (const auto& record : records_of(wire)) {
      clear = clear && record.type == static_cast<std::uint8_t>(ContentType::handshake);
      const auto split = clear ? split_clear_records(record.whole, fragment_bytes) : Bytes{};
      const auto chosen = clear ? ByteView(split) : record.whole;
      out.insert(out.end(), chosen.begin(), chosen.end());
    }
    return raw.send(out);
  };
}

probe::TlsLine::Sender dribbling(std::size_t piece, Nanos pause) {
  return [piece, pause, first = true](RawConnection& raw, ByteView wire) mutable {
    if (!std::exchange(first, false)) return raw.send(wire);
    return raw.send_in_pieces(wire, piece, pause);
  };
}

probe::TlsLine::Sender halting(Nanos pause) {
  return [pause](RawConnection& raw, ByteView wire) {
    std::this_thread::sleep_for(pause);
    return raw.send_in_pieces(wire, (wire.size() + 1) / 2, pause);
  };
}

probe::TlsLine::Sender with_appendix(Bytes more) {
  return [more = std::move(more)](RawConnection& raw, ByteView wire) mutable {
    Bytes out(wire.begin(), wire.end());
    const auto added = std::exchange(more, {});
    out.insert(out.end(), added.begin(), added.end());
    return raw.send(out);
  };
}

}  // namespace handfast::check::tls_protocol
