// Connections over DTLS: one connected UDP socket for each, read and written a datagram at a time.
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "loadgen/connections.hpp"

namespace handfast::loadgen {
namespace {

using boost::asio::ip::tcp;

/// Datagrams of one peer in one go, so that the others get their turn.
constexpr int datagrams_at_once = 16;

/// A UDP socket that is connected to `peer`; a negative errno where there is none.
int open_datagram_socket(const Address& peer, const Address* source) {
  const int fd = socket(peer.storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int error = 0;
  // A UDP port is not shared as TCP's are, so it is chosen by bind() at once.
  if (source != nullptr &&
      bind(fd, reinterpret_cast<const sockaddr*>(&source->storage), source->size) != 0)
    error = errno;
  if (error == 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&peer.storage), peer.size) != 0)
    error = errno;
  if (error == 0) return fd;
  close(fd);
  return -error;
}

/// Datagrams that the kernel threw away because nobody had read the ones before (socket(7)).
std::uint64_t drops_of(int fd) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> info{};
  socklen_t size = sizeof info;
  const bool told = getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info.data(), &size) == 0 &&
                    size > SK_MEMINFO_DROPS * sizeof info[0];
  return told ? info[SK_MEMINFO_DROPS] : 0;
}

}  // namespace

/// Asio holds the descriptor as if it were a stream's: it is only ever waited for through it.
void Connections::connect_datagrams(Slot& slot, TimePoint now) {
  const FleetPlan& plan = shares_[slot.fleet].plan();
  const Address& peer = plan.addresses[slot.address];
  const Address* source =
      plan.sources.empty() ? nullptr : &plan.sources[slot.start.client % plan.sources.size()];
  const int fd = open_datagram_socket(peer, source);
  boost::system::error_code error;
  if (fd >= 0) {
    const bool v6 = peer.storage.ss_family == AF_INET6;
    slot.socket.assign(v6 ? tcp::v6() : tcp::v4(), fd, error);
    if (error) close(fd);
  }
  io_.clear();
  if (fd < 0 || error) {
    slot.session->on_end(fd < 0 ? -fd : error.value(), io_);
    return finish(slot, now);
  }
  const auto& bad = plan.spec.datagrams.impairment;
  if (bad && !extras_of(slot).paths) {
    const std::uint64_t seed = slot.start.number;
    extras_of(slot).paths = std::make_unique<Paths>(
        Paths{Impairment(bad->to_server, seed), Impairment(bad->to_client, ~seed)});
  }
  slot.session->on_connected(io_);
  if (settle(slot, now)) wait_readable(slot);
}

void Connections::read_datagrams(SlotId id) {
  for (int i = 0; i < datagrams_at_once; ++i) {
    Slot* slot = slots_.find(id);
    if (slot == nullptr || slot->session->over()) return;
    const auto count = recv(slot->socket.native_handle(), buffer_.data(), buffer_.size(), 0);
    const int error = count < 0 ? errno : 0;
    if (error == EAGAIN || error == EINTR) return wait_readable(*slot);
    const TimePoint now = Clock::now();
    if (error != 0) {
      io_.clear();
      slot->session->on_end(error, io_);
      settle(*slot, now);
      return;
    }
    const auto datagram = ByteView(buffer_).first(static_cast<std::size_t>(count));
    count_bytes(*slot, 0, datagram.size(), now);
    if (slot->extras && slot->extras->paths) {
      slot->extras->paths->down.offer(datagram, now);
      move_along_paths(id, now);
    } else if (!take_datagram(*slot, datagram, now)) {
      return;
    }
  }
  if (Slot* slot = slots_.find(id)) wait_readable(*slot);
}

/// False when the connection needs no more input.
bool Connections::take_datagram(Slot& slot, ByteView datagram, TimePoint now) {
  io_.clear();
  slot.session->on_bytes(datagram, io_);
  return settle(slot, now);
}

void Connections::send_datagrams(Slot& slot, TimePoint now) {
  std::size_t begin = 0;
  for (const std::size_t end : io_.out.borders) {
    const auto datagram = ByteView(io_.out.wire).subspan(begin, end - begin);
    begin = end;
    if (slot.extras && slot.extras->paths) {
      Impairment& up = slot.extras->paths->up;
      up.offer(datagram, now);
      while (const auto due = up.take(now)) hand_to_kernel(slot, *due, now);
    } else {
      hand_to_kernel(slot, datagram, now);
    }
  }
}

/// A datagram that the kernel does not take is lost, as any other may be on its way.
void Connections::hand_to_kernel(Slot& slot, ByteView datagram, TimePoint now) {
  const auto sent =
      send(slot.socket.native_handle(), datagram.data(), datagram.size(), MSG_NOSIGNAL);
  if (sent >= 0) return count_bytes(slot, datagram.size(), 0, now);
  const int error = errno;
  if (error == EAGAIN || error == ENOBUFS) {
    if (shares_[slot.fleet].measures(slot.start.intended)) ++shares_[slot.fleet].datagrams().unsent;
    return;
  }
  // ICMP's answer to an earlier datagram, or nothing that another try would better.
  if (!slot.session->over()) slot.session->on_end(error, io_);
}

/// Lets what is due leave the connection's paths.
void Connections::move_along_paths(SlotId id, TimePoint now) {
  Slot* slot = slots_.find(id);
  while (slot != nullptr && slot->extras && slot->extras->paths) {
    Paths& paths = *slot->extras->paths;
    if (const auto datagram = paths.up.take(now)) {
      hand_to_kernel(*slot, *datagram, now);
      if (slot->session->over()) return finish(*slot, now);
    } else if (const auto arrived = paths.down.take(now)) {
      if (!take_datagram(*slot, *arrived, now)) return;
    } else {
      return arm(*slot, slot->due);
    }
    slot = slots_.find(id);
  }
}

void Connections::on_session_deadline(Slot& slot, TimePoint now) {
  const SlotId id = slot.id();
  if (const auto due = slot.session->next_deadline(); due && *due <= now) {
    io_.clear();
    slot.session->on_retransmission(io_);
    if (!settle(slot, now)) return;
  }
  if (slot.extras && slot.extras->tries && slot.extras->tries->next <= now) {
    if (begin_again(slot, now)) return;
    slot.extras->tries.reset();
  }
  if (slot.extras && slot.extras->paths) return move_along_paths(id, now);
  arm(slot, slot.due);
}

/// When the connection is over.
void Connections::book_datagrams(Slot& slot) {
  FleetShare& share = shares_[slot.fleet];
  const tls::DatagramFacts* facts = slot.session->datagrams();
  if (facts == nullptr || !share.measures(slot.start.intended)) return;
  share.record_datagrams(*facts, slot.start.intended);
  stats::DatagramStats& stats = share.datagrams();
  if (slot.socket.is_open()) stats.kernel_drops += drops_of(slot.socket.native_handle());
  if (!slot.extras || !slot.extras->paths) return;
  for (const Impairment* path : {&slot.extras->paths->up, &slot.extras->paths->down}) {
    stats.impaired += path->counts().lost + path->counts().too_large;
  }
}

}  // namespace handfast::loadgen
