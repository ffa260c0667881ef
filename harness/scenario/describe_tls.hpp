// What results say about a fleet's TLS: engine, verification, keys.
#pragma once

#include "core/tls/client.hpp"
#include "harness/scenario/tls_options.hpp"
#include "reports/result.hpp"

namespace handfast::scenario {

/// Fills the TLS fields of `plan`. Makes an engine with `settings`, because only an engine knows
/// which of its tricks work in this program.
void describe_tls(const TlsOptions& options, const tls::ClientSettings& settings,
                  reports::FleetPlan& plan);

}  // namespace handfast::scenario
