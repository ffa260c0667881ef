#include "pki/requests/name_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

struct Key {
  std::string_view word;
  std::string Subject::* part;
  std::size_t longest;  ///< characters, RFC 5280 appendix A.1
};

constexpr std::array<Key, 6> keys{{{"CN", &Subject::common_name, 64},
                                   {"OU", &Subject::unit, 64},
                                   {"O", &Subject::organization, 64},
                                   {"L", &Subject::locality, 128},
                                   {"ST", &Subject::state, 128},
                                   {"C", &Subject::country, 2}}};
constexpr std::string_view alt_names_key = "subjectAltName";

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

Result<void> add_alt_names(std::string_view list, std::vector<AltName>& out) {
  for (const auto& text : split(list, ',')) {
    auto name = parse_alt_name(trim(text));
    if (!name) return with_context(name.error(), "subjectAltName");
    if (std::find(out.begin(), out.end(), *name) == out.end()) out.push_back(std::move(*name));
  }
  return {};
}

Result<void> set_part(const Key& key, std::string_view value, Subject& out) {
  if (key.word == "C" && !is_country(value)) {
    return usage_problem(fmt::format("\"{}\" is no country", printable(value)), "C",
                         "two letters, as ISO 3166-1 has them: CN, FR, US");
  }
  if (characters(value) > key.longest) {
    return usage_problem(fmt::format("the value has more than {} characters", key.longest),
                         std::string(key.word));
  }
  out.*key.part = value;
  return {};
}

Problem unknown(std::string_view word) {
  std::vector<std::string> known;
  for (const auto& key : keys) known.emplace_back(key.word);
  known.emplace_back(alt_names_key);
  return usage_problem(fmt::format("unknown part of a name \"{}\"", printable(word)), {},
                       suggest(word, known));
}

/// A host in the common name must be among the alternative names: verifiers look there alone
/// (RFC 6125 section 6.4.4, capability S3-06).
void add_common_name(NameArguments& out) {
  auto own = parse_alt_name(out.subject.common_name);
  if (!own || (own->kind != AltNameKind::dns && own->kind != AltNameKind::ip)) return;
  if (std::find(out.names.begin(), out.names.end(), *own) == out.names.end()) {
    out.names.insert(out.names.begin(), std::move(*own));
  }
}

}  // namespace

Result<NameArguments> parse_name_arguments(const std::vector<std::string>& arguments) {
  NameArguments out;
  std::set<std::string_view> seen;
  for (const auto& argument : arguments) {
    const auto colon = argument.find(':');
    const auto word = std::string_view(argument).substr(0, colon);
    const auto value = colon == std::string::npos ? std::string_view()
                                                  : std::string_view(argument).substr(colon + 1);
    if (value.empty()) {
      return usage_problem(fmt::format("\"{}\" has no value", printable(argument)), {},
                           "write for example CN:broker.lab.test O:lab C:CN");
    }
    const bool alt = same_word(word, alt_names_key);
    const auto* key = std::find_if(keys.begin(), keys.end(),
                                   [&](const Key& entry) { return same_word(word, entry.word); });
    if (!alt && key == keys.end()) return unknown(word);
    if (!seen.insert(alt ? alt_names_key : key->word).second) {
      return usage_problem(fmt::format("\"{}\" is there twice", printable(word)));
    }
    const auto set = alt ? add_alt_names(value, out.names) : set_part(*key, value, out.subject);
    if (!set) return set.error();
  }
  if (out.subject.common_name.empty()) {
    return usage_problem("the common name is missing", {}, "add CN:broker.lab.test");
  }
  add_common_name(out);
  return out;
}

Result<void> check_base_name(std::string_view name) {
  const bool good =
      !name.empty() && name.size() <= 64 && name[0] != '-' &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '-' || c == '_';
      });
  if (good) return {};
  return usage_problem(fmt::format("\"{}\" cannot be the base name of files", printable(name)), {},
                       "letters, digits, hyphens and underscores, not more than 64");
}

}  // namespace handfast::pki
