#include "core/config/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/config/detail/document.hpp"

namespace handfast::config {

using detail::Kind;

namespace {

/// " in "load"" for problems about the keys of a mapping.
std::string in_map(const std::string& name) {
  return name.empty() ? "" : fmt::format(" in \"{}\"", printable(name));
}

}  // namespace

bool Node::is_map() const { return document_->values[index_].kind == Kind::map; }
bool Node::is_list() const { return document_->values[index_].kind == Kind::list; }
bool Node::is_scalar() const { return document_->values[index_].kind == Kind::scalar; }
bool Node::is_empty() const { return document_->values[index_].kind == Kind::empty; }
bool Node::is_quoted() const { return document_->values[index_].quoted; }

std::string Node::where() const {
  const auto& value = document_->values[index_];
  return detail::place(document_->sources[value.source], value.at);
}

std::string Node::key_where() const {
  const auto& value = document_->values[index_];
  return detail::place(document_->sources[value.key_source], value.key_at);
}

const std::string& Node::name() const { return document_->values[index_].name; }

std::string Node::label() const {
  return name().empty() ? "the document" : fmt::format("\"{}\"", printable(name()));
}

Problem Node::problem(std::string message, std::string hint) const {
  return usage_problem(std::move(message), where(), std::move(hint));
}

Problem Node::wrong_kind(std::string_view wanted, std::string hint) const {
  const auto& value = document_->values[index_];
  switch (value.kind) {
    case Kind::empty:
      return problem(fmt::format("{} must be {}, but it has no value", label(), wanted),
                     std::move(hint));
    case Kind::list:
      return problem(fmt::format("{} must be {}, not a list", label(), wanted), std::move(hint));
    case Kind::map:
      return problem(fmt::format("{} must be {}, not a mapping", label(), wanted), std::move(hint));
    case Kind::scalar:
      break;
  }
  return problem(
      fmt::format("{} must be {}, not \"{}\"", label(), wanted, printable(value.text, 60)),
      std::move(hint));
}

/// A problem of a unit parser, with the place and the key it is about.
Problem Node::locate(Problem problem) const {
  problem.where = where();
  // The place of an override is the path, which ends in the name already.
  if (problem.where.ends_with("." + name())) return problem;
  return with_context(std::move(problem), name());
}

Result<std::string> Node::text() const {
  if (!is_scalar()) return wrong_kind("text");
  return document_->values[index_].text;
}

Result<std::string> Node::plain(std::string_view wanted) const {
  if (!is_scalar()) return wrong_kind(wanted);
  if (is_quoted()) return wrong_kind(wanted, "remove the quotes");
  return document_->values[index_].text;
}

Result<std::int64_t> Node::integer() const {
  auto digits = plain("a whole number");
  if (!digits) return digits.error();
  std::int64_t value = 0;
  const auto* end = digits->data() + digits->size();
  const auto [stop, error] = std::from_chars(digits->data(), end, value);
  // A leading zero is octal to some readers of YAML and decimal to others.
  const bool octal = digits->size() > 1 && (*digits)[0] == '0';
  if (error != std::errc{} || stop != end || octal) return wrong_kind("a whole number");
  return value;
}

Result<std::int64_t> Node::integer(std::int64_t min, std::int64_t max) const {
  auto value = integer();
  if (!value || (*value >= min && *value <= max)) return value;
  return problem(fmt::format("{} must be {} to {}, not {}", label(), min, max, *value));
}

Result<bool> Node::boolean() const {
  auto word = plain("true or false");
  if (!word) return word.error();
  if (*word == "true" || *word == "false") return *word == "true";
  std::string lower = *word;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool means_true = lower == "yes" || lower == "on" || lower == "y" || lower == "true";
  const bool means_false = lower == "no" || lower == "off" || lower == "n" || lower == "false";
  return wrong_kind("true or false", means_true ? "write true" : means_false ? "write false" : "");
}

Result<Nanos> Node::duration() const {
  if (!is_scalar()) return wrong_kind("a duration", "write for example 500ms, 30s or 5m");
  auto value = parse_duration(document_->values[index_].text);
  return value ? value : locate(value.error());
}

Result<double> Node::rate() const {
  if (!is_scalar()) return wrong_kind("a rate", "write for example 500/s or 30/m");
  auto value = parse_rate(document_->values[index_].text);
  return value ? value : locate(value.error());
}

Result<std::uint64_t> Node::size() const {
  if (!is_scalar()) return wrong_kind("a size", "write for example 512B or 4KiB");
  auto value = parse_size(document_->values[index_].text);
  return value ? value : locate(value.error());
}

Result<double> Node::share() const {
  if (!is_scalar()) return wrong_kind("a share", "write for example 1%");
  auto value = parse_share(document_->values[index_].text);
  return value ? value : locate(value.error());
}

Result<std::string> Node::one_of(const std::vector<std::string>& allowed) const {
  auto word = text();
  if (!word) return word.error();
  if (std::find(allowed.begin(), allowed.end(), *word) != allowed.end()) return *word;
  return problem(fmt::format("{} cannot be \"{}\"", label(), printable(*word, 60)),
                 suggest(printable(*word, 60), allowed));
}

std::vector<Node> Node::items() const {
  std::vector<Node> nodes;
  if (!is_list()) return nodes;
  for (const auto& child : document_->values[index_].children)
    nodes.push_back(Node(document_, child.value));
  return nodes;
}

Result<std::vector<Node>> Node::list() const {
  if (is_list()) return items();
  return wrong_kind(
      "a list",
      is_scalar() ? fmt::format("write [{}]", printable(document_->values[index_].text, 60)) : "");
}

Result<Map> Map::of(const Node& node) {
  if (!node.is_map()) return node.wrong_kind("a mapping");
  return Map(node);
}

std::optional<Node> Map::find(std::string_view key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
  for (const auto& child : node_.document_->values[node_.index_].children) {
    if (child.key == key) return Node(node_.document_, child.value);
  }
  return std::nullopt;
}

Result<Node> Map::require(std::string_view key) {
  if (auto node = find(key)) return *node;
  return node_.problem(fmt::format("\"{}\" is missing{}", key, in_map(node_.name())));
}

std::vector<std::pair<std::string, Node>> Map::entries() {
  all_known_ = true;
  std::vector<std::pair<std::string, Node>> out;
  for (const auto& child : node_.document_->values[node_.index_].children) {
    out.emplace_back(child.key, Node(node_.document_, child.value));
  }
  return out;
}

Result<void> Map::finish() const {
  if (all_known_) return {};
  for (const auto& child : node_.document_->values[node_.index_].children) {
    if (std::find(asked_.begin(), asked_.end(), child.key) != asked_.end()) continue;
    const auto key = printable(child.key, 60);
    return usage_problem(fmt::format("unknown key \"{}\"{}", key, in_map(node_.name())),
                         Node(node_.document_, child.value).key_where(), suggest(key, asked_));
  }
  return {};
}

Result<Node> parse_yaml(std::string_view text, const std::string& file) {
  auto document = detail::parse(text, file, "");
  if (!document) return document.error();
  return Node(std::make_shared<const detail::Document>(std::move(*document)), 0);
}

Result<Node> load_yaml(const std::filesystem::path& path) {
  auto text = read_file(path, max_document_bytes);
  if (!text) return text.error();
  return parse_yaml(*text, path.string());
}

}  // namespace handfast::config
