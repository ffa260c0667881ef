// `pki inspect`: what files hold, as text for people and as JSON with stable field names. Private
// keys: type only.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/formats/credentials.hpp"

namespace handfast::pki {

struct InspectedFile {
  std::string file;
  std::vector<Credential> credentials;
};

/// One paragraph for each object; says how long each certificate is still valid seen from `now`.
std::string inspect_text(const std::vector<InspectedFile>& files, WallTime now);
/// {"files": [{"file": ..., "items": [{"kind": "certificate", ...}]}]}, indented, with a final
/// newline.
std::string inspect_json(const std::vector<InspectedFile>& files);

}  // namespace handfast::pki
