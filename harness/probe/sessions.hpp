// What is in a session of the libssl engine, and sessions that differ from it in one thing.
#pragma once

#include <cstdint>
#include <memory>

#include "core/tls/client.hpp"

namespace handfast::probe {

using SessionHandle = std::shared_ptr<const tls::Session>;

struct SessionFacts {
  bool has_ticket = false;
  std::uint64_t lifetime_s = 0;  ///< that the ticket announces; TLS 1.2: a hint
  std::uint32_t max_early_data = 0;
};

/// `session` must come from the libssl engine, as in all that follows.
SessionFacts facts_of(const tls::Session& session);
/// One bit in the middle of the ticket is wrong, or of the session identifier where there is no
/// ticket; the keys are the same, so that the client's side stays consistent. Null when libssl
/// fails.
SessionHandle with_flipped_ticket(const tls::Session& session);
/// As if the ticket had allowed `bytes` of early data. Null when libssl fails.
SessionHandle with_early_data(const tls::Session& session, std::uint32_t bytes);

}  // namespace handfast::probe
