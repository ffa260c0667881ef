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

void Fields::number(std::string_view key, std::int64_t min, std::int64_t max, int& out) {
  const auto node = find(key);
  if (!node) return;
  auto value = node->integer(min, max);
  if (!value) return fail(value.error());
  out = static_cast<int>(*value);
}

void Fields::duration(std::string_view key, Nanos& out) {
  const auto node = find(key);
  if (!node) return;
  auto value = node->duration();
  if (!value) return fail(value.error());
  if (*value < std::chrono::seconds(1)) {
    return fail(node->problem(fmt::format("\"{}\" must be 1s or longer", key)));
  }
  out = *value;
}

void Fields::words(std::string_view key, std::vector<std::string>& out) {
  const auto node = find(key);
  if (!node) return;
  auto items = node->list();
  if (!items) return fail(items.error());
  out.clear();
  for (const auto& item : *items) {
    auto text = item.text();
    if (!text) return fail(text.error());
    if (std::find(out.begin(), out.end(), *text) != out.end()) {
      return fail(item.problem(fmt::format("\"{}\" is there twice", printable(*text))));
    }
    out.push_back(std::move(*text));
  }
}

void Fields::choice(std::string_view key, const std::vector<std::string>& allowed,
                    std::size_t& out) {
  const auto node = find(key);
  if (!node) return;
  auto word = node->one_of(allowed);
  if (!word) return fail(word.error());
  out = static_cast<std::size_t>(
      std::distance(allowed.begin(), std::find(allowed.begin(), allowed.end(), *word)));
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
