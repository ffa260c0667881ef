// DTLS on libssl: its retransmission timer, and the counts of what crosses the wire.
#include <openssl/err.h>

#include <algorithm>

#include "core/tls/libssl_client.hpp"

namespace handfast::tls {

namespace {

constexpr std::uint16_t ip_and_udp_bytes = 28;  // IPv4 without options, and UDP

/// libssl takes a timer that has less than 15 ms left for expired, so ours never fires before its.
constexpr Nanos behind_libssl = std::chrono::microseconds(500);

unsigned timer_callback(SSL* ssl, unsigned current_us) {
  return static_cast<LibsslClient*>(SSL_get_app_data(ssl))->next_timeout_us(current_us);
}

}  // namespace

Result<void> LibsslClient::set_datagrams(const DatagramSettings& settings) {
  dtls_ = std::make_unique<Dtls>();
  pipe_.mtu = static_cast<std::uint16_t>(settings.mtu - ip_and_udp_bytes);
  // Else libssl asks the transport, which knows no path, and falls back to 256 bytes.
  SSL_set_options(ssl_.get(), SSL_OP_NO_QUERY_MTU);
  if (SSL_set_mtu(ssl_.get(), pipe_.mtu) == 0)
    return openssl_problem(ProblemKind::usage, "the MTU is not usable for DTLS");
  DTLS_set_timer_cb(ssl_.get(), timer_callback);
  return {};
}

std::optional<TimePoint> LibsslClient::next_deadline() const {
  return dtls_ ? dtls_->deadline : std::nullopt;
}

void LibsslClient::on_deadline(TimePoint now, Output& out) {
  if (!dtls_ || state_ != State::handshaking || !dtls_->deadline || now < *dtls_->deadline) return;
  const auto borders = out.borders.size();
  pipe_.out = &out;
  ERR_clear_error();
  const int retransmitted = static_cast<int>(DTLSv1_handle_timeout(ssl_.get()));
  if (retransmitted < 0) fail(SSL_ERROR_SSL, out);
  pipe_.out = nullptr;
  dtls_->sent_last = true;  // the same flight again, whatever came of the peer's
  note_datagrams_out(borders, out);
}

unsigned LibsslClient::next_timeout_us(unsigned current) {
  using std::chrono::microseconds;
  const DatagramSettings& settings = *shared_.datagrams;
  const auto us = [](Nanos time) {
    return static_cast<unsigned>(std::chrono::duration_cast<microseconds>(time).count());
  };
  if (current == 0) return us(settings.first_timeout);
  ++dtls_->facts.retransmits;
  return static_cast<unsigned>(
      std::min(2 * std::uint64_t{current}, std::uint64_t{us(settings.longest_timeout)}));
}

/// Counts a datagram; false for one that libssl is better not shown.
bool LibsslClient::takes_datagram(ByteView datagram) {
  DatagramFacts& facts = dtls_->facts;
  ++facts.datagrams_received;
  facts.bytes_received += datagram.size();
  if (!holds_records(datagram)) {
    ++facts.malformed;
    return false;
  }
  if (state_ != State::handshaking) return true;
  facts.beyond_cookie = facts.beyond_cookie || !is_hello_verify(datagram);
  if (dtls_->sent_last) ++facts.flights_received;
  dtls_->sent_last = false;
  return true;
}

/// Counts what a step added to `out`, and sees how long to wait for an answer now.
void LibsslClient::note_datagrams_out(std::size_t borders_before, const Output& out) {
  DatagramFacts& facts = dtls_->facts;
  const std::size_t count = out.borders.size() - borders_before;
  if (count > 0) {
    const std::size_t begin = borders_before == 0 ? 0 : out.borders[borders_before - 1];
    if (facts.datagrams_sent == 0) dtls_->begin = shared_.datagrams->clock();
    facts.datagrams_sent += count;
    facts.bytes_sent += out.borders.back() - begin;
    const bool handshaking = state_ == State::handshaking || dtls_->deadline;
    if (handshaking && !dtls_->sent_last) {
      ++facts.flights_sent;
      dtls_->sent_last = true;
    }
  }
  watch_timer();
}

void LibsslClient::watch_timer() {
  dtls_->deadline.reset();
  timeval left{};
  if (state_ != State::handshaking || DTLSv1_get_timeout(ssl_.get(), &left) != 1) return;
  const Nanos wait = std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec);
  dtls_->deadline = shared_.datagrams->clock() + wait + behind_libssl;
}

void LibsslClient::note_hello_verify() {
  DatagramFacts& facts = dtls_->facts;
  if (facts.cookie) return;
  facts.cookie = true;
  facts.cookie_time = shared_.datagrams->clock() - dtls_->begin;
}

}  // namespace handfast::tls
