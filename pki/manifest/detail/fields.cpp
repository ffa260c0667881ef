#include "pki/manifest/detail/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::pki::detail {

Problem placed(Problem problem, const config::Node& node) {
  problem.where = node.where();
  return node.name().empty() ? problem : with_context(std::move(problem), node.name());
}

std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;  // not a continuation octet
  }));
}

bool is_file_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

Fields::Fields(const config::Node& node) {
  auto map = config::Map::of(node);
  if (map) {
    map_ = std::move(*map);
  } else {
    problem_ = map.error();
  }
}

void Fields::fail(Problem problem) {
  if (!problem_) problem_ = std::move(problem);
}

std::optional<config::Node> Fields::find(std::string_view key) {
  return map_ ? map_->find(key) : std::nullopt;
}

std::optional<config::Node> Fields::require(std::string_view key) {
  if (!map_) return std::nullopt;
  auto node = map_->require(key);
  if (node) return *node;
  fail(node.error());
  return std::nullopt;
}

Result<void> Fields::finish() {
  if (!problem_ && map_) {
    if (auto done = map_->finish(); !done) problem_ = done.error();
  }
  if (problem_) return *problem_;
  return {};
}

void Fields::text(std::string_view key, std::string& out, std::size_t longest) {
  const auto node = find(key);
  if (!node) return;
  auto value = node->text();
  if (!value) return fail(value.error());
  const auto length = character_count(*value);
  if (length == 0 || length > longest) {
    return fail(node->problem(
        fmt::format("\"{}\" must have 1 to {} characters, not {}", key, longest, length)));
  }
  out = std::move(*value);
}

void Fields::flag(std::string_view key, bool& out) {
  const auto node = find(key);
  if (!node) return;
  auto value = node->boolean();
  if (!value) return fail(value.error());
  out = *value;
}

void Fields::key_type(std::string_view key, KeyType& out) {
  const auto node = find(key);
  if (!node) return;
  auto word = node->text();
  if (!word) return fail(word.error());
  auto type = parse_key_type(*word);
  if (!type) return fail(placed(type.error(), *node));
  out = *type;
}

void Fields::validity(std::string_view key, Validity& out) {
  const auto node = find(key);
  if (!node) return;
  if (node->is_map()) return read_validity_map(*node, out);
  auto duration = node->duration();
  if (!duration) return fail(duration.error());
  if (*duration < std::chrono::seconds(1)) {
    return fail(node->problem(fmt::format("\"{}\" must be 1s or longer", key)));
  }
  out = Validity::lasting(*duration);
}

void Fields::read_validity_map(const config::Node& node, Validity& out) {
  Fields fields(node);
  const auto duration = fields.find("for");
  const auto backdate = fields.find("backdate");
  const auto from = fields.find("from");
  const auto to = fields.find("to");
  if (auto done = fields.finish(); !done) return fail(done.error());
  if (duration && (from || to)) {
    return fail(
        node.problem("\"for\" and \"from\" or \"to\" contradict each other",
                     "write {for: 397d, backdate: 1h} or {from: 2026-01-01, to: 2026-02-01}"));
  }
  if (!duration && !to) {
    return fail(
        node.problem(fmt::format("\"{}\" has no end", node.name()), "write \"for\" or \"to\""));
  }
  const auto moment = [this](const config::Node& at, Moment& into) {
    auto text = at.text();
    if (!text) return fail(text.error());
    auto value = parse_moment(*text);
    if (!value) return fail(placed(value.error(), at));
    into = *value;
  };
  Validity read;
  if (duration) {
    auto value = duration->duration();
    if (!value) return fail(value.error());
    read.to.offset = *value;
  }
  if (backdate) {
    auto value = backdate->duration();
    if (!value) return fail(value.error());
    if (!duration) return fail(backdate->problem("\"backdate\" goes with \"for\" only"));
    read.from.offset = -*value;
  }
  if (from) moment(*from, read.from);
  if (to) moment(*to, read.to);
  const bool comparable = read.from.at.has_value() == read.to.at.has_value();
  if (comparable && read.from.resolve(WallTime{}) >= read.to.resolve(WallTime{})) {
    return fail(node.problem(fmt::format("\"{}\" ends before it begins", node.name())));
  }
  out = read;
}

void Fields::subject(std::string_view key, Subject& out) {
  const auto node = find(key);
  if (!node) return;
  Fields fields(*node);
  fields.text("C", out.country, 2);
  fields.text("ST", out.state, longest_place);
  fields.text("L", out.locality, longest_place);
  fields.text("O", out.organization, longest_name);
  fields.text("OU", out.unit, longest_name);
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (const auto country = fields.find("C");
      country &&
      (out.country.size() != 2 || !std::all_of(out.country.begin(), out.country.end(), upper))) {
    fields.fail(
        country->problem(fmt::format("\"C\" must be a country of two capital letters, not \"{}\"",
                                     printable(out.country)),
                         "ISO 3166-1, for example CN or DE"));
  }
  if (auto done = fields.finish(); !done) fail(done.error());
}

void Fields::alt_names(std::string_view key, std::vector<AltName>& out) {
  const auto node = find(key);
  if (!node) return;
  auto items = node->list();
  if (!items) return fail(items.error());
  for (const auto& item : *items) {
    auto text = item.text();
    if (!text) return fail(text.error());
    auto name = parse_alt_name(*text);
    if (!name) return fail(placed(name.error(), item));
    if (std::find(out.begin(), out.end(), *name) != out.end()) {
      return fail(item.problem(fmt::format("the name \"{}\" is there twice", *text)));
    }
    out.push_back(std::move(*name));
  }
}

void Fields::profile(std::string_view key, Profile& out) {
  const auto node = find(key);
  if (!node) return;
  auto word = node->text();
  if (!word) return fail(word.error());
  const auto* found = find_profile(*word);
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const auto& entry : built_in_profiles()) names.push_back(entry.name);
    return fail(node->problem(fmt::format("unknown profile \"{}\"", printable(*word)),
                              suggest(*word, names)));
  }
  out = *found;
}

void Fields::reference(std::string_view key, const std::vector<std::string>& known,
                       std::string_view what, std::string& out) {
  const auto node = require(key);
  if (!node) return;
  auto word = node->text();
  if (!word) return fail(word.error());
  if (std::find(known.begin(), known.end(), *word) == known.end()) {
    return fail(node->problem(fmt::format("there is no {} \"{}\"", what, printable(*word)),
                              suggest(*word, known)));
  }
  out = std::move(*word);
}

void Fields::file_name(std::string_view key, std::string& out) {
  const auto node = find(key);
  if (!node) return;
  auto word = node->text();
  if (!word) return fail(word.error());
  if (!is_file_name(*word)) {
    return fail(node->problem(fmt::format("\"{}\" cannot be a file name here", printable(*word)),
                              "letters, digits, dot, underscore and hyphen; no folders"));
  }
  out = std::move(*word);
}

}  // namespace handfast::pki::detail
