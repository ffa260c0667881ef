// Where the verbs of `handfast pki` take certificates from: files, standard input, live servers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/formats/inspect.hpp"
#include "pki/formats/secret.hpp"

namespace handfast::app {

/// Options that every verb with sources has.
struct SourceOptions {
  std::string password;     ///< where the passphrase is: "env:NAME", "file:PATH", "fd:N"; or empty
  std::string server_name;  ///< SNI for live servers; empty: their host
};

/// "host:8883" and "[::1]:8883" without a file of that name; anything else is a file, "-" standard
/// input.
bool is_live(const std::string& source);

/// What each source holds, opened with the one passphrase; of a live server also how it spoke, and
/// its OCSP staple as last object.
Result<std::vector<pki::InspectedFile>> load_sources(const std::vector<std::string>& sources,
                                                     const SourceOptions& options);
/// The objects of all sources, one behind the other.
Result<std::vector<pki::Credential>> load_credentials(const std::vector<std::string>& sources,
                                                      const SourceOptions& options);

/// The passphrase of an option that may be absent (empty).
Result<std::optional<pki::Secret>> optional_passphrase(const std::string& spec,
                                                       const std::string& option);

}  // namespace handfast::app
