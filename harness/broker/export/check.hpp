// The two halves of checked() (target.hpp): what is asked for, and the certificates.
#pragma once

#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

/// Usage problem for what the target cannot express or what contradicts itself.
Result<void> check_options(const Target& target, const ExportRequest& request);

/// Checks that the server's material is there, readable, belongs together and fits the options, and
/// rewrites its PEM texts.
Result<void> check_material(const Target& target, ExportRequest& request);

/// The certificate of `chain_pem`'s leaf's issuer, found in the chain or among the anchors; empty
/// when it is in neither. Both texts hold certificates alone.
std::string issuer_of_leaf(const ServerMaterial& server);

}  // namespace handfast::broker::exporting
