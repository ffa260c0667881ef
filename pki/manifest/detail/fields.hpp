// Reading the fields of one manifest entry: each call reads a key if it is there, the first problem
// wins and makes the rest no-ops, so that a reader is a plain list of its fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  void number(std::string_view key, std::int64_t min, std::int64_t max, int& out);
  /// One second or more.
  void duration(std::string_view key, Nanos& out);
  /// A list of texts, none of them twice.
  void words(std::string_view key, std::vector<std::string>& out);
  /// The index of the value in `allowed`.
  void choice(std::string_view key, const std::vector<std::string>& allowed, std::size_t& out);

  /// Weak types are for faults only.
  void key_type(std::string_view key, KeyType& out, bool weak_too = false);
  void hash(std::string_view key, Hash& out, bool weak_too = false);
  /// Certificate policies: dotted object identifiers or "any".
  void policies(std::string_view key, std::vector<std::string>& out);
  /// {permit: [...], forbid: [...]}.
  void constraints(std::string_view key, NameConstraints& out);
  /// A list of {oid:, critical:, der: hexadecimal}.
  void extensions(std::string_view key, std::vector<RawExtension>& out);
  /// Where a passphrase is: "env:NAME" or "file:PATH"; a problem does not repeat anything else.
  void password(std::string_view key, std::string& out);
  /// "10y", {for:, backdate:} or {from:, to:}.
  void validity(std::string_view key, Validity& out);
  /// {C:, ST:, L:, O:, OU:, and others by OpenSSL's name} below `key`, laid over what `out` holds.
  void subject(std::string_view key, Subject& out);
  void alt_names(std::string_view key, std::vector<AltName>& out);
  /// One of `own`, which come first, or a built-in one.
  void profile(std::string_view key, const std::vector<Profile>& own, Profile& out);
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
  void more_attributes(Subject& out);
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
