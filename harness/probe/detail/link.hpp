// The transport of one probe: a socket, TLS over the sans-I/O seam when asked for, and everything
// that the peer does to either, noticed while it happens.
//
//     dial() ─► begin() ─► wait(..), send(..), wait(..) ─► close()
//
// A reader and a writer run beside the conversation. The reader never waits for the writer, so an
// alert that arrives while (or after) our write fails is still seen (chain-cases.md 1.3).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/proxy/header.hpp"
#include "core/tls/client.hpp"

namespace handfast::probe::detail {

/// Why a wait ended.
enum class Wake {
  met,       ///< the condition holds
  ended,     ///< the peer ended the connection, or our TLS client did
  deadline,  ///< neither happened in time
};

class Link {
 public:
  /// `client` null: no TLS. `drain` is how long the peer's last words are awaited after a failed
  /// write.
  Link(boost::asio::io_context& context, std::unique_ptr<tls::Client> client, Nanos drain);

  /// Connects; the error is timed_out when the deadline passes.
  boost::asio::awaitable<boost::system::error_code> dial(Endpoint endpoint, TimePoint deadline);

  /// What a peer said to ask(), and how that ended.
  struct Asked {
    boost::system::error_code error;  ///< timed_out when the deadline passed
    Bytes answer;
  };
  /// Between dial() and begin(): writes `request` bare and reads until `complete` holds.
  boost::asio::awaitable<Asked> ask(std::string request, std::function<bool(ByteView)> complete,
                                    TimePoint deadline);
  /// Between dial() and begin(): bytes that go out before TLS.
  void announce(ByteView bare) { queue(bare); }
  /// Both ends of the connection, ours as source.
  proxy::Header addresses() const;

  /// Starts to read, and the TLS handshake. `with_finished` goes out in the same write as the
  /// client's Finished (TLS 1.3), or right after the server's (TLS 1.2); empty: nothing.
  void begin(Bytes with_finished);

  /// Waits until `condition` holds; it is looked at whenever something happened.
  boost::asio::awaitable<Wake> wait(std::function<bool()> condition, TimePoint deadline);

  /// Queues application bytes; what fails is seen by the next wait.
  void send(ByteView plain);

  /// Sends close_notify, waits shortly until everything is written, and closes the socket.
  boost::asio::awaitable<void> close(TimePoint deadline);

  bool handshake_done() const { return handshake_done_; }
  bool finished_flight_sent() const { return with_finished_sent_; }
  /// Application bytes that arrived and were not taken yet; the caller removes what it takes.
  Bytes& inbox() { return inbox_; }
  /// The first bytes that arrived on the socket, at most 64: evidence when they are no TLS.
  const Bytes& first_bytes() const { return first_bytes_; }
  const tls::Client* tls() const { return client_.get(); }

  bool peer_closed() const { return close_notify_; }  ///< close_notify arrived
  bool reset() const;                                 ///< the transport was reset
  bool fin() const { return fin_; }                   ///< end of stream, orderly
  bool tls_failed() const { return tls_failed_; }     ///< Client::failure() says why
  std::optional<int> socket_error() const;            ///< errno of read or write
  bool write_failed_before_alert() const { return lost_write_; }

 private:
  boost::asio::awaitable<void> read_loop();
  boost::asio::awaitable<void> write_loop();
  void take(ByteView received);
  void transport_ended(boost::system::error_code error);
  void absorb();
  void queue(ByteView wire);
  void notify();
  bool over() const { return close_notify_ || fin_ || read_error_ || tls_failed_; }

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer news_;
  std::unique_ptr<tls::Client> client_;
  Nanos drain_;

  tls::Output output_;
  Bytes with_finished_, inbox_, first_bytes_, outbox_;
  bool writing_ = false;
  bool closing_ = false;
  bool handshake_done_ = false;
  bool with_finished_sent_ = false;
  bool close_notify_ = false;
  bool fin_ = false;
  bool tls_failed_ = false;
  bool lost_write_ = false;
  boost::system::error_code read_error_, write_error_;
  std::optional<TimePoint> write_failed_at_;
};

}  // namespace handfast::probe::detail
