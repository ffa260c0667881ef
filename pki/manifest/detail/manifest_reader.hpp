// From YAML to the model of a manifest.
#pragma once

#include "core/config/yaml.hpp"
#include "pki/manifest/manifest.hpp"

namespace handfast::pki::detail {

Result<Manifest> read_manifest(const config::Node& document);

}  // namespace handfast::pki::detail
