// `pki graph`: who issued what, and who gets which file.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/upkeep/inventory.hpp"

namespace handfast::pki {

/// A tree for people, roots first; behind it a table of the nodes of `distribute` with their files.
std::string graph_text(const Manifest& manifest, const std::vector<Item>& items);
/// Graphviz: solid edges are signatures, dashed ones memberships of bundles and distributions.
std::string graph_dot(const Manifest& manifest, const std::vector<Item>& items);
/// {"entries": [{"name", "kind", "issuer", "status", "files"}], "bundles": [...], "distribute":
/// [{"node", "files"}]}
std::string graph_json(const Manifest& manifest, const std::vector<Item>& items);

}  // namespace handfast::pki
