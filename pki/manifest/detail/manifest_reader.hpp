// From a parsed YAML document to the manifest model: sections, entries, defaults.
#pragma once

#include "core/config/yaml.hpp"
#include "pki/manifest/manifest.hpp"

namespace handfast::pki::detail {

/// Usage problem as parse_manifest describes them.
Result<Manifest> read_manifest(const config::Node& document);

}  // namespace handfast::pki::detail
