// A UDP socket that is connected to one peer. Blocking, and every wait has a deadline; the timers
// are Asio's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"

namespace handfast::probe {

/// Where our side of it is bound to; what is left open the system chooses.
struct LocalAddress {
  std::string host{};  ///< IP literal
  std::uint16_t port = 0;
};

class UdpLine {
 public:
  /// What waits. Several lines of one thread may share one, for crowds: each costs descriptors.
  struct Loop;
  static std::shared_ptr<Loop> make_loop();

  /// A name with several addresses goes to the first. Environment problem when it has none, or when
  /// `local` cannot be had. Without `loop` it has its own. A port that is left open is one that the
  /// peer has not seen from this process, as it may still hold an association for that one (RFC
  /// 6347 section 4.2.8), which not every server gives up for a new hello.
  static Result<UdpLine> open(const Endpoint& endpoint, const LocalAddress& local = {},
                              std::shared_ptr<Loop> loop = {});
  UdpLine(UdpLine&&) noexcept;
  UdpLine& operator=(UdpLine&&) noexcept;
  ~UdpLine();

  /// False when the datagram did not go out: too large, or refused by ICMP before.
  bool send(ByteView datagram);
  /// The next datagram; nullopt when none came by `deadline`, and at once when ICMP says that
  /// nobody listens.
  std::optional<Bytes> receive(TimePoint deadline);

  /// ICMP told that nobody listens.
  bool refused() const;
  LocalAddress local() const;

 private:
  struct Socket;
  explicit UdpLine(std::unique_ptr<Socket> socket);
  std::unique_ptr<Socket> socket_;
};

}  // namespace handfast::probe
