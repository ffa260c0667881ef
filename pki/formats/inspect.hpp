// `pki inspect`: what files and servers show, as text for people and as JSON with stable field
// names. Of keys the public half only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/formats/credentials.hpp"

namespace handfast::pki {

/// Something else that is known of a source: {"tls_version", "TLS version", "TLS 1.3"}.
struct InspectedDetail {
  std::string field;  ///< in JSON
  std::string label;  ///< for people
  std::string value;
};

struct InspectedFile {
  std::string file;  ///< or "host:port"
  std::vector<Credential> credentials;
  std::vector<InspectedDetail> details = {};
};

/// A file as read; format and integrity of stores become details.
InspectedFile inspected(std::string name, CredentialFile file);

/// One paragraph for each object; says how long each certificate is still valid seen from `now`.
/// Safe for a terminal, whatever the file holds.
std::string inspect_text(const std::vector<InspectedFile>& files, WallTime now);
/// {"files": [{"file": ..., "items": [{"kind": "certificate", ...}]}]}, indented, with a final
/// newline. `now` adds "days_left". Fields keep their names and meaning from release to release;
/// docs/pki/formats.md lists them.
std::string inspect_json(const std::vector<InspectedFile>& files, std::optional<WallTime> now = {});

}  // namespace handfast::pki
