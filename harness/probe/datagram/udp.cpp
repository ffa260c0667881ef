#include "harness/probe/datagram/udp.hpp"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace handfast::probe {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

struct UdpLine::Loop {
  asio::io_context context{1};
  asio::steady_timer timer{context};
  /// Where datagrams arrive. Not thread_local: that would be a part of every thread's stack, of
  /// which the metrics server's threads have 100 KiB.
  std::array<std::uint8_t, 65536> buffer;
};

struct UdpLine::Socket {
  explicit Socket(std::shared_ptr<Loop> own) : loop(std::move(own)) {}

  std::shared_ptr<Loop> loop;
  udp::socket socket{loop->context};
  bool refused = false;

  /// False on an error, which ICMP may have brought.
  bool note(const error_code& error) {
    refused = refused || error == asio::error::connection_refused;
    return !error;
  }

  /// True when there is something to read by `deadline`.
  bool await_readable(TimePoint deadline) {
    bool readable = false;
    loop->context.restart();
    socket.async_wait(udp::socket::wait_read, [&](error_code error) {
      readable = !error;
      loop->timer.cancel();
    });
    loop->timer.expires_at(deadline);
    loop->timer.async_wait([&](error_code error) {
      error_code ignored;
      if (!error) socket.cancel(ignored);
    });
    loop->context.run();
    return readable;
  }
};

namespace {

/// Our ports that a peer has seen in this process.
class SeenPorts {
 public:
  /// True the first time that `port` is used towards `peer`.
  bool take(const udp::endpoint& peer, std::uint16_t port) {
    const std::scoped_lock lock(mutex_);
    return seen_.emplace(peer, port).second;
  }

 private:
  std::mutex mutex_;
  std::set<std::pair<udp::endpoint, std::uint16_t>> seen_;
};

/// Connects `socket` from a port that `peer` has not seen yet, if the system has one in some tries:
/// the ports that it chooses come again after a while.
void connect_anew(udp::socket& socket, const udp::endpoint& peer, error_code& error) {
  static SeenPorts ports;
  constexpr std::size_t most_tries = 64;
  std::vector<udp::socket> held;  // so that the system chooses others
  while (true) {
    socket.connect(peer, error);
    if (error && !held.empty()) {  // the system has no other
      socket = std::move(held.back());
      error.clear();
      return;
    }
    if (error || ports.take(peer, socket.local_endpoint().port())) return;
    if (held.size() == most_tries) return;
    udp::socket other(socket.get_executor());
    other.open(peer.protocol(), error);
    if (error) {
      error.clear();  // no descriptor is left for another try
      return;
    }
    held.push_back(std::exchange(socket, std::move(other)));
  }
}

}  // namespace

std::shared_ptr<UdpLine::Loop> UdpLine::make_loop() { return std::make_shared<Loop>(); }

UdpLine::UdpLine(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}
UdpLine::UdpLine(UdpLine&&) noexcept = default;
UdpLine& UdpLine::operator=(UdpLine&&) noexcept = default;
UdpLine::~UdpLine() = default;

Result<UdpLine> UdpLine::open(const Endpoint& endpoint, const LocalAddress& local,
                              std::shared_ptr<Loop> loop) {
  if (!loop) loop = make_loop();
  auto made = std::make_unique<Socket>(loop);
  error_code error;
  udp::resolver resolver(loop->context);
  const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port), error);
  if (error) return environment_problem(error.message(), endpoint.authority());
  const udp::endpoint peer = *found.begin();
  const bool chosen = !local.host.empty() || local.port != 0;
  made->socket.open(peer.protocol(), error);
  if (!error && chosen) {
    const auto address = local.host.empty() ? udp::endpoint(peer.protocol(), 0).address()
                                            : asio::ip::make_address(local.host, error);
    if (!error) made->socket.bind({address, local.port}, error);
  }
  if (error) {
    return environment_problem("no datagrams from there: " + error.message(),
                               local.host + ":" + std::to_string(local.port));
  }
  if (chosen) {
    made->socket.connect(peer, error);
  } else {
    connect_anew(made->socket, peer, error);
  }
  if (!error) made->socket.non_blocking(true, error);
  if (error) return environment_problem(error.message(), endpoint.authority());
  return UdpLine(std::move(made));
}

bool UdpLine::send(ByteView datagram) {
  error_code error;
  const auto buffer = asio::buffer(datagram.data(), datagram.size());
  // What ICMP said of an earlier datagram is told once, in place of sending this one.
  socket_->socket.send(buffer, 0, error);
  if (error == asio::error::connection_refused) {
    socket_->note(error);
    error.clear();
    socket_->socket.send(buffer, 0, error);
  }
  return socket_->note(error);
}

std::optional<Bytes> UdpLine::receive(TimePoint deadline) {
  auto& buffer = socket_->loop->buffer;
  while (true) {
    error_code error;
    const auto count = socket_->socket.receive(asio::buffer(buffer), 0, error);
    if (!error) return Bytes(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
    if (error != asio::error::would_block) {
      socket_->note(error);
      return std::nullopt;
    }
    if (!socket_->await_readable(deadline)) return std::nullopt;
  }
}

bool UdpLine::refused() const { return socket_->refused; }

LocalAddress UdpLine::local() const {
  error_code error;
  const auto bound = socket_->socket.local_endpoint(error);
  if (error) return {};
  return {.host = bound.address().to_string(), .port = bound.port()};
}

}  // namespace handfast::probe
