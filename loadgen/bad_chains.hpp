// Bad certificate chains under load: a share of the starts presents an identity that the broker
// ought to refuse, amid good ones.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/problem.hpp"
#include "core/stats/snapshot.hpp"
#include "core/tls/identity.hpp"

namespace handfast::loadgen {

/// What ought to become of a connection with a bad chain.
struct ChainExpectation {
  bool refused = true;  ///< false: the broker ought to let it through to CONNACK
  /// Refused with one of these alert descriptions (RFC 8446 §6); empty: in whatever way a broker
  /// refuses.
  std::vector<std::uint8_t> alerts;
};

struct BadChains {
  double share = 0;  ///< of the starts, 0 to 1; 0: none
  /// As FleetSpec::identity.
  std::function<Result<tls::Identity>(std::uint64_t index)> identity;
  ChainExpectation expect;
};

enum class ChainVerdict : std::uint8_t {
  as_expected,
  wrongly_accepted,   ///< CONNACK, though a refusal was expected
  refused_otherwise,  ///< stopped, but not in the way expected, or not by a refusal at all
};

/// The verdict on a connection that the CONNACK accepted.
ChainVerdict judge_accepted(const ChainExpectation& expect);

/// The verdict on one that `failure` stopped. A refusal is what a broker does to a chain once it
/// has seen the client: an alert, a close or reset from the TLS handshake to CONNACK, a CONNACK
/// that refuses. A refused TCP connection or a deadline says nothing about the chain.
ChainVerdict judge_failed(const ChainExpectation& expect, const stats::FailureKey& failure);

}  // namespace handfast::loadgen
