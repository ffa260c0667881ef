#include "harness/check/profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace handfast::check {

namespace {

/// What a profile asks of a listener.
struct Profile {
  std::string_view name;
  Transport transport = Transport::tls;
  bool two_way = false;
  bool optional = false;
  bool revocation = false;
  broker::UserFrom user_from = broker::UserFrom::nothing;
};

using broker::UserFrom;

constexpr std::array profiles{
    Profile{.name = "plain", .transport = Transport::tcp},
    Profile{.name = "ws-plain", .transport = Transport::ws},
    Profile{.name = "one"},
    Profile{.name = "wss-one", .transport = Transport::wss},
    Profile{.name = "mtls", .two_way = true},
    Profile{.name = "mtls-opt", .two_way = true, .optional = true},
    Profile{.name = "mtls-crl", .two_way = true, .revocation = true},
    Profile{.name = "ident", .two_way = true, .user_from = UserFrom::common_name},
    Profile{
        .name = "ident-opt", .two_way = true, .optional = true, .user_from = UserFrom::common_name},
    Profile{.name = "wss-mtls", .transport = Transport::wss, .two_way = true},
    Profile{.name = "wss-crl", .transport = Transport::wss, .two_way = true, .revocation = true},
    Profile{.name = "wss-ident",
            .transport = Transport::wss,
            .two_way = true,
            .user_from = UserFrom::common_name},
};

const Profile* find_profile(std::string_view name) {
  const auto found = std::ranges::find(profiles, name, &Profile::name);
  return found == profiles.end() ? nullptr : &*found;
}

Problem no_material(const std::string& listener, std::string_view what) {
  return usage_problem(
      fmt::format("the listener \"{}\" needs {}, which nobody minted", listener, what), {},
      "handfast check mints what its rows need");
}

}  // namespace

std::optional<ProfileName> parse_profile(std::string_view listener) {
  const auto at = listener.find('@');
  const auto* profile = find_profile(listener.substr(0, at));
  if (profile == nullptr) return std::nullopt;
  return ProfileName{
      .profile = profile->name,
      .fixture = at == std::string_view::npos ? std::string_view() : listener.substr(at + 1)};
}

Result<ListenerKind> listener_kind(std::string_view listener) {
  const auto name = listener.substr(0, listener.find('@'));
  if (const auto* profile = find_profile(name)) {
    return ListenerKind{.transport = profile->transport, .two_way = profile->two_way};
  }
  return parse_listener(name);
}

Result<broker::ListenerSettings> profile_settings(const std::string& listener,
                                                  const Materials& materials) {
  const auto name = parse_profile(listener);
  const auto& profile = *find_profile(name->profile);
  broker::ListenerSettings settings;
  settings.name = listener;
  settings.kind = {.transport = profile.transport, .two_way = profile.two_way};
  settings.certificate_optional = profile.optional;
  settings.user_from = profile.user_from;
  if (!uses_tls(profile.transport)) return settings;

  const bool own_server = !profile.two_way && !name->fixture.empty();
  const auto server_name = own_server ? name->fixture : fixture_server;
  const auto* server = materials.identity(server_name);
  if (server == nullptr)
    return no_material(listener, fmt::format("the identity \"{}\"", server_name));
  settings.certificate = server->chain;
  settings.key = server->key;
  if (!profile.two_way) return settings;

  const auto trust_name = name->fixture.empty() ? fixture_trust : name->fixture;
  const auto* trust = materials.trust(trust_name);
  if (trust == nullptr)
    return no_material(listener, fmt::format("the anchors of \"{}\"", trust_name));
  settings.trust = trust->file;
  if (!profile.revocation) return settings;
  const auto* revoked = materials.revocation(name->fixture);
  if (revoked == nullptr)
    return no_material(listener, fmt::format("the CRLs of \"{}\"", name->fixture));
  settings.revoked = revoked->file;
  return settings;
}

Stimulus stimulus_for(const std::string& listener) {
  Stimulus stimulus;
  stimulus.listener = listener;
  if (!parse_profile(listener)) return stimulus;
  stimulus.trust = fixture_trust;
  stimulus.server_name = fixture_host;
  return stimulus;
}

Stimulus stimulus_for(const std::string& listener, std::string identity) {
  auto stimulus = stimulus_for(listener);
  stimulus.identity = std::move(identity);
  return stimulus;
}

}  // namespace handfast::check
