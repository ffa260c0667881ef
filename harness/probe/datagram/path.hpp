// What lies between a client of ours and its peer: turns that a row asks for, then bad weather
// (core/base/impairment.hpp). One object is one connection.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/base/impairment.hpp"

namespace handfast::probe {

/// Takes one datagram and gives what goes on in its place: none, itself, others.
using Turn = std::function<std::vector<Bytes>(ByteView datagram)>;

struct DatagramPath {
  Turn out{}, in{};  ///< empty: as it is
  std::optional<ImpairmentSettings> out_weather{}, in_weather{};
  std::uint64_t seed = 1;  ///< of the weather
};

}  // namespace handfast::probe
