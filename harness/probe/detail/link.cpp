#include "harness/probe/detail/link.hpp"

#include <algorithm>
#include <array>
#include <boost/asio.hpp>

namespace handfast::probe::detail {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t first_bytes_kept = 64;

}  // namespace

Link::Link(asio::io_context& context, std::unique_ptr<tls::Client> client, Nanos drain)
    : context_(context),
      socket_(context),
      resolver_(context),
      news_(context),
      client_(std::move(client)),
      drain_(drain) {}

asio::awaitable<error_code> Link::dial(Endpoint endpoint, TimePoint deadline) {
  bool late = false;
  asio::steady_timer alarm(context_, deadline);
  alarm.async_wait([this, &late](error_code cancelled) {
    if (cancelled) return;
    late = true;
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
  });

  error_code error;
  const auto literal = asio::ip::make_address(endpoint.host, error);
  if (!error) {
    std::tie(error) =
        co_await socket_.async_connect(tcp::endpoint(literal, endpoint.port), as_values);
  } else {
    auto [unresolved, found] =
        co_await resolver_.async_resolve(endpoint.host, std::to_string(endpoint.port), as_values);
    error = unresolved;
    for (const auto& candidate : found) {
      if (late) break;
      error_code ignored;
      socket_.close(ignored);
      std::tie(error) = co_await socket_.async_connect(candidate.endpoint(), as_values);
      if (!error) break;
    }
  }
  // The handler refers to this frame: let it run before the frame goes.
  alarm.cancel();
  co_await asio::post(context_, asio::use_awaitable);
  if (late) co_return asio::error::timed_out;
  if (!error) socket_.set_option(tcp::no_delay(true), error);
  co_return error;
}

asio::awaitable<Link::Asked> Link::ask(std::string request, std::function<bool(ByteView)> complete,
                                       TimePoint deadline) {
  bool late = false;
  asio::steady_timer alarm(context_, deadline);
  alarm.async_wait([this, &late](error_code cancelled) {
    if (cancelled) return;
    late = true;
    error_code ignored;
    socket_.close(ignored);
  });
  Asked asked;
  std::array<std::uint8_t, 4096> buffer{};
  std::size_t size = 0;
  std::tie(asked.error, size) =
      co_await asio::async_write(socket_, asio::buffer(request), as_values);
  while (!asked.error && !complete(asked.answer)) {
    std::tie(asked.error, size) = co_await socket_.async_read_some(asio::buffer(buffer), as_values);
    asked.answer.insert(asked.answer.end(), buffer.begin(),
                        buffer.begin() + static_cast<std::ptrdiff_t>(size));
  }
  // As in dial(): the handler refers to this frame.
  alarm.cancel();
  co_await asio::post(context_, asio::use_awaitable);
  if (late) asked.error = asio::error::timed_out;
  co_return asked;
}

proxy::Header Link::addresses() const {
  error_code ignored;
  const auto own = socket_.local_endpoint(ignored);
  const auto peer = socket_.remote_endpoint(ignored);
  return {.source = {own.address().to_string(), own.port()},
          .destination = {peer.address().to_string(), peer.port()}};
}

void Link::begin(Bytes with_finished) {
  with_finished_ = std::move(with_finished);
  if (client_) {
    output_.clear();
    client_->start(output_);
    absorb();
  }
  asio::co_spawn(context_, read_loop(), asio::detached);
}

asio::awaitable<Wake> Link::wait(std::function<bool()> condition, TimePoint deadline) {
  while (true) {
    if (condition()) co_return Wake::met;
    if (over()) co_return Wake::ended;
    const auto limit = write_failed_at_ ? std::min(deadline, *write_failed_at_ + drain_) : deadline;
    if (Clock::now() >= limit) co_return write_failed_at_ ? Wake::ended : Wake::deadline;
    news_.expires_at(limit);
    // Single-threaded: nothing can happen between the look at `condition` and this wait.
    co_await news_.async_wait(as_values);
  }
}

void Link::send(ByteView plain) {
  if (!client_) return queue(plain);
  output_.clear();
  client_->send(plain, output_);
  absorb();
}

asio::awaitable<void> Link::close(TimePoint deadline) {
  closing_ = true;
  if (client_ && !over()) {
    output_.clear();
    client_->close(tls::CloseStyle::close_notify, output_);
    queue(output_.wire);
  }
  while (writing_ && Clock::now() < deadline) {
    news_.expires_at(deadline);
    co_await news_.async_wait(as_values);
  }
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  socket_.close(ignored);
}

bool Link::reset() const {
  const auto is_reset = [](const error_code& error) {
    return error == asio::error::connection_reset || error == asio::error::broken_pipe;
  };
  return is_reset(read_error_) || is_reset(write_error_);
}

std::optional<int> Link::socket_error() const {
  if (read_error_) return read_error_.value();
  if (write_error_) return write_error_.value();
  return std::nullopt;
}

asio::awaitable<void> Link::read_loop() {
  std::array<std::uint8_t, 16384> buffer{};
  while (true) {
    auto [error, size] = co_await socket_.async_read_some(asio::buffer(buffer), as_values);
    if (closing_) co_return;
    if (error) {
      transport_ended(error);
      co_return;
    }
    take({buffer.data(), size});
  }
}

asio::awaitable<void> Link::write_loop() {
  while (!outbox_.empty()) {
    const Bytes chunk = std::exchange(outbox_, {});
    auto [error, size] = co_await asio::async_write(socket_, asio::buffer(chunk), as_values);
    if (error) {
      write_error_ = error;
      write_failed_at_ = Clock::now();
      lost_write_ = !client_ || !client_->facts().alert_received;
      outbox_.clear();
    }
  }
  writing_ = false;
  notify();
}

void Link::take(ByteView received) {
  const auto room = first_bytes_kept - std::min(first_bytes_kept, first_bytes_.size());
  const auto kept = received.first(std::min(room, received.size()));
  first_bytes_.insert(first_bytes_.end(), kept.begin(), kept.end());
  if (client_) {
    output_.clear();
    client_->feed(received, output_);
    absorb();
  } else {
    inbox_.insert(inbox_.end(), received.begin(), received.end());
    notify();
  }
}

void Link::transport_ended(error_code error) {
  if (error == asio::error::eof) {
    fin_ = true;
  } else {
    read_error_ = error;
  }
  if (client_) {
    output_.clear();
    client_->feed_end(output_);
    absorb();
  } else {
    notify();
  }
}

void Link::absorb() {
  // By index: send() below appends events of its own.
  for (std::size_t i = 0; i < output_.events.size(); ++i) {
    const auto event = output_.events[i];
    switch (event.kind) {
      case tls::EventKind::handshake_done:
        handshake_done_ = true;
        if (!with_finished_.empty()) with_finished_sent_ = client_->send(with_finished_, output_);
        break;
      case tls::EventKind::data:
        inbox_.insert(inbox_.end(),
                      output_.plain.begin() + static_cast<std::ptrdiff_t>(event.begin),
                      output_.plain.begin() + static_cast<std::ptrdiff_t>(event.end));
        break;
      case tls::EventKind::closed:
        close_notify_ = true;
        break;
      case tls::EventKind::failed:
        tls_failed_ = true;
        break;
      case tls::EventKind::session:
      case tls::EventKind::alert_received:
      case tls::EventKind::alert_sent:
        break;  // kept in Facts
    }
  }
  queue(output_.wire);
  notify();
}

void Link::queue(ByteView wire) {
  if (wire.empty() || write_error_) return;
  outbox_.insert(outbox_.end(), wire.begin(), wire.end());
  if (writing_) return;
  writing_ = true;
  asio::co_spawn(context_, write_loop(), asio::detached);
}

void Link::notify() { news_.cancel(); }

}  // namespace handfast::probe::detail
