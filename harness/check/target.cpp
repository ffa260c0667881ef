#include "harness/check/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/config/fields.hpp"
#include "core/config/yaml.hpp"
#include "harness/check/check.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check {

namespace {

namespace fs = std::filesystem;
using config::Field;
using config::Node;
using config::Presence;

constexpr std::int64_t format_version = 1;

/// Every listener that a row of the catalogue needs.
std::vector<std::string> known_profiles() {
  std::vector<std::string> names;
  for (const auto& spec : catalogue()) {
    for (const auto& name : spec.needs) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

Result<void> read_format(const Node& node) {
  const auto version = node.integer();
  if (!version) return version.error();
  if (*version == format_version) return {};
  return node.problem(fmt::format("this program reads version {} of the format", format_version));
}

Result<std::string> some_text(const Node& node) {
  auto text = node.text();
  if (text && trim(*text).empty()) return node.problem("is empty");
  return text;
}

/// The name is one of a folder and of a suite in reports.
Result<std::string> read_name(const Node& node) {
  auto text = some_text(node);
  if (!text) return text;
  const auto fits = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  };
  if (std::ranges::all_of(*text, fits) && text->front() != '.' && text->size() <= 64) return text;
  return node.problem("is no name", "letters, digits, hyphens, dots and underscores, 64 at most");
}

Result<broker::Login> read_login(const Node& node) {
  broker::Login login;
  const auto done = config::read_fields(
      node, {{"user", Presence::required,
              [&](const Node& value) { return config::store(login.user, some_text(value)); }},
             {"from", Presence::optional,
              [&](const Node& value) -> Result<void> {
                const auto word = value.one_of({"certificate"});
                if (!word) return word.error();
                login.from_certificate = true;
                return {};
              }},
             {"password", Presence::optional, [&](const Node& value) -> Result<void> {
                auto text = value.text();
                if (!text) return text.error();
                login.password = std::move(*text);
                return {};
              }}});
  if (!done) return done.error();
  return login;
}

Result<Endpoint> read_endpoint(const Node& node, const std::string& profile, ListenerKind kind) {
  const auto text = node.text();
  if (!text) return text.error();
  auto endpoint = parse_url(*text);
  if (!endpoint) return node.locate(endpoint.error());
  if (endpoint->transport == kind.transport) return endpoint;
  return node.problem(fmt::format("the profile \"{}\" is a listener of kind {}, not {}", profile,
                                  to_string(kind.transport), to_string(endpoint->transport)),
                      fmt::format("{}://HOST:PORT", to_string(kind.transport)));
}

/// A URL, or a mapping with one and a login of its own.
Result<broker::Listener> read_profile(const std::string& name, const Node& node,
                                      const std::vector<std::string>& known) {
  if (std::ranges::find(known, name) == known.end()) {
    auto hint = suggest(name, known);
    if (!hint.starts_with("did you mean")) hint = "handfast check --prepare DIR writes them all";
    return usage_problem(fmt::format("there is no profile \"{}\"", printable(name)),
                         node.key_where(), hint);
  }
  if (needs_responder(name)) {
    return usage_problem(
        fmt::format("certificates of the profile \"{}\" name a responder that a run starts", name),
        node.key_where(), "leave it out: handfast check --broker NAME plays it");
  }
  broker::Listener listener{.name = name, .kind = {}, .endpoint = {}};
  const auto kind = listener_kind(name);
  if (!kind) return kind.error();
  listener.kind = *kind;
  const auto read_url = [&](const Node& value) {
    return config::store(listener.endpoint, read_endpoint(value, name, *kind));
  };
  Result<void> done;
  if (node.is_map()) {
    done = config::read_fields(node, {{"url", Presence::required, read_url},
                                      {"login", Presence::optional, [&](const Node& value) {
                                         return config::store(listener.login, read_login(value));
                                       }}});
  } else {
    done = read_url(node);
  }
  if (!done) return done.error();
  return listener;
}

Result<std::vector<broker::Listener>> read_profiles(const Node& node) {
  auto map = config::Map::of(node);
  if (!map) return map.error();
  const auto known = known_profiles();
  std::vector<broker::Listener> listeners;
  for (const auto& [name, value] : map->entries()) {
    auto listener = read_profile(name, value, known);
    if (!listener) return listener.error();
    listeners.push_back(std::move(*listener));
  }
  if (listeners.empty()) {
    return node.problem("names no profile", "one: tls://HOST:PORT is a beginning");
  }
  return listeners;
}

/// A list is the same as its items with commas between them.
Result<std::string> capability_text(const Node& node) {
  if (!node.is_list()) return some_text(node);
  std::vector<std::string> words;
  for (const auto& item : node.items()) {
    auto text = some_text(item);
    if (!text) return text.error();
    words.push_back(std::move(*text));
  }
  return join(words, ",");
}

Result<std::map<std::string, std::string, std::less<>>> read_capabilities(const Node& node) {
  auto map = config::Map::of(node);
  if (!map) return map.error();
  const auto& known = broker::capability_keys();
  std::map<std::string, std::string, std::less<>> declared;
  for (const auto& [key, value] : map->entries()) {
    if (std::ranges::find(known, key) == known.end()) {
      return usage_problem(fmt::format("there is no capability \"{}\"", printable(key)),
                           value.key_where(), suggest(key, known));
    }
    auto text = capability_text(value);
    if (!text) return text.error();
    declared[key] = std::move(*text);
  }
  return declared;
}

}  // namespace

Result<Target> parse_target(std::string_view text, const std::string& file) {
  auto document = config::parse_yaml(text, file);
  if (!document) return document.error();
  Target target{.file = file};
  broker::Login login;
  std::string material;
  std::map<std::string, std::string, std::less<>> declared;
  const auto command = [](std::string& out) {
    return [&out](const Node& node) { return config::store(out, some_text(node)); };
  };
  const auto done = config::read_fields(
      *document,
      {{"handfast-target", Presence::required, read_format},
       {"name", Presence::required,
        [&](const Node& node) { return config::store(target.name, read_name(node)); }},
       {"version", Presence::optional,
        [&](const Node& node) { return config::store(target.version, node.text()); }},
       {"material", Presence::required, command(material)},
       {"profiles", Presence::required,
        [&](const Node& node) { return config::store(target.listeners, read_profiles(node)); }},
       {"login", Presence::optional,
        [&](const Node& node) { return config::store(login, read_login(node)); }},
       {"capabilities", Presence::optional,
        [&](const Node& node) { return config::store(declared, read_capabilities(node)); }},
       {"reload", Presence::optional, command(target.reload)},
       {"restart", Presence::optional, command(target.restart)},
       {"log", Presence::optional, command(target.log)}});
  if (!done) return done.error();
  target.material = fs::path(file).parent_path() / material;
  for (auto& listener : target.listeners) {
    if (listener.login.user.empty()) listener.login = login;
  }
  // What there is a command for can be done; how it is declared counts when it is.
  if (!target.reload.empty()) declared.try_emplace("reload", "api");
  if (!target.log.empty()) declared.try_emplace("oob.log", "yes");
  if (target.reload.empty()) declared.erase("reload");
  target.capabilities = broker::Capabilities(std::move(declared));
  return target;
}

Result<Target> load_target(const fs::path& file) {
  std::error_code error;
  const auto absolute = fs::absolute(file, error);
  const auto document = config::load_yaml(file);
  if (!document) {
    auto problem = document.error();
    if (problem.kind == ProblemKind::environment) {
      problem.hint = "handfast check --prepare DIR writes a descriptor to begin with";
    }
    return problem;
  }
  const auto text = read_file(file);
  if (!text) return text.error();
  auto target = parse_target(*text, file.string());
  if (!target) return target;
  target->file = absolute;
  target->material = fs::absolute(target->material, error).lexically_normal();
  if (!fs::is_directory(target->material, error)) {
    return environment_problem(
        "there is no folder of material", target->material.string(),
        "handfast check --prepare DIR makes one; the broker has to be set up "
        "with what is in it");
  }
  return target;
}

}  // namespace handfast::check
