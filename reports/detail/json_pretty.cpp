#include <algorithm>

#include "reports/detail/json_model.hpp"

namespace handfast::reports::detail {

namespace {

constexpr std::size_t most_on_a_line = 12;  // members: those of a histogram, as one is no use alone

bool is_list_of_numbers(const Json& tree) {
  return tree.is_array() &&
         std::ranges::all_of(tree, [](const Json& value) { return value.is_number(); });
}

bool is_small_object(const Json& tree) {
  return tree.is_object() && tree.size() <= most_on_a_line &&
         std::ranges::none_of(tree, [](const Json& value) { return value.is_structured(); });
}

void print(const Json& tree, std::size_t level, std::string& out);

/// A line for each fleet of a load with very many.
void print_lines(const Json& list, std::size_t level, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    out.append(2 * (level + 1), ' ');
    out += text_of(list[i], -1);
  }
  out.append(1, '\n').append(2 * level, ' ') += ']';
}

void print(const Json& tree, std::size_t level, std::string& out) {
  if (!tree.is_structured() || tree.empty() || is_list_of_numbers(tree)) {
    out += text_of(tree, -1);
    return;
  }
  const bool small = level > 0 && is_small_object(tree);
  const auto new_line = [&](std::size_t depth) {
    if (!small) out.append(1, '\n').append(2 * depth, ' ');
  };
  out += tree.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, value] : tree.items()) {
    if (!first) out += small ? ", " : ",";
    first = false;
    new_line(level + 1);
    if (tree.is_object()) out += text_of(Json(key), -1) + ": ";
    const bool many = key == "fleets" && value.size() > most_fleets_in_full;
    many ? print_lines(value, level + 1, out) : print(value, level + 1, out);
  }
  new_line(level);
  out += tree.is_object() ? '}' : ']';
}

}  // namespace

std::string pretty_text(const Json& tree) {
  std::string out;
  print(tree, 0, out);
  return out;
}

}  // namespace handfast::reports::detail
