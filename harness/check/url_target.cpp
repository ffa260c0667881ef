#include "harness/check/url_target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/check/fixture_material.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/session_material.hpp"

namespace handfast::check {

namespace {

/// Clients that no broker knows, whoever it trusts. All other bad lists of the catalogue are bad
/// below an anchor of ours, and would be refused here for being foreign.
constexpr std::array strangers{foreign_client_fixture,
                               std::string_view("client-chain-wrong-root-selfincluded"),
                               std::string_view("client-self-signed")};

const char* profile_of(Transport transport, bool two_way) {
  switch (transport) {
    case Transport::tcp:
      return "plain";
    case Transport::ws:
      return "ws-plain";
    case Transport::tls:
      return two_way ? "mtls" : "one";
    case Transport::wss:
      return two_way ? "wss-mtls" : "wss-one";
    case Transport::dtls:
      break;
  }
  return nullptr;
}

/// "broker.lab.test-8883": names a folder and a column.
std::string name_of(const Endpoint& endpoint) {
  auto name = fmt::format("{}-{}", endpoint.host, endpoint.port);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_'; }, '-');
  return name.front() == '-' ? "broker" + name : name;  // an IPv6 address like ::1
}

Result<void> check_files(const UrlTarget& asked, bool tls) {
  if (!tls) {
    if (asked.trust.empty() && asked.certificate.empty()) return {};
    return usage_problem("--trust and --certificate go with TLS", asked.url,
                         "a URL of tls:// or wss://");
  }
  if (!asked.trust.empty()) return {};
  return usage_problem("a broker with certificates of its own needs --trust FILE.pem", asked.url,
                       "the anchors of its certificate; for a public one the system's, "
                       "/etc/ssl/certs/ca-certificates.crt");
}

bool can_be_shown(const CheckSpec& row, bool has_certificate) {
  return std::ranges::all_of(identities_of(row.plan), [&](const std::string& name) {
    const bool ours = name == good_client_fixture && has_certificate;
    return name.empty() || ours || std::ranges::find(strangers, name) != strangers.end();
  });
}

}  // namespace

bool looks_like_url(std::string_view text) { return text.find("://") != std::string_view::npos; }

Result<Target> target_of_url(const UrlTarget& asked) {
  auto endpoint = parse_url(asked.url);
  if (!endpoint) return endpoint.error();
  const bool two_way = !asked.certificate.empty();
  const auto* profile = profile_of(endpoint->transport, two_way);
  if (profile == nullptr) {
    return usage_problem("the checks speak MQTT over TCP, TLS and WebSocket", asked.url,
                         "tcp, tls, ws or wss; handfast run has DTLS");
  }
  const bool tls = uses_tls(endpoint->transport);
  if (auto fits = check_files(asked, tls); !fits) return fits.error();
  Target target;
  target.name = name_of(*endpoint);
  target.own = OwnCertificates{.trust = asked.trust,
                               .certificate = asked.certificate,
                               .key = asked.key,
                               .server_name = asked.server_name};
  const auto kind = listener_kind(profile);
  if (!kind) return kind.error();
  target.listeners.push_back({.name = profile, .kind = *kind, .endpoint = std::move(*endpoint)});
  return target;
}

Result<Materials> own_materials(const Target& target, const std::vector<const CheckSpec*>& rows,
                                const std::filesystem::path& directory) {
  const auto& own = *target.own;
  const bool has_certificate = !own.certificate.empty();
  std::vector<const CheckSpec*> playable;
  for (const auto* row : rows) {
    if (can_be_shown(*row, has_certificate)) playable.push_back(row);
  }
  auto minted = make_materials(playable, {.directory = directory});
  if (!minted) return minted.error();
  Materials materials;
  for (const auto name : strangers) {
    if (const auto* stranger = minted->identity(name)) {
      materials.identities[std::string(name)] = *stranger;
    }
  }
  if (own.trust.empty()) return materials;
  auto given = Materials::from_files(own.trust, own.certificate, own.key);
  if (!given) return given.error();
  materials.trusts[std::string(fixture_trust)] = *given->trust("root");
  if (const auto* client = given->identity("client")) {
    materials.identities[std::string(good_client_fixture)] = *client;
  }
  return materials;
}

}  // namespace handfast::check
