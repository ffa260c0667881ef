// A TCP connection that does just what it is told: pieces with pauses, half-close, reset. Blocking,
// and every wait has a deadline. For the conversations that no TLS library would lead.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"

namespace handfast::probe {

/// How the peer ended its side.
enum class RawEnd { open, fin, reset };
std::string_view to_string(RawEnd end);

/// Sends without delay (TCP_NODELAY). Moved-from objects are closed.
class RawConnection {
 public:
  /// Environment problem when nobody answers in time.
  static Result<RawConnection> open(const Endpoint& endpoint, Nanos timeout);
  RawConnection(RawConnection&& other) noexcept;
  RawConnection& operator=(RawConnection&& other) noexcept;
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  /// Writes all of `bytes`, taking in what arrives meanwhile. False when the peer is gone or takes
  /// nothing for five seconds; what it said before is still read by await().
  bool send(ByteView bytes);
  /// `piece` bytes at a time with `pause` between them. False as send(); stops when the peer ends.
  bool send_in_pieces(ByteView bytes, std::size_t piece, Nanos pause);
  /// Reads until `enough` holds (asked whenever something arrived), the peer ends, or the deadline
  /// passes; true when it holds.
  bool await(const std::function<bool()>& enough, TimePoint deadline);
  /// Reads until the peer ends; false when the deadline passes.
  bool await_end(TimePoint deadline);

  /// Lets the system hold about that much of what arrives and is not read yet: who does not read is
  /// then felt by the peer, instead of by a buffer that grows.
  void limit_receive_buffer(int bytes) const;
  void half_close();  ///< FIN; reading goes on
  void reset();       ///< RST; nothing goes on
  void close();       ///< FIN, and nothing goes on

  /// All that has arrived and was not taken. The caller may remove what it has used.
  Bytes& received() { return received_; }
  const Bytes& received() const { return received_; }
  RawEnd end() const { return end_; }
  bool over() const { return end_ != RawEnd::open; }
  bool closed() const { return descriptor_ < 0; }  ///< by us
  TimePoint opened_at() const { return opened_at_; }
  /// When the peer ended, since opened_at(); zero while it has not.
  Nanos lived() const { return lived_; }
  bool write_failed() const { return write_failed_; }

 private:
  explicit RawConnection(int descriptor) : descriptor_(descriptor) {}
  friend std::size_t await_ends(std::span<RawConnection*>, TimePoint);
  void read_once();

  int descriptor_ = -1;
  Bytes received_;
  RawEnd end_ = RawEnd::open;
  TimePoint opened_at_ = Clock::now();
  Nanos lived_{};
  bool write_failed_ = false;
};

/// Reads from all of them at once until each has ended or the deadline passes; how many have ended.
std::size_t await_ends(std::span<RawConnection*> connections, TimePoint deadline);

}  // namespace handfast::probe
