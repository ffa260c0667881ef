// From the settings of a broker under test to a RabbitMQ node.
#include <algorithm>
#include <map>

#include "harness/broker/rabbitmq/node.hpp"
#include "harness/broker/rabbitmq/rabbitmq.hpp"

namespace handfast::broker::rabbitmq {

namespace {

TlsOptions tls_options(const ListenerSettings& listener) {
  TlsOptions tls{.certificate = listener.certificate.string(),
                 .key = listener.key.string(),
                 .trust = listener.trust.string(),
                 .ask_clients = listener.kind.two_way,
                 .insist = listener.kind.two_way && !listener.certificate_optional};
  tls.fetches_crls = listener.fetches_crls;
  if (!listener.tls_version.empty()) tls.versions = {listener.tls_version};
  return tls;
}

bool same_tls(const ListenerSettings& a, const ListenerSettings& b) {
  return a.certificate == b.certificate && a.key == b.key && a.trust == b.trust &&
         a.kind.two_way == b.kind.two_way && a.certificate_optional == b.certificate_optional &&
         a.tls_version == b.tls_version && a.fetches_crls == b.fetches_crls;
}

}  // namespace

/// The first listener of a transport makes the settings; those that differ are copies of it.
Node node_of(const Settings& settings) {
  Node node{.spare_port = port_of(settings, spare_name), .verbose = settings.verbose};
  std::map<Transport, const ListenerSettings*> firsts;
  for (const auto& listener : settings.listeners) {
    if (listener.auxiliary) continue;
    if (listener.user_from == UserFrom::common_name) node.user_from = "cn";
    if (listener.user_from == UserFrom::alternative_name) node.user_from = "san";
    if (listener.account) {
      node.user = listener.account->user;
      node.password = listener.account->password;
    }
    const auto transport = listener.kind.transport;
    const auto& first = *firsts.emplace(transport, &listener).first->second;
    const bool fits =
        &first == &listener ||
        (!uses_websocket(transport) && (transport == Transport::tcp || same_tls(first, listener)));
    if (!fits) {
      Copy copy{.name = listener.name, .of = first.port, .port = listener.port};
      if (uses_tls(transport)) copy.tls = tls_options(listener);
      node.copies.push_back(std::move(copy));
      continue;
    }
    node.listeners.push_back(
        {.name = listener.name, .transport = transport, .port = listener.port});
    (uses_websocket(transport) ? node.proxied_web : node.proxied) |= listener.proxy_protocol;
    if (transport == Transport::tls) node.tls = tls_options(first);
    if (transport == Transport::wss) node.wss = tls_options(first);
  }
  if (!node.user_from.empty() && settings.user_topics) {
    node.definitions = (settings.directory / definitions_name).string();
  }
  return node;
}

std::uint16_t port_of(const Settings& settings, std::string_view name) {
  const auto at = std::ranges::find(settings.listeners, name, &ListenerSettings::name);
  return at == settings.listeners.end() ? std::uint16_t(0) : at->port;
}

void complete(Settings& settings) {
  const auto has = [&](Transport transport) {
    return std::ranges::any_of(settings.listeners, [&](const auto& listener) {
      return listener.kind.transport == transport;
    });
  };
  const bool lacks_plain = has(Transport::wss) && !has(Transport::ws);
  for (const auto name : {distribution_name, names_name}) {
    settings.listeners.push_back({.name = std::string(name), .kind = {}, .auxiliary = true});
  }
  if (lacks_plain) {
    settings.listeners.push_back({.name = std::string(spare_name), .kind = {}, .auxiliary = true});
  }
}

std::string render(const Settings& settings) { return conf(node_of(settings)); }

/// Users come from certificates for all listeners or for none (mqtt.ssl_cert_login), a password is
/// asked for at all or at none, PROXY headers for MQTT or for WebSocket as a whole; other TLS
/// options are a copy's.
bool can_share(const ListenerSettings& a, const ListenerSettings& b) {
  if (a.user_from != b.user_from || a.account != b.account) return false;
  const bool both_web = uses_websocket(a.kind.transport) == uses_websocket(b.kind.transport);
  return !both_web || a.proxy_protocol == b.proxy_protocol;
}

}  // namespace handfast::broker::rabbitmq
