#include <algorithm>

#include "reports/detail/json_model.hpp"

namespace handfast::reports::detail {

namespace {

bool on_one_line(const Json& tree) {
  return !tree.is_structured() || tree.empty() ||
         (tree.is_array() &&
          std::ranges::all_of(tree, [](const Json& value) { return value.is_number(); }));
}

void print(const Json& tree, std::size_t level, std::string& out) {
  if (on_one_line(tree)) {
    out += text_of(tree, -1);
    return;
  }
  const std::string indent(2 * (level + 1), ' ');
  out += tree.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, value] : tree.items()) {
    out += first ? "\n" : ",\n";
    first = false;
    out += indent;
    if (tree.is_object()) out += text_of(Json(key), -1) + ": ";
    print(value, level + 1, out);
  }
  out += '\n';
  out.append(2 * level, ' ');
  out += tree.is_object() ? '}' : ']';
}

}  // namespace

std::string pretty_text(const Json& tree) {
  std::string out;
  print(tree, 0, out);
  return out;
}

}  // namespace handfast::reports::detail
