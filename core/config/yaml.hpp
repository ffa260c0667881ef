// Strict YAML: what a scenario or manifest may say, each value with its position. yaml-cpp stays
// behind parse_yaml.
//
// Refused although YAML knows it: duplicate keys, anchors, aliases, merge keys, tags, keys that are
// not plain text, more than one document, `yes`/`on` as booleans, numbers where a quantity with a
// unit is asked for. Positions are 1-based; columns count bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast::config {

namespace detail {
struct Document;
}

/// Bounds of what is read at all; hostile input meets them as usage problems.
inline constexpr std::size_t max_document_bytes = std::size_t{1024} * 1024;
inline constexpr std::size_t max_document_values = 100'000;
inline constexpr std::size_t max_document_depth = 64;

/// One value of a document, with its place. Cheap to copy: it shares the document, which lives as
/// long as any Node.
class Node {
 public:
  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  bool is_empty() const;   ///< `key:` with nothing behind it, `~` or `null`
  bool is_quoted() const;  ///< a scalar in quotes: text, never a number or boolean

  /// "file:line:column", or "--set PATH" for a value that an override brought.
  std::string where() const;
  /// The place of the key that this value belongs to; where() for items of lists and the document
  /// itself.
  std::string key_where() const;
  /// The last element of the path to this value: "load", "stages[1]"; empty for the document
  /// itself.
  const std::string& name() const;

  /// The scalars. Each answers a usage problem with its place when the value is of another kind or
  /// does not parse; integers and booleans must be unquoted.
  Result<std::string> text() const;
  Result<std::int64_t> integer() const;
  /// An integer within `min` to `max`.
  Result<std::int64_t> integer(std::int64_t min, std::int64_t max) const;
  Result<bool> boolean() const;
  Result<Nanos> duration() const;      ///< "30s"
  Result<double> rate() const;         ///< "500/s"; events per second
  Result<std::uint64_t> size() const;  ///< "4KiB"; bytes
  Result<double> share() const;        ///< "1.5%"; 0 to 1
  /// A text that is one of `allowed`; the problem suggests the nearest.
  Result<std::string> one_of(const std::vector<std::string>& allowed) const;

  /// The items of a list; empty for every other kind.
  std::vector<Node> items() const;
  /// The items of a list; usage problem for every other kind.
  Result<std::vector<Node>> list() const;

  /// A usage problem at this value.
  Problem problem(std::string message, std::string hint = {}) const;
  /// `problem`, which a parser of this value's text has made, at this value and with its name.
  Problem locate(Problem problem) const;

 private:
  friend class Map;
  friend Result<Node> parse_yaml(std::string_view text, const std::string& file);
  friend Result<Node> with_override(const Node& document, std::string_view path,
                                    std::string_view value);
  Node(std::shared_ptr<const detail::Document> document, std::size_t index)
      : document_(std::move(document)), index_(index) {}

  std::string label() const;
  Problem wrong_kind(std::string_view wanted, std::string hint = {}) const;
  Result<std::string> plain(std::string_view wanted) const;

  std::shared_ptr<const detail::Document> document_;
  std::size_t index_ = 0;
};

/// A mapping that remembers which keys its reader knows, so that finish() can refuse the others.
class Map {
 public:
  /// Usage problem when `node` is no mapping.
  static Result<Map> of(const Node& node);

  const Node& node() const { return node_; }
  std::optional<Node> find(std::string_view key);
  /// Usage problem `"listeners" is missing in "broker"` when the key is absent.
  Result<Node> require(std::string_view key);
  /// All keys and values in the order of the file; every key counts as known afterwards.
  std::vector<std::pair<std::string, Node>> entries();
  /// Usage problem for the first key that nobody asked for, with a suggestion from those asked for.
  Result<void> finish() const;

 private:
  explicit Map(Node node) : node_(std::move(node)) {}

  Node node_;
  std::vector<std::string> asked_;
  bool all_known_ = false;
};

/// Reads one document; `file` names it in problems. Usage problem for everything that is not strict
/// YAML.
Result<Node> parse_yaml(std::string_view text, const std::string& file);

/// Reads a file. Environment problem when it cannot be read, usage problem when it is no strict
/// YAML.
Result<Node> load_yaml(const std::filesystem::path& path);

/// A copy of `document` (a whole one, as parse_yaml gave it) in which the value at `path` is
/// `value`, read as YAML:
/// ("fleets.sensors.clients", "100"), ("fleets.sensors.load.stages[0].for", "2s"). Missing mappings
/// on the way are made, missing items of lists are not. Usage problem, placed at "--set PATH", when
/// the path cannot be followed.
Result<Node> with_override(const Node& document, std::string_view path, std::string_view value);

}  // namespace handfast::config
