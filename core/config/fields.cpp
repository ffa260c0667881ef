#include "core/config/fields.hpp"

#include <algorithm>

namespace handfast::config {

Result<void> read_fields(const Node& node, const std::vector<Field>& fields) {
  auto map = Map::of(node);
  if (!map) return map.error();
  // A mistyped key is the better news than the missing one that it should have been.
  for (const auto& field : fields) (void)map->find(field.key);
  if (auto known = map->finish(); !known) return known.error();
  for (const auto& field : fields) {
    if (field.presence == Presence::optional) continue;
    if (auto value = map->require(field.key); !value) return value.error();
  }
  for (const auto& [key, value] : map->entries()) {
    const auto field =
        std::find_if(fields.begin(), fields.end(),
                     [&k = key](const Field& candidate) { return candidate.key == k; });
    if (auto read = field->read(value); !read) return read.error();
  }
  return {};
}

}  // namespace handfast::config
