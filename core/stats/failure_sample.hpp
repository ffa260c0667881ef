// Evidence for failed connections: of each cause a few, with what crossed the wire.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/stats/lifecycle.hpp"

namespace handfast::stats {

/// One handshake message of a failed connection (RFC 8446 section 4).
struct SampledMessage {
  bool sent = false;
  std::string name;  ///< "ClientHello"
  std::uint32_t size_bytes = 0;
  Nanos after{};  ///< since the connection was begun

  bool operator==(const SampledMessage&) const = default;
};

struct FailureSample {
  double at_s = 0;  ///< when it had failed, seconds since the start of the load
  Nanos took{};     ///< from its actual start to its failure
  std::string client_id;
  std::string detail;  ///< what the TLS library says of it; empty: nothing
  /// Empty where there was no TLS, none was reached, or nobody kept them: see loadgen/samples.hpp.
  std::vector<SampledMessage> messages;

  bool operator==(const FailureSample&) const = default;
};

using FailureSamples = std::map<FailureKey, std::vector<FailureSample>>;

/// No cause of a fleet has more samples.
inline constexpr std::size_t most_samples = 5;

/// Keeps `sample` while there is room; one with messages takes the place of one without.
void add_sample(std::vector<FailureSample>& samples, FailureSample sample);

}  // namespace handfast::stats
