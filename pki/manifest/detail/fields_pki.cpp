// The fields whose values are words of the PKI: keys, periods, names, usages.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/text.hpp"
#include "pki/manifest/detail/fields.hpp"

namespace handfast::pki::detail {

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Bytes> bytes_of_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit_of(text[i]);
    const int low = digit_of(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

}  // namespace

void Fields::key_type(std::string_view key, KeyType& out, bool weak_too) {
  const auto node = find(key);
  if (!node) return;
  auto word = node->text();
  if (!word) return fail(word.error());
  auto type = parse_key_type(*word);
  if (!type) return fail(placed(type.error(), *node));
  if (is_weak(*type) && !weak_too) {
    return fail(node->problem(fmt::format("a {} key is wrong on purpose", key_title(*type)),
                              "put the entry below \"faults\""));
  }
  out = *type;
}

void Fields::hash(std::string_view key, Hash& out, bool weak_too) {
  const auto node = find(key);
  if (!node) return;
  auto word = node->text();
  if (!word) return fail(word.error());
  auto hash = parse_hash(*word);
  if (!hash) return fail(placed(hash.error(), *node));
  if ((*hash == Hash::sha1 || *hash == Hash::md5) && !weak_too) {
    return fail(node->problem(fmt::format("a signature with {} is wrong on purpose", *word),
                              "put the entry below \"faults\""));
  }
  out = *hash;
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
  fields.more_attributes(out);
  if (auto done = fields.finish(); !done) fail(done.error());
}

void Fields::more_attributes(Subject& out) {
  if (!good()) return;
  for (const auto& [type, value] : map_->entries()) {
    if (type == "C" || type == "ST" || type == "L" || type == "O" || type == "OU") continue;
    if (type == "CN") {
      return fail(usage_problem("\"CN\" is no part of \"subject\"", value.key_where(),
                                "write \"cn\" beside \"subject\""));
    }
    auto text = value.text();
    if (!text) return fail(text.error());
    const auto known = parse_subject(type + "=x");  // is it an attribute at all?
    if (!known || type.find_first_of(",=\\") != std::string::npos) {
      auto problem = known ? usage_problem("no attribute of a name") : known.error();
      problem.where = value.key_where();
      return fail(std::move(problem));
    }
    if (text->empty() || character_count(*text) > longest_place) {
      return fail(
          value.problem(fmt::format("\"{}\" must have 1 to {} characters", type, longest_place)));
    }
    std::erase_if(out.more, [&](const NameAttribute& at) { return at.type == type; });
    out.more.push_back({type, std::move(*text)});
  }
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

void Fields::profile(std::string_view key, const std::vector<Profile>& own, Profile& out) {
  const auto node = find(key);
  if (!node) return;
  auto word = node->text();
  if (!word) return fail(word.error());
  std::vector<std::string> names;
  for (const auto& entry : own) {
    if (entry.name == *word) {
      out = entry;
      return;
    }
    names.push_back(entry.name);
  }
  const auto* found = find_profile(*word);
  if (found == nullptr) {
    for (const auto& entry : built_in_profiles()) names.push_back(entry.name);
    return fail(node->problem(fmt::format("unknown profile \"{}\"", printable(*word)),
                              suggest(*word, names)));
  }
  out = *found;
}

void Fields::policies(std::string_view key, std::vector<std::string>& out) {
  const auto node = find(key);
  words(key, out);
  for (const auto& policy : good() ? out : std::vector<std::string>()) {
    if (policy == "any" || is_dotted_oid(policy)) continue;
    return fail(node->problem(fmt::format("\"{}\" is no policy", printable(policy)),
                              "a dotted object identifier such as 1.3.6.1.4.1.5.1, or any"));
  }
}

void Fields::constraints(std::string_view key, NameConstraints& out) {
  const auto node = find(key);
  if (!node) return;
  Fields fields(*node);
  const auto read = [&fields](std::string_view list, std::vector<Subtree>& into) {
    const auto items = fields.find(list);
    if (!items) return;
    auto all = items->list();
    if (!all) return fields.fail(all.error());
    for (const auto& item : *all) {
      auto text = item.text();
      if (!text) return fields.fail(text.error());
      auto subtree = parse_subtree(*text);
      if (!subtree) return fields.fail(placed(subtree.error(), item));
      into.push_back(std::move(*subtree));
    }
  };
  read("permit", out.permit);
  read("forbid", out.forbid);
  if (auto done = fields.finish(); !done) return fail(done.error());
  if (out.empty()) fail(node->problem("\"constrain\" permits and forbids nothing"));
}

void Fields::extensions(std::string_view key, std::vector<RawExtension>& out) {
  const auto node = find(key);
  if (!node) return;
  auto items = node->list();
  if (!items) return fail(items.error());
  for (const auto& item : *items) {
    Fields fields(item);
    RawExtension extension;
    const auto oid = fields.require("oid");
    fields.text("oid", extension.oid, 128);
    if (fields.good() && !is_dotted_oid(extension.oid)) {
      fields.fail(oid->problem("\"oid\" must be a dotted object identifier"));
    }
    fields.flag("critical", extension.critical);
    std::string digits;
    const auto der = fields.require("der");
    fields.text("der", digits, 65536);
    if (auto bytes = fields.good() ? bytes_of_hex(digits) : std::nullopt) {
      extension.der = std::move(*bytes);
    } else if (fields.good()) {
      fields.fail(der->problem("\"der\" must be pairs of hexadecimal digits",
                               "in quotes: \"0500\" is NULL"));
    }
    if (auto done = fields.finish(); !done) return fail(done.error());
    out.push_back(std::move(extension));
  }
}

void Fields::password(std::string_view key, std::string& out) {
  const auto node = find(key);
  if (!node) return;
  auto text = node->text();
  if (!text) return fail(text.error());
  const bool source = (text->starts_with("env:") && text->size() > 4) ||
                      (text->starts_with("file:") && text->size() > 5);
  if (!source) {
    return fail(node->problem(fmt::format("\"{}\" must say where the passphrase is", key),
                              "env:NAME or file:PATH; a passphrase does not belong here"));
  }
  out = std::move(*text);
}

}  // namespace handfast::pki::detail
