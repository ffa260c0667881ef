// Where the clients of a fleet get their pre-shared keys.
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/problem.hpp"
#include "core/tls/client.hpp"
#include "harness/scenario/fleet.hpp"

namespace handfast::scenario {

using PskSource = std::function<Result<tls::ExternalPsk>(std::uint64_t client)>;

/// The keys of `fleet`: of its pattern, or line `client` of its file. Empty without "psk".
/// Environment problem for a file that cannot be read, usage problem for one that has no key for
/// each client or a line that is not identity:key.
Result<PskSource> psk_source(const Fleet& fleet);

}  // namespace handfast::scenario
