// Where the parts of an activity write their packets; the worker owns one and reuses it, so steady
// state allocates nothing.
#pragma once

#include <cstdint>

#include "core/base/bytes.hpp"
#include "core/base/random.hpp"

namespace handfast::loadgen {

struct Outbox {
  explicit Outbox(std::uint64_t seed) : random(seed) {}

  Bytes packets;  ///< whole MQTT packets, to leave in one write
  Random random;  ///< for {random:N}
  // Scratch: parts of one packet.
  Bytes topic{};
  Bytes payload{};
  Bytes properties{};
};

}  // namespace handfast::loadgen
