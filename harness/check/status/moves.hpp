// What the moves of these rows share: a client with an identity of its own, seen up to PINGRESP; a
// client that may take its time while another one is served; how often was asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/check/check.hpp"
#include "harness/check/status/status_lab.hpp"
#include "harness/check/tls_protocol/table.hpp"

namespace handfast::check::status {

/// No text bounds how long a broker may wait for an answer; behind this it is a warning.
inline constexpr auto decision_limit = std::chrono::seconds(60);

/// The whole way to PINGRESP of a client that shows `leaf`.
Step client_step(Bench& bench, ScriptEvidence& evidence, const std::string& listener,
                 const StatusLeaf& leaf);

/// The client of `leaf` waits for as long as decision_limit for what becomes of it; meanwhile the
/// run's own client of good standing is served, or not. Facts: "decided" yes or no, "policy" hard
/// (rejected) or soft (accepted), "others" served or blocked.
Step undecided_client_step(Bench& bench, ScriptEvidence& evidence, const std::string& listener,
                           const StatusLeaf& leaf);
/// What those facts must say: others served is a must, decided a should.
std::vector<tls_protocol::FactWant> undecided_wants();

/// Requests for `path` so far.
std::uint64_t requests_for(Bench& bench, const std::string& path);

/// A branch and one leaf below it, or the problem in `evidence` and nullopt.
struct Planted {
  StatusBranch branch;
  StatusLeaf leaf;
};
std::optional<Planted> plant(Bench& bench, ScriptEvidence& evidence, const std::string& name,
                             const LeafWishes& wishes);
/// False and the problem in `evidence` when `done` is one.
bool went_well(const Result<void>& done, ScriptEvidence& evidence);

/// A row of these moves on `listener`, between acceptances of the client of good standing; skipped
/// without `capability`.
CheckSpec status_row(const std::string& id, const std::string& listener,
                     const std::string& capability, std::vector<tls_protocol::Move> moves);

}  // namespace handfast::check::status
