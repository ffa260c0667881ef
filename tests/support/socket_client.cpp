#include "tests/support/socket_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace handfast::test {

namespace {

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

SocketClient::SocketClient(tls::Engine& engine, std::uint16_t port, Options options)
    : options_(std::move(options)), client_(engine.make_client(options_.connection).value()) {
  fd_ = connect_to(port);
  if (options_.early.empty()) {
    client_->start(out_);
  } else {
    client_->start_with_early_data(as_bytes(options_.early), out_);
  }
  flush();
}

SocketClient::~SocketClient() { ::close(fd_); }

bool SocketClient::flush() {
  std::size_t sent = 0;
  while (sent < out_.wire.size()) {
    const auto count = ::send(fd_, out_.wire.data() + sent, out_.wire.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) break;
    sent += static_cast<std::size_t>(count);
  }
  const bool all = sent == out_.wire.size();
  out_.wire.clear();
  return all;
}

bool SocketClient::pump(const std::function<bool()>& enough) {
  const auto deadline = std::chrono::steady_clock::now() + options_.patience;
  Bytes buffer(options_.most_read);
  while (!enough()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    if (ended_ || failed_ || left.count() <= 0 ||
        poll(&ready, 1, static_cast<int>(left.count())) != 1) {
      return false;
    }
    const auto count = read(fd_, buffer.data(), buffer.size());
    out_.clear();
    if (count <= 0) {
      ended_ = true;
      client_->feed_end(out_);
    } else {
      client_->feed(ByteView(buffer).first(static_cast<std::size_t>(count)), out_);
    }
    for (const auto& event : out_.events) {
      done_ = done_ || event.kind == tls::EventKind::handshake_done;
      failed_ = failed_ || event.kind == tls::EventKind::failed;
      ended_ = ended_ || event.kind == tls::EventKind::closed;
      // Several may have arrived at once; the client keeps the newest.
      if (event.kind != tls::EventKind::session) continue;
      if (auto fresh = client_->take_session()) session_ = std::move(fresh);
    }
    received_ += as_text(out_.plain);
    flush();
  }
  return true;
}

bool SocketClient::handshake() {
  return pump([this] { return done_; });
}

bool SocketClient::send(std::string_view text) {
  out_.clear();
  return client_->send(as_bytes(text), out_) && flush();
}

std::string SocketClient::receive(std::size_t size) {
  pump([this, size] { return received_.size() >= size; });
  const std::string text = received_.substr(0, size);
  received_.erase(0, text.size());
  return text;
}

std::shared_ptr<const tls::Session> SocketClient::session() {
  pump([this] { return session_ != nullptr; });
  return session_;
}

void SocketClient::close() {
  out_.clear();
  client_->close(tls::CloseStyle::close_notify, out_);
  flush();
  shutdown(fd_, SHUT_WR);
}

std::string SocketClient::trouble() const {
  const auto& failure = client_->failure();
  if (failure.cause != tls::Cause::none) {
    return failure.detail + ", alert " + tls::to_string(failure.alert);
  }
  return ended_ ? "ended" : "timeout";
}

}  // namespace handfast::test
