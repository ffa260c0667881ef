#include "harness/probe/deflate.hpp"

#include <algorithm>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>

namespace handfast::probe {

namespace {

namespace zlib = boost::beast::zlib;

constexpr std::size_t piece_bytes = std::size_t{64} << 10U;
constexpr std::uint8_t tail[] = {0x00, 0x00, 0xff, 0xff};

/// Appends what `piece` becomes.
void deflate_piece(zlib::deflate_stream& stream, ByteView piece, zlib::Flush flush, Bytes& out) {
  Bytes room(piece_bytes);
  zlib::z_params step;
  step.next_in = piece.data();
  step.avail_in = piece.size();
  do {
    step.next_out = room.data();
    step.avail_out = room.size();
    boost::system::error_code error;
    stream.write(step, flush, error);
    out.insert(out.end(), room.begin(), room.end() - static_cast<std::ptrdiff_t>(step.avail_out));
    if (error) break;  // need_buffers: nothing is left to do
  } while (step.avail_out == 0);
}

void cut_tail(Bytes& out) {
  if (out.size() >= std::size(tail)) out.resize(out.size() - std::size(tail));
}

}  // namespace

Bytes deflated(ByteView message) {
  zlib::deflate_stream stream;
  Bytes out;
  deflate_piece(stream, message, zlib::Flush::sync, out);
  cut_tail(out);
  return out;
}

Bytes deflated_zeros(std::size_t count) {
  const Bytes zeros(piece_bytes);
  zlib::deflate_stream stream;
  Bytes out;
  while (count > 0) {
    const auto piece = std::min(count, zeros.size());
    count -= piece;
    deflate_piece(stream, ByteView(zeros).first(piece),
                  count == 0 ? zlib::Flush::sync : zlib::Flush::none, out);
  }
  cut_tail(out);
  return out;
}

std::optional<Bytes> inflated(ByteView message) {
  Bytes whole(message.begin(), message.end());
  whole.insert(whole.end(), std::begin(tail), std::end(tail));
  Bytes out(piece_bytes);
  zlib::inflate_stream stream;
  zlib::z_params step;
  step.next_in = whole.data();
  step.avail_in = whole.size();
  step.next_out = out.data();
  step.avail_out = out.size();
  boost::system::error_code error;
  stream.write(step, zlib::Flush::sync, error);
  if (error || step.avail_out == 0) return std::nullopt;
  out.resize(out.size() - step.avail_out);
  return out;
}

}  // namespace handfast::probe
