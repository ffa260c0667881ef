// One accepted connection as a stream of bytes, with or without TLS: waits with poll, never longer
// than it is told.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/tls/openssl.hpp"
#include "tests/support/faulty_broker/world.hpp"

namespace handfast::test::faulty {

enum class Got : std::uint8_t {
  data,
  end,        ///< close_notify
  truncated,  ///< FIN or reset without one
  failed,     ///< TLS is broken
  timeout,
  bell,     ///< somebody rang
  stopped,  ///< the broker stops, or a defect of another connection ends this one
};

class Stream {
 public:
  Stream(broker::Descriptor socket, World& world);

  /// Bytes that lie ready, without taking them; waits until there are `count` or `deadline`.
  Bytes peek(std::size_t count, TimePoint deadline);

  /// The same for more than `count` of them, all that there are.
  Bytes peek_beyond(std::size_t count, TimePoint deadline);
  /// Takes `count` bytes that were peeked at.
  void skip(std::size_t count);

  /// TLS as a server. `data` when it is done; `early` then holds early data that was let in.
  Got handshake(std::shared_ptr<const TlsContext> context, TimePoint deadline, Bytes& early);
  /// Appends what there is to `out`; waits for something until `deadline`. `bell` is polled as well
  /// when it is not negative.
  Got read(Bytes& out, TimePoint deadline, int bell = -1);
  /// Encrypts, and sends what the socket takes; the rest goes with later calls.
  void write(ByteView plain);
  /// Bytes that the socket did not take yet.
  std::size_t unsent() const { return wire_.size(); }

  /// Reads and throws away until the peer has closed, or `deadline`.
  void drain(TimePoint deadline);

  /// Sends what is left, close_notify where TLS runs, FIN; then waits a little for the peer's, so
  /// that nothing that was sent is lost in a reset.
  void close();
  /// Reset: what was sent may be lost.
  void abort();

  bool encrypted() const { return ssl_ != nullptr; }
  bool established() const { return established_; }
  SSL* ssl() const { return ssl_.get(); }
  const PeerNotes& notes() const { return notes_; }

 private:
  enum class Ready : std::uint8_t { socket, bell, timeout, stopped };
  Ready wait(TimePoint deadline, int bell, bool writing);
  Got read_some(Bytes& out);
  Got read_tls(Bytes& out);
  Got tls_error(int result);
  bool read_early_data(Bytes& early, int& result);
  void flush();

  World& world_;
  broker::Descriptor socket_;
  std::shared_ptr<const TlsContext> context_;
  PeerNotes notes_;
  tls::SslPtr ssl_;
  Bytes wire_;
  std::uint64_t failures_before_;
  bool established_ = false;
  bool broken_ = false;  ///< no close_notify any more
  std::optional<Got> ended_;
  bool early_done_ = false;
  bool must_wait_ = false;  ///< stalls_with_pending_data
};

}  // namespace handfast::test::faulty
