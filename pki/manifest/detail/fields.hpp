// Reading the fields of one manifest entry: each call reads a key if it is there, the first problem
// wins and makes the rest no-ops, so that a reader is a plain list of its fields.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/config/yaml.hpp"
#include "pki/manifest/manifest.hpp"

namespace handfast::pki::detail {

class Fields {
 public:
  /// `node` must be a mapping; otherwise the problem is there from the start.
  explicit Fields(const config::Node& node);

  std::optional<config::Node> find(std::string_view key);
  std::optional<config::Node> require(std::string_view key);

  void text(std::string_view key, std::string& out, std::size_t longest);
  void flag(std::string_view key, bool& out);
  void key_type(std::string_view key, KeyType& out);
  /// "10y", {for:, backdate:} or {from:, to:}.
  void validity(std::string_view key, Validity& out);
  /// {C:, ST:, L:, O:, OU:} below `key`, laid over what `out` holds.
  void subject(std::string_view key, Subject& out);
  void alt_names(std::string_view key, std::vector<AltName>& out);
  void profile(std::string_view key, Profile& out);
  /// One of `known`, required; the problem stands at the value.
  void reference(std::string_view key, const std::vector<std::string>& known, std::string_view what,
                 std::string& out);
  /// A file name without folder, of letters, digits and . _ -
  void file_name(std::string_view key, std::string& out);

  bool good() const { return !problem_; }
  void fail(Problem problem);
  /// The first problem, or that of a key which nobody read.
  Result<void> finish();

 private:
  void read_validity_map(const config::Node& node, Validity& out);
  std::optional<config::Map> map_;
  std::optional<Problem> problem_;
};

/// `problem` of a parser that knows no places, placed at `node`: "valid: ...".
Problem placed(Problem problem, const config::Node& node);

/// Characters of UTF-8 text, as the upper bounds of X.520 count them.
std::size_t character_count(std::string_view text);
/// True for letters, digits and . _ - with no dot in front: safe as file name everywhere.
bool is_file_name(std::string_view text);

inline constexpr std::size_t longest_name =
    64;  ///< ub-common-name, ub-organization-name (RFC 5280 appendix A.1)
inline constexpr std::size_t longest_place = 128;  ///< ub-locality-name, ub-state-name

}  // namespace handfast::pki::detail
