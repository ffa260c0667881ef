#include "pki/upkeep/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "pki/upkeep/distribution.hpp"

namespace handfast::pki {

namespace {

using Json = nlohmann::ordered_json;

std::string label_of(const Item& item) {
  const auto kind = item.kind == "fleet" ? fmt::format("fleet of {}", item.members) : item.kind;
  auto out = fmt::format("{} ({}, {}", item.name, kind, to_string(item.condition));
  if (item.kind == "authority" && !item.trust) out += ", in no bundle";
  return out + ")";
}

void add_branch(const std::vector<Item>& items, const std::string& issuer,
                const std::string& indent, std::string& out) {
  std::vector<const Item*> children;
  for (const auto& item : items) {
    if (item.issuer == issuer) children.push_back(&item);
  }
  for (const auto* child : children) {
    const bool last = child == children.back();
    out += indent + (last ? "`- " : "|- ") + label_of(*child) + "\n";
    if (child->kind == "authority") {
      add_branch(items, child->name, indent + (last ? "   " : "|  "), out);
    }
  }
}

/// A name in quotes as DOT wants them; entry names hold nothing that needs more.
std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

const char* shape_of(const Item& item) {
  if (item.kind == "authority") return "box";
  if (item.kind == "fleet") return "box3d";
  return item.kind == "fault" ? "octagon" : "ellipse";
}

}  // namespace

std::string graph_text(const Manifest& manifest, const std::vector<Item>& items) {
  std::string out;
  for (const auto& item : items) {
    if (item.issuer != "self") continue;
    out += label_of(item) + "\n";
    if (item.kind == "authority") add_branch(items, item.name, "", out);
  }
  if (!manifest.bundles.empty()) out += "\nbundles\n";
  for (const auto& bundle : manifest.bundles) {
    out += fmt::format("  {:<16} {}: {}\n", bundle.name, bundle.file, join(bundle.of, ", "));
  }
  if (!manifest.distribute.empty()) out += "\nwho gets which file\n";
  for (const auto& node : distribution_list(manifest)) {
    out += fmt::format("  {:<16} {}\n", node.node, join(node.files, ", "));
  }
  return out;
}

std::string graph_dot(const Manifest& manifest, const std::vector<Item>& items) {
  std::string out = "digraph pki {\n  rankdir=TB;\n";
  for (const auto& item : items) {
    out += fmt::format("  {} [shape={}, label={}];\n", in_quotes(item.name), shape_of(item),
                       in_quotes(fmt::format("{} ({})", item.name, to_string(item.condition))));
    if (item.issuer != "self") {
      out += fmt::format("  {} -> {};\n", in_quotes(item.issuer), in_quotes(item.name));
    }
  }
  for (const auto& bundle : manifest.bundles) {
    const auto id = in_quotes("bundle " + bundle.name);
    out += fmt::format("  {} [shape=folder, label={}];\n", id, in_quotes(bundle.file));
    for (const auto& name : bundle.of) {
      out += fmt::format("  {} -> {} [style=dashed];\n", in_quotes(name), id);
    }
  }
  for (const auto& node : manifest.distribute) {
    const auto id = in_quotes("node " + node.node);
    out += fmt::format("  {} [shape=component, label={}];\n", id, in_quotes(node.node));
    for (const auto& entry : node.entries) {
      const auto from = manifest.bundle(entry) ? in_quotes("bundle " + entry) : in_quotes(entry);
      out += fmt::format("  {} -> {} [style=dashed];\n", from, id);
    }
  }
  return out + "}\n";
}

std::string graph_json(const Manifest& manifest, const std::vector<Item>& items) {
  Json entries = Json::array();
  for (const auto& item : items) {
    entries.push_back({{"name", item.name},
                       {"kind", item.kind},
                       {"issuer", item.issuer == "self" ? Json() : Json(item.issuer)},
                       {"status", std::string(to_string(item.condition))},
                       {"files", handed_out(manifest, item.name)}});
  }
  Json bundles = Json::array();
  for (const auto& bundle : manifest.bundles) {
    bundles.push_back({{"name", bundle.name}, {"file", bundle.file}, {"of", bundle.of}});
  }
  Json nodes = Json::array();
  for (const auto& node : distribution_list(manifest)) {
    nodes.push_back({{"node", node.node}, {"files", node.files}});
  }
  const Json out{{"entries", entries}, {"bundles", bundles}, {"distribute", nodes}};
  return out.dump(2) + "\n";
}

}  // namespace handfast::pki
