#include "harness/probe/raw.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <thread>
#include <vector>

namespace handfast::probe {

namespace {

constexpr auto write_patience = std::chrono::seconds(5);

/// For poll(2): rounded up, so that nothing spins in the last millisecond; never negative.
int milliseconds_until(TimePoint deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left, 0, 60'000));
}

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<AddressList> resolve(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const auto port = std::to_string(endpoint.port);
  const int error = getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) return environment_problem(gai_strerror(error), endpoint.authority());
  return AddressList(found, &freeaddrinfo);
}

/// errno of the attempt; 0: connected.
int connect_in_time(int descriptor, const addrinfo& address, TimePoint deadline) {
  if (connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd wanted{descriptor, POLLOUT, 0};
  while (true) {
    const int ready = poll(&wanted, 1, milliseconds_until(deadline));
    if (ready > 0) break;
    if (ready < 0 && errno != EINTR) return errno;
    if (Clock::now() >= deadline) return ETIMEDOUT;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

std::string_view to_string(RawEnd end) {
  switch (end) {
    case RawEnd::open:
      return "open";
    case RawEnd::fin:
      return "FIN";
    case RawEnd::reset:
      return "RST";
  }
  return "unknown";
}

Result<RawConnection> RawConnection::open(const Endpoint& endpoint, Nanos timeout) {
  const auto deadline = Clock::now() + timeout;
  auto addresses = resolve(endpoint);
  if (!addresses) return addresses.error();
  int error = 0;
  for (const auto* at = addresses->get(); at != nullptr; at = at->ai_next) {
    const int descriptor =
        socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);
    if (descriptor < 0) {
      error = errno;
      continue;
    }
    RawConnection connection(descriptor);
    error = connect_in_time(descriptor, *at, deadline);
    if (error != 0) continue;
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection.opened_at_ = Clock::now();
    return connection;
  }
  return environment_problem("cannot connect: " + errno_text(error), endpoint.authority());
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      received_(std::move(other.received_)),
      end_(other.end_),
      opened_at_(other.opened_at_),
      lived_(other.lived_),
      write_failed_(other.write_failed_) {}

RawConnection& RawConnection::operator=(RawConnection&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  received_ = std::move(other.received_);
  end_ = other.end_;
  opened_at_ = other.opened_at_;
  lived_ = other.lived_;
  write_failed_ = other.write_failed_;
  return *this;
}

RawConnection::~RawConnection() { close(); }

bool RawConnection::send(ByteView bytes) {
  auto give_up = Clock::now() + write_patience;
  while (!bytes.empty() && !write_failed_ && descriptor_ >= 0) {
    const auto count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
      give_up = Clock::now() + write_patience;
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN || Clock::now() >= give_up) {
      write_failed_ = true;
      break;
    }
    // The peer may be unable to read before we have read from it.
    pollfd wanted{descriptor_, static_cast<short>(over() ? POLLOUT : POLLOUT | POLLIN), 0};
    if (poll(&wanted, 1, milliseconds_until(give_up)) > 0 && (wanted.revents & POLLIN) != 0) {
      read_once();
    }
  }
  return bytes.empty();
}

bool RawConnection::send_in_pieces(ByteView bytes, std::size_t piece, Nanos pause) {
  while (!bytes.empty()) {
    const auto size = std::min(piece, bytes.size());
    if (!send(bytes.first(size))) return false;
    bytes = bytes.subspan(size);
    if (bytes.empty()) break;
    if (pause < std::chrono::milliseconds(1)) {
      std::this_thread::sleep_for(pause);
    } else if (await_end(Clock::now() + pause)) {
      return false;
    }
  }
  return true;
}

bool RawConnection::await(const std::function<bool()>& enough, TimePoint deadline) {
  while (true) {
    if (enough()) return true;
    if (over() || descriptor_ < 0) return false;
    pollfd wanted{descriptor_, POLLIN, 0};
    if (poll(&wanted, 1, milliseconds_until(deadline)) > 0) {
      read_once();
    } else if (Clock::now() >= deadline) {
      return false;
    }
  }
}

bool RawConnection::await_end(TimePoint deadline) {
  await([] { return false; }, deadline);
  return over();
}

void RawConnection::limit_receive_buffer(int bytes) const {
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

void RawConnection::half_close() { shutdown(descriptor_, SHUT_WR); }

void RawConnection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void RawConnection::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void RawConnection::read_once() {
  std::array<std::uint8_t, 16384> buffer;
  const auto count = recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (count > 0) {
    received_.insert(received_.end(), buffer.begin(), buffer.begin() + count);
    return;
  }
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  end_ = count == 0 ? RawEnd::fin : RawEnd::reset;
  lived_ = Clock::now() - opened_at_;
}

std::size_t await_ends(std::span<RawConnection*> connections, TimePoint deadline) {
  std::vector<pollfd> wanted;
  std::vector<RawConnection*> open;
  while (true) {
    wanted.clear();
    open.clear();
    for (auto* connection : connections) {
      if (connection->over() || connection->descriptor_ < 0) continue;
      open.push_back(connection);
      wanted.push_back({connection->descriptor_, POLLIN, 0});
    }
    if (open.empty() || Clock::now() >= deadline) return connections.size() - open.size();
    poll(wanted.data(), wanted.size(), milliseconds_until(deadline));
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (wanted[i].revents != 0) open[i]->read_once();
    }
  }
}

}  // namespace handfast::probe
