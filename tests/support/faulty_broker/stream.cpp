#include "tests/support/faulty_broker/stream.hpp"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace handfast::test::faulty {

namespace {

constexpr std::size_t chunk_bytes = std::size_t{16} << 10U;
constexpr std::size_t stalling_bytes = 1024;
constexpr auto drain_time = std::chrono::milliseconds(500);
constexpr auto tick = std::chrono::milliseconds(20);

int milliseconds_until(TimePoint deadline) {
  using std::chrono::milliseconds;
  constexpr milliseconds longest = std::chrono::hours(1);
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp(left, milliseconds(0), longest).count());
}

}  // namespace

Stream::Stream(broker::Descriptor socket, World& world)
    : world_(world), socket_(std::move(socket)), failures_before_(world.failures) {}

Stream::Ready Stream::wait(TimePoint deadline, int bell, bool writing) {
  const bool shares_failures = world_.defects.failure_closes_others;
  for (;;) {
    std::array<pollfd, 3> fds{
        pollfd{socket_.get(), static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0},
        pollfd{world_.stopped.get(), POLLIN, 0}, pollfd{bell, POLLIN, 0}};
    const auto until = shares_failures ? std::min(deadline, Clock::now() + tick) : deadline;
    poll(fds.data(), fds.size(), milliseconds_until(until));
    if (fds[1].revents != 0) return Ready::stopped;
    if (shares_failures && world_.failures != failures_before_) return Ready::stopped;
    if (fds[0].revents != 0) return Ready::socket;
    if (fds[2].revents != 0) return Ready::bell;
    if (Clock::now() >= deadline) return Ready::timeout;
  }
}

Bytes Stream::peek(std::size_t count, TimePoint deadline) {
  Bytes bytes(count);
  for (;;) {
    const auto got = recv(socket_.get(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    if (got > 0 && static_cast<std::size_t>(got) == count) return bytes;
    if (got == 0 || (got < 0 && errno != EAGAIN)) return {};
    if (wait(deadline, -1, false) != Ready::socket) return {};
    // What lies there already wakes poll at once: no reason to spin.
    if (got > 0) poll(nullptr, 0, static_cast<int>(tick.count()));
  }
}

Bytes Stream::peek_beyond(std::size_t count, TimePoint deadline) {
  constexpr std::size_t most = std::size_t{128} << 10U;
  Bytes bytes(most);
  for (;;) {
    const auto got = recv(socket_.get(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    if (got > 0 && static_cast<std::size_t>(got) > count) {
      bytes.resize(static_cast<std::size_t>(got));
      return bytes;
    }
    if (got == 0 || (got < 0 && errno != EAGAIN)) return {};
    if (wait(deadline, -1, false) != Ready::socket) return {};
    if (got <= 0) continue;
    // What was peeked at keeps the socket readable, so the deadline does not show in wait().
    if (Clock::now() >= deadline) return {};
    poll(nullptr, 0, static_cast<int>(tick.count()));
  }
}

void Stream::skip(std::size_t count) {
  Bytes taken(count);
  recv(socket_.get(), taken.data(), taken.size(), MSG_DONTWAIT);
}

Got Stream::handshake(std::shared_ptr<const TlsContext> context, TimePoint deadline, Bytes& early) {
  context_ = std::move(context);
  ssl_.reset(SSL_new(context_->ssl.get()));
  set_notes(ssl_.get(), &notes_);
  SSL_set_accept_state(ssl_.get());
  // Reads from the socket, writes to memory: what is sent, and when, is ours to decide.
  SSL_set0_rbio(ssl_.get(), BIO_new_socket(socket_.get(), BIO_NOCLOSE));
  SSL_set0_wbio(ssl_.get(), BIO_new(BIO_s_mem()));
  for (;;) {
    ERR_clear_error();
    int result = 0;
    const bool early_open = read_early_data(early, result);
    if (!early_open) result = SSL_do_handshake(ssl_.get());
    const bool at_once = world_.defects.acts_on_early_data_at_once && !early.empty();
    if ((!early_open && result == 1) || at_once) {
      flush();
      established_ = true;
      return Got::data;
    }
    if (const auto got = tls_error(result); got != Got::timeout) {
      broken_ = true;
      if (world_.defects.hangs_after_bad_tls && got == Got::failed) drain(Clock::time_point::max());
      if (!world_.defects.rejects_without_alert) flush();
      return got;
    }
    flush();
    switch (wait(deadline, -1, !wire_.empty())) {
      case Ready::timeout:
        return Got::timeout;
      case Ready::stopped:
        return Got::stopped;
      default:
        break;
    }
  }
}

/// True while more early data may come; `result` is then libssl's answer.
bool Stream::read_early_data(Bytes& early, int& result) {
  const auto& d = world_.defects;
  if ((!d.accepts_early_data && !d.acts_on_early_data_at_once) || early_done_) return false;
  std::array<std::uint8_t, chunk_bytes> chunk{};
  for (;;) {
    std::size_t count = 0;
    switch (SSL_read_early_data(ssl_.get(), chunk.data(), chunk.size(), &count)) {
      case SSL_READ_EARLY_DATA_SUCCESS:
        early.insert(early.end(), chunk.begin(), chunk.begin() + static_cast<long>(count));
        break;
      case SSL_READ_EARLY_DATA_FINISH:
        early.insert(early.end(), chunk.begin(), chunk.begin() + static_cast<long>(count));
        early_done_ = true;
        return false;
      default:
        result = -1;
        return true;
    }
  }
}

Got Stream::read(Bytes& out, TimePoint deadline, int bell) {
  for (;;) {
    if (!must_wait_) {
      const auto got = read_some(out);
      if (got != Got::timeout) return got;
    }
    flush();
    must_wait_ = false;
    switch (wait(deadline, bell, !wire_.empty())) {
      case Ready::timeout:
        return Got::timeout;
      case Ready::stopped:
        return Got::stopped;
      case Ready::bell:
        return Got::bell;
      case Ready::socket:
        break;
    }
  }
}

/// What there is now; `timeout` for nothing.
Got Stream::read_some(Bytes& out) {
  if (ssl_) return read_tls(out);
  std::array<std::uint8_t, chunk_bytes> chunk{};
  const auto got = recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got > 0) {
    out.insert(out.end(), chunk.begin(), chunk.begin() + got);
    return Got::data;
  }
  return got < 0 && errno == EAGAIN ? Got::timeout : Got::truncated;
}

Got Stream::read_tls(Bytes& out) {
  if (ended_) return *ended_;
  const auto& d = world_.defects;
  const bool stalls = d.stalls_with_pending_data;
  const bool one_record =
      stalls || d.needs_packet_in_one_read || d.ws_header_in_one_read || d.ws_request_in_one_read;
  const auto before = out.size();
  std::array<std::uint8_t, chunk_bytes> chunk{};
  for (;;) {
    ERR_clear_error();
    const int got = SSL_read(ssl_.get(), chunk.data(),
                             static_cast<int>(stalls ? stalling_bytes : chunk.size()));
    if (notes_.key_updated && world_.defects.dies_of_key_update) {
      broken_ = true;
      return Got::failed;
    }
    constexpr std::size_t much_padding = 1000;
    if (d.dies_of_padding && got > 0 &&
        notes_.record_bytes > static_cast<std::size_t>(got) + much_padding) {
      broken_ = true;
      return Got::failed;
    }
    if (got <= 0) {
      auto why = tls_error(got);
      if (why == Got::end && d.reads_behind_close_notify) {
        SSL_set_shutdown(ssl_.get(), SSL_get_shutdown(ssl_.get()) & ~SSL_RECEIVED_SHUTDOWN);
        why = Got::timeout;
      }
      if (why == Got::failed || why == Got::truncated) broken_ = true;
      if (d.rejects_without_alert && why == Got::failed) BIO_reset(SSL_get_wbio(ssl_.get()));
      if (d.hangs_after_bad_tls && why == Got::failed) drain(Clock::time_point::max());
      if (out.size() == before) return why;
      if (why != Got::timeout) ended_ = why;  // told by the next call
      return Got::data;
    }
    out.insert(out.end(), chunk.begin(), chunk.begin() + got);
    must_wait_ = stalls;
    if (one_record) return Got::data;
  }
}

/// Why libssl did not go on: `timeout` when it wants to read more.
Got Stream::tls_error(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Got::timeout;
    case SSL_ERROR_ZERO_RETURN:
      return Got::end;
    case SSL_ERROR_SYSCALL:
      return Got::truncated;
    default:
      return ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? Got::truncated
                                                                                    : Got::failed;
  }
}

void Stream::write(ByteView plain) {
  if (!ssl_) {
    wire_.insert(wire_.end(), plain.begin(), plain.end());
  } else if (!plain.empty()) {
    SSL_write(ssl_.get(), plain.data(), static_cast<int>(plain.size()));
  }
  flush();
}

void Stream::flush() {
  if (ssl_) {
    std::array<std::uint8_t, chunk_bytes> chunk{};
    int got = 0;
    while ((got = BIO_read(SSL_get_wbio(ssl_.get()), chunk.data(), chunk.size())) > 0) {
      wire_.insert(wire_.end(), chunk.begin(), chunk.begin() + got);
    }
  }
  if (wire_.empty()) return;
  const auto sent = send(socket_.get(), wire_.data(), wire_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) {
    wire_.erase(wire_.begin(), wire_.begin() + sent);
  } else if (sent < 0 && errno != EAGAIN) {
    wire_.clear();  // nobody reads it any more
  }
}

void Stream::close() {
  if (ssl_ && established_ && !broken_ && !world_.defects.no_close_notify) {
    SSL_shutdown(ssl_.get());
  }
  if (!ssl_ || established_) flush();
  const auto deadline = Clock::now() + drain_time;
  while (!wire_.empty() && wait(deadline, -1, true) == Ready::socket) {
    const auto before = wire_.size();
    flush();
    if (wire_.size() == before) drain(Clock::now());
  }
  shutdown(socket_.get(), SHUT_WR);
  drain(deadline);
  socket_.close();
}

void Stream::drain(TimePoint deadline) {
  std::array<std::uint8_t, chunk_bytes> chunk{};
  for (;;) {
    const auto got = recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return;
    if (Clock::now() >= deadline) return;
    if (got < 0 && wait(deadline, -1, false) != Ready::socket) return;
  }
}

void Stream::abort() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  socket_.close();
}

}  // namespace handfast::test::faulty
