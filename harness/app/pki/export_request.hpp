// From an `export` entry of a manifest to what harness/broker/export takes: the files of a home as
// values.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/problem.hpp"
#include "harness/broker/export/export.hpp"
#include "pki/store/home.hpp"

namespace handfast::app {

/// `folder`: where the broker will read the files. `client`: identity of the client's side, for
/// targets that hand out both; empty: the only one with the profile client, if it is the only one.
/// Problems of files that are not there and keys that cannot be opened; JVM stores get the
/// password of the server's entry, "changeit" without one, as Java's own do.
Result<broker::ExportRequest> export_request(const pki::Home& home, const pki::ExportEntry& entry,
                                             const std::filesystem::path& folder,
                                             const std::string& client);

}  // namespace handfast::app
