// Any bytes: parse_yaml answers a document or a usage problem with a place, and every value of a
// document can be asked everything.
#include <cstdlib>

#include "core/config/yaml.hpp"

using namespace handfast;

namespace {

void walk(const config::Node& node) {
  (void)node.text();
  (void)node.integer();
  (void)node.boolean();
  (void)node.duration();
  (void)node.rate();
  (void)node.size();
  (void)node.share();
  (void)node.one_of({"hold", "connect-and-drop"});
  for (const auto& item : node.items()) walk(item);
  auto map = config::Map::of(node);
  if (!map) return;
  (void)map->find("clients");
  (void)map->finish();
  for (const auto& [key, value] : map->entries()) walk(value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto document = config::parse_yaml(text, "fuzz");
  if (!document) {
    if (document.error().kind != ProblemKind::usage || !document.error().where.starts_with("fuzz"))
      std::abort();
    return 0;
  }
  walk(*document);
  // The same bytes as path and as value of an override.
  const auto cut = text.find('\n');
  if (cut != std::string_view::npos) {
    auto changed = config::with_override(*document, text.substr(0, cut), text.substr(cut + 1));
    if (changed) walk(*changed);
  }
  return 0;
}
