// What no single entry of a manifest can know: circles of issuers, names and files that two entries
// would share.
#pragma once

#include "pki/manifest/manifest.hpp"

namespace handfast::pki::detail {

/// Orders the authorities issuers first. Usage problem for a circle.
Result<void> order_authorities(Manifest& manifest);

/// Usage problem for two entries with one name, for a file that two entries would write, and for a
/// path length that forbids an authority below.
Result<void> check_manifest(const Manifest& manifest);

/// How many authorities stand above; 0 for a root.
int depth_of(const Manifest& manifest, const Authority& authority);

}  // namespace handfast::pki::detail
