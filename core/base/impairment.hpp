// A bad path for datagrams, in user space and without I/O: loss, duplication, reordering, delay, a
// largest size, and the n-th datagram dropped. The same seed and the same traffic give the same
// path. One object is one direction.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/random.hpp"

namespace handfast {

struct ImpairmentSettings {
  double loss = 0;         ///< share of the datagrams, 0 to 1
  double duplication = 0;  ///< share of those that get through, 0 to 1
  /// Share of those that get through which are held back until the next one has passed; without a
  /// next one they follow after `reorder_hold`.
  double reorder = 0;
  Nanos reorder_hold = std::chrono::milliseconds(50);
  Nanos delay{};   ///< of every datagram
  Nanos jitter{};  ///< up to this much more, evenly spread
  /// Larger ones are lost, as where a path's MTU is smaller than believed and IP may not fragment;
  /// bytes of payload. 0: any size passes.
  std::size_t largest = 0;
  std::vector<std::uint64_t> drop;  ///< the datagrams with these numbers are lost; the first is 1
};

struct ImpairmentCounts {
  std::uint64_t offered = 0;
  std::uint64_t lost = 0;       ///< by chance or by number
  std::uint64_t too_large = 0;  ///< likewise lost
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;

  bool operator==(const ImpairmentCounts&) const = default;
};

class Impairment {
 public:
  Impairment(ImpairmentSettings settings, std::uint64_t seed)
      : settings_(std::move(settings)), random_(seed) {}

  /// A datagram enters the path at `now`.
  void offer(ByteView datagram, TimePoint now);
  /// The next datagram that has left the path by `now`.
  std::optional<Bytes> take(TimePoint now);
  /// When the next one leaves; nullopt: the path is empty.
  std::optional<TimePoint> next() const;
  /// What is on its way never arrives, as where its receiver has gone; numbers and chances go on.
  void forget();
  const ImpairmentCounts& counts() const { return counts_; }

 private:
  struct Travelling {
    TimePoint due;
    std::uint64_t order;
    Bytes datagram;
  };

  bool chance(double share) { return share > 0 && random_.unit() < share; }
  bool swallows(ByteView datagram);
  void send(ByteView datagram, TimePoint due);
  void let_held_pass(TimePoint due);
  std::vector<Travelling>::const_iterator first() const;

  ImpairmentSettings settings_;
  Random random_;
  ImpairmentCounts counts_;
  std::uint64_t order_ = 0;
  std::vector<Travelling> travelling_;
  std::optional<std::uint64_t> held_;  ///< the one that waits for its successor, by order
};

}  // namespace handfast
