#include "core/tls/native/record_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace handfast::tls::native {

namespace {

std::size_t body_bytes(ByteView header) {
  return static_cast<std::size_t>(header[3]) << 8 | header[4];
}

/// legacy_record_version "MUST be ignored for all purposes", but its first byte is how a peer that
/// speaks no TLS at all is known.
Checked<void> check_header(ByteView header) {
  const auto type = header[0];
  if (type < static_cast<std::uint8_t>(ContentType::change_cipher_spec) ||
      type > static_cast<std::uint8_t>(ContentType::application_data)) {
    return refuse(AlertDescription::unexpected_message,
                  fmt::format("record: content type {} does not exist (RFC 8446 5.1)", type));
  }
  if (header[1] != 3) {
    return refuse(AlertDescription::unexpected_message,
                  fmt::format("record: version 0x{:02x}{:02x} is not TLS (RFC 8446 5.1)", header[1],
                              header[2]));
  }
  const bool may_be_protected = type == static_cast<std::uint8_t>(ContentType::application_data);
  if (body_bytes(header) > (may_be_protected ? max_cipher_bytes : max_plain_bytes)) {
    return refuse(
        AlertDescription::record_overflow,
        fmt::format("record: {} bytes, more than 2^14{} (RFC 8446 5.{})", body_bytes(header),
                    may_be_protected ? " + 256" : "", may_be_protected ? 2 : 1));
  }
  return {};
}

Record as_record(ByteView bytes) {
  return {static_cast<ContentType>(bytes[0]), bytes.first(record_header_bytes),
          bytes.subspan(record_header_bytes)};
}

/// Takes from `in` what `partial` lacks to have `size` bytes; true when it has them.
bool top_up(Bytes& partial, ByteView& in, std::size_t size) {
  const std::size_t count = std::min(in.size(), size - partial.size());
  partial.insert(partial.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(count));
  in = in.subspan(count);
  return partial.size() == size;
}

bool is_whole(ByteView bytes) {
  return bytes.size() >= record_header_bytes &&
         bytes.size() == record_header_bytes + body_bytes(bytes);
}

Checked<std::optional<Record>> complete(Bytes& partial, ByteView& in) {
  if (partial.size() < record_header_bytes && !top_up(partial, in, record_header_bytes)) {
    return std::nullopt;
  }
  if (auto fine = check_header(partial); !fine) return fine.error();
  if (!top_up(partial, in, record_header_bytes + body_bytes(partial))) return std::nullopt;
  return as_record(partial);
}

}  // namespace

Checked<std::optional<Record>> next_record(Bytes& partial, ByteView& in) {
  if (is_whole(partial)) partial.clear();  // the one that was handed out before
  if (in.empty()) return std::nullopt;
  if (!partial.empty() || in.size() < record_header_bytes) return complete(partial, in);
  if (auto fine = check_header(in); !fine) return fine.error();
  const std::size_t size = record_header_bytes + body_bytes(in);
  if (in.size() < size) return complete(partial, in);
  const ByteView bytes = in.first(size);
  in = in.subspan(size);
  return as_record(bytes);
}

}  // namespace handfast::tls::native
