// --set PATH=VALUE: changes one value of a parsed document, so that a reader sees no difference but
// the place.
#include <fmt/format.h>

#include <charconv>

#include "core/base/text.hpp"
#include "core/config/detail/document.hpp"
#include "core/config/yaml.hpp"

namespace handfast::config {

namespace {

using detail::Document;
using detail::Kind;

/// One step of a path: a key of a mapping or, without key, an index of a list.
struct Step {
  std::string key;
  std::size_t index = 0;
  bool is_index() const { return key.empty(); }
};

Result<std::vector<Step>> parse_path(std::string_view path, const std::string& source) {
  const auto bad = [&] {
    return usage_problem("this is no path to a value", source,
                         "write for example fleets.sensors.load.stages[0].for=2s");
  };
  std::vector<Step> steps;
  for (const auto& part : split(path, '.')) {
    const auto open = part.find('[');
    if (part.empty() || open == 0) return bad();
    steps.push_back({.key = part.substr(0, open)});
    for (auto at = open; at < part.size();) {
      const auto close = part.find(']', at);
      if (part[at] != '[' || close == std::string::npos) return bad();
      Step step;
      const auto* end = part.data() + close;
      const auto [stop, error] = std::from_chars(part.data() + at + 1, end, step.index);
      if (error != std::errc{} || stop != end) return bad();
      steps.push_back(step);
      at = close + 1;
    }
  }
  if (steps.size() > max_document_depth) return bad();
  return steps;
}

/// Follows one step from values[from]; makes a mapping's missing entry. Answers the index of the
/// child's slot owner.
Result<std::size_t*> follow(Document& document, std::size_t from, const Step& step,
                            const std::string& source) {
  auto& value = document.values[from];
  const auto name = value.name.empty() ? "the document" : fmt::format("\"{}\"", value.name);
  if (step.is_index()) {
    if (value.kind != Kind::list)
      return usage_problem(fmt::format("{} is not a list", name), source);
    if (step.index >= value.children.size()) {
      return usage_problem(fmt::format("{} has no item [{}]", name, step.index), source,
                           fmt::format("it has {}, counted from 0", value.children.size()));
    }
    return &value.children[step.index].value;
  }
  if (value.kind == Kind::empty) value.kind = Kind::map;
  if (value.kind != Kind::map)
    return usage_problem(fmt::format("{} is not a mapping", name), source);
  for (auto& child : value.children) {
    if (child.key == step.key) return &child.value;
  }
  detail::Value made;
  made.source = made.key_source = document.sources.size() - 1;
  made.name = step.key;
  value.children.push_back({.key = step.key, .key_at = {}, .value = document.values.size()});
  document.values.push_back(std::move(made));
  // push_back may have moved the values, so the slot is looked up again.
  return &document.values[from].children.back().value;
}

/// Appends the values of `part` and answers where its root now is.
std::size_t graft(Document& document, Document part) {
  const auto offset = document.values.size();
  for (auto& value : part.values) {
    value.source = value.key_source = document.sources.size() - 1;
    value.at = value.key_at = {};
    for (auto& child : value.children) child.value += offset;
    document.values.push_back(std::move(value));
  }
  return offset;
}

}  // namespace

Result<Node> with_override(const Node& document, std::string_view path, std::string_view value) {
  const auto source = fmt::format("--set {}", printable(path));
  auto steps = parse_path(path, source);
  if (!steps) return steps.error();

  Document copy = *document.document_;
  copy.sources.push_back(source);
  std::size_t at = 0;
  std::size_t* slot = nullptr;
  for (const auto& step : *steps) {
    if (slot != nullptr) at = *slot;
    auto next = follow(copy, at, step, source);
    if (!next) return next.error();
    slot = *next;
  }
  auto part = detail::parse(value, source, copy.values[*slot].name);
  if (!part) return part.error();
  // The slot lives in `copy.values`, which graft grows: remember its owner by place first.
  const std::size_t replaced = *slot;
  const auto root = graft(copy, std::move(*part));
  for (auto& child : copy.values[at].children) {
    if (child.value == replaced) child.value = root;
  }
  return Node(std::make_shared<const Document>(std::move(copy)), 0);
}

}  // namespace handfast::config
