#include "core/tls/span_bio.hpp"

#include <algorithm>
#include <cstring>

namespace handfast::tls {

namespace {

SpanPipe& pipe_of(BIO* bio) { return *static_cast<SpanPipe*>(BIO_get_data(bio)); }

int span_read(BIO* bio, char* into, int size) {
  auto& pipe = pipe_of(bio);
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  if (pipe.in.empty()) {
    if (pipe.ended) return 0;
    BIO_set_retry_read(bio);
    return -1;
  }
  const auto count = std::min(pipe.in.size(), static_cast<std::size_t>(size));
  std::memcpy(into, pipe.in.data(), count);
  // The rest of a datagram that did not fit is lost, as with recv().
  pipe.in = pipe.datagrams ? ByteView{} : pipe.in.subspan(count);
  return static_cast<int>(count);
}

int span_write(BIO* bio, const char* from, int size) {
  auto& pipe = pipe_of(bio);
  BIO_clear_retry_flags(bio);
  if (size <= 0 || pipe.out == nullptr) return 0;
  auto& wire = pipe.out->wire;
  wire.insert(wire.end(), from, from + size);
  if (pipe.datagrams) pipe.out->borders.push_back(wire.size());
  return size;
}

long span_ctrl(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP:
      return 1;
    case BIO_CTRL_EOF:
      return pipe_of(bio).ended && pipe_of(bio).in.empty() ? 1 : 0;
    case BIO_CTRL_PENDING:
      return static_cast<long>(pipe_of(bio).in.size());
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return pipe_of(bio).mtu;
    case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD:
    case BIO_CTRL_DGRAM_MTU_EXCEEDED:
    default:
      return 0;
  }
}

BIO_METHOD* span_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "handfast span");
    BIO_meth_set_read(made, span_read);
    BIO_meth_set_write(made, span_write);
    BIO_meth_set_ctrl(made, span_ctrl);
    return made;
  }();
  return method;
}

}  // namespace

BioPtr make_span_bio(SpanPipe& pipe) {
  BioPtr bio(BIO_new(span_method()));
  if (bio) {
    BIO_set_data(bio.get(), &pipe);
    BIO_set_init(bio.get(), 1);
  }
  return bio;
}

}  // namespace handfast::tls
