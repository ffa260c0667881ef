// The files that follow from keys and certificates: chains, bundles, and the other forms of an
// entry.
#pragma once

#include "pki/store/detail/issuing.hpp"

namespace handfast::pki::detail {

/// Everything of `target` but its key and its certificate.
Result<void> write_outputs(const Target& target, const Issuing& issuing, Folder& folder,
                           EntryState& state);

Result<void> write_bundle(const Bundle& bundle, const Issuing& issuing, Folder& folder);

}  // namespace handfast::pki::detail
