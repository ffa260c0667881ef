// `state.json` beside the output: which certificate came from which words of the manifest. Without
// it a changed manifest could not be told from a changed file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "core/base/problem.hpp"

namespace handfast::pki {

struct EntryState {
  std::string spec;         ///< SHA-256 of what the manifest asked for
  std::string certificate;  ///< SHA-256 of the DER; for a fleet, of its chain section's issuer
  std::string serial;       ///< hexadecimal; empty for a fleet
  std::string issuer;       ///< entry name; empty: self-signed
  std::string not_before;   ///< RFC 3339
  std::string not_after;
  std::uint64_t generation = 1;  ///< 1 for the first certificate under this name

  bool operator==(const EntryState&) const = default;
};

struct State {
  std::map<std::string, EntryState> entries;  ///< authorities and identities
  std::map<std::string, EntryState> fleets;

  bool operator==(const State&) const = default;
};

/// The state of `home`; empty when there is none yet. Environment problem for a file that is
/// damaged or of a later version.
Result<State> load_state(const std::filesystem::path& home);

/// The file's text; equal states give equal bytes.
std::string state_text(const State& state);

}  // namespace handfast::pki
