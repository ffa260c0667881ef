#include "harness/check/profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/check/identity/header_bytes.hpp"
#include "harness/check/status/status_lab.hpp"

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
  bool fetches_crls = false;
  bool asks_ocsp = false;
  bool staples = false;
  bool dual = false;
  std::string_view tls_version = {};
  bool psk = false;
  bool proxied = false;
  bool proxy_names_users = false;
  bool binds_client_id = false;
  bool account = false;
  bool trust_beside = false;
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
    Profile{.name = "mtls-cdp", .two_way = true, .fetches_crls = true},
    Profile{.name = "mtls-ocsp", .two_way = true, .asks_ocsp = true},
    Profile{.name = "staple", .staples = true},
    Profile{.name = "one-v13", .tls_version = "1.3"},
    Profile{.name = "one-split", .trust_beside = true},
    Profile{.name = "dual", .dual = true},
    Profile{.name = "ident", .two_way = true, .user_from = UserFrom::common_name},
    Profile{
        .name = "ident-opt", .two_way = true, .optional = true, .user_from = UserFrom::common_name},
    Profile{.name = "wss-mtls", .transport = Transport::wss, .two_way = true},
    Profile{.name = "wss-crl", .transport = Transport::wss, .two_way = true, .revocation = true},
    Profile{.name = "wss-ident",
            .transport = Transport::wss,
            .two_way = true,
            .user_from = UserFrom::common_name},
    Profile{.name = "ident-dn", .two_way = true, .user_from = UserFrom::subject},
    Profile{.name = "ident-san", .two_way = true, .user_from = UserFrom::alternative_name},
    Profile{.name = "ident-id",
            .two_way = true,
            .user_from = UserFrom::common_name,
            .binds_client_id = true},
    Profile{.name = "mtls-login", .two_way = true, .account = true},
    Profile{.name = "psk", .psk = true},
    Profile{.name = "proxy", .transport = Transport::tcp, .proxied = true},
    Profile{.name = "proxy-mtls", .two_way = true, .proxied = true},
    Profile{.name = "proxy-ident",
            .two_way = true,
            .user_from = UserFrom::common_name,
            .proxied = true},
    Profile{.name = "proxy-tlv", .proxied = true, .proxy_names_users = true},
    Profile{.name = "proxy-ws", .transport = Transport::ws, .proxied = true},
    Profile{.name = "dtls", .transport = Transport::dtls},
    Profile{.name = "dtls-mtls", .transport = Transport::dtls, .two_way = true},
    Profile{.name = "dtls-psk", .transport = Transport::dtls, .psk = true},
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

Result<broker::ListenerSettings> dual_settings(broker::ListenerSettings settings,
                                               std::string_view fixture,
                                               const Materials& materials) {
  const auto names = dual_servers(fixture);
  const auto* first = materials.identity(names.first);
  const auto* second = materials.identity(names.second);
  if (first == nullptr || second == nullptr) {
    return no_material(settings.name, fmt::format("the servers of \"{}\"", fixture));
  }
  settings.certificate = first->chain;
  settings.key = first->key;
  settings.other_certificate = second->chain;
  settings.other_key = second->key;
  return settings;
}

}  // namespace

std::pair<std::string, std::string> dual_servers(std::string_view fixture) {
  const bool by_key = fixture == "server-dual-cert";
  return {fmt::format("{}/{}", fixture, by_key ? "ec" : "one"),
          fmt::format("{}/{}", fixture, by_key ? "rsa" : "two")};
}

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

bool needs_responder(std::string_view listener) {
  const auto* profile = find_profile(listener.substr(0, listener.find('@')));
  return profile != nullptr && (profile->fetches_crls || profile->asks_ocsp || profile->staples);
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
  settings.proxy_protocol = profile.proxied;
  settings.proxy_names_users = profile.proxy_names_users;
  settings.binds_client_id = profile.binds_client_id;
  if (profile.account) settings.account = known_account();
  if (profile.psk) settings.psk = known_keys();
  if (!uses_tls(profile.transport) || profile.psk) return settings;
  settings.fetches_crls = profile.fetches_crls;
  settings.asks_ocsp = profile.asks_ocsp;
  settings.staples = profile.staples;
  settings.tls_version = profile.tls_version;
  if (profile.dual) return dual_settings(std::move(settings), name->fixture, materials);

  const bool own_server = !profile.two_way && !name->fixture.empty();
  const auto server_name = own_server ? name->fixture : fixture_server;
  const auto* server = materials.identity(server_name);
  if (server == nullptr)
    return no_material(listener, fmt::format("the identity \"{}\"", server_name));
  settings.certificate = server->chain;
  settings.key = server->key;
  if (!profile.two_way && !profile.trust_beside) return settings;

  const bool by_status = profile.fetches_crls || profile.asks_ocsp;
  const auto usual_trust = by_status ? status_trust : fixture_trust;
  const auto trust_name = name->fixture.empty() ? usual_trust : name->fixture;
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

std::vector<broker::PreSharedKey> known_keys() {
  const Bytes key(32, 0x5a);
  return {{.identity = "dev-1", .key = key},
          {.identity = std::string(128, 'd'), .key = key},
          {.identity = "Ger\u00e4t-1", .key = key}};
}

broker::Account known_account() { return {.user = "gate", .password = "handfast-opens"}; }

std::vector<std::string> registered_users() {
  return {"dev-1", "dev-2", "dev-1.lab.test", "admin", std::string(64, 'x'), std::string(200, 'x'),
          "a+b/#", "+",     "Ger\u00e4t-1"};
}

Stimulus stimulus_for(const std::string& listener) {
  Stimulus stimulus;
  stimulus.listener = listener;
  if (!parse_profile(listener)) return stimulus;
  stimulus.trust = fixture_trust;
  stimulus.server_name = fixture_host;
  const auto& profile = *find_profile(parse_profile(listener)->profile);
  stimulus.verify = profile.transport != Transport::dtls;
  if (profile.psk) {
    const auto known = known_keys().front();
    stimulus.psk = tls::ExternalPsk{.identity = known.identity, .key = known.key};
  }
  if (profile.proxy_names_users) stimulus.preface = identity::verified_client_header("192.0.2.60");
  if (profile.proxied) stimulus.proxy_header = proxy::Version::v2;
  return stimulus;
}

Stimulus stimulus_for(const std::string& listener, std::string identity) {
  auto stimulus = stimulus_for(listener);
  stimulus.identity = std::move(identity);
  return stimulus;
}

}  // namespace handfast::check
