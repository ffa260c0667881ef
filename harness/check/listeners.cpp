// From the names of listeners to their settings.
#include <fmt/format.h>

#include <algorithm>

#include "harness/check/check.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check {

namespace {

Problem lacking(const std::string& listener, std::string_view what) {
  return usage_problem(
      fmt::format("the listener \"{}\" needs {}, which the PKI lacks", listener, what), {},
      "the preset emqx-two-tier has all that the checks use");
}

/// Trust material of a two-way listener by the variant behind the "@".
std::string_view trust_name(std::string_view variant) {
  if (variant == "merged") return "cacert";
  if (variant == "second") return "second";
  return "root";
}

Result<broker::ListenerSettings> settings_of(const std::string& name, const Materials& materials) {
  if (parse_profile(name)) return profile_settings(name, materials);
  const auto at = name.find('@');
  const auto variant = at == std::string::npos ? std::string() : name.substr(at + 1);
  auto kind = parse_listener(name.substr(0, at));
  if (!kind) return kind.error();
  broker::ListenerSettings settings;
  settings.name = name;
  settings.kind = *kind;
  if (!uses_tls(kind->transport)) return settings;

  const auto* server = materials.identity("server");
  if (server == nullptr) return lacking(name, "the identity \"server\"");
  settings.certificate = variant == "leaf" ? server->certificate : server->chain;
  settings.key = server->key;
  if (!kind->two_way) return settings;
  const auto* trust = materials.trust(trust_name(variant));
  if (trust == nullptr)
    return lacking(name, fmt::format("the trust file \"{}\"", trust_name(variant)));
  settings.trust = trust->file;
  return settings;
}

}  // namespace

Result<std::vector<broker::ListenerSettings>> listeners_for(const Selection& selection,
                                                            const Materials& materials) {
  auto rows = select(selection);
  if (!rows) return rows.error();
  return listeners_for(*rows, materials);
}

Result<std::vector<broker::ListenerSettings>> listeners_for(
    const std::vector<const CheckSpec*>& rows, const Materials& materials) {
  const bool two_tier = materials.trust("second") != nullptr;
  std::vector<broker::ListenerSettings> listeners;
  for (const auto* spec : rows) {
    if (spec->two_tier && !two_tier) continue;  // the row will be skipped
    for (const auto& name : spec->needs) {
      if (std::ranges::find(listeners, name, &broker::ListenerSettings::name) != listeners.end()) {
        continue;
      }
      auto settings = settings_of(name, materials);
      if (!settings) return settings.error();
      listeners.push_back(std::move(*settings));
    }
  }
  return listeners;
}

Result<std::vector<broker::ListenerSettings>> listeners_for(const Selection& selection,
                                                            const pki::Pki& pki) {
  auto materials = Materials::from_pki(pki);
  if (!materials) return materials.error();
  return listeners_for(selection, *materials);
}

}  // namespace handfast::check
