// NanoMQ: nanomq.conf in HOCON.
#include <fmt/format.h>

#include "harness/broker/prepared/prepared.hpp"

namespace handfast::broker::prepared {

namespace {

bool has(const Settings& settings, Transport transport) {
  for (const auto& listener : settings.listeners) {
    if (!listener.auxiliary && listener.kind.transport == transport) return true;
  }
  return false;
}

/// A WebSocket listener that is left out would be bound on all addresses.
void complete(Settings& settings) {
  for (const auto transport : {Transport::ws, Transport::wss}) {
    if (has(settings, transport)) continue;
    settings.listeners.push_back({.name = fmt::format("spare-{}", to_string(transport)),
                                  .kind = {.transport = transport},
                                  .auxiliary = true});
  }
}

bool can_share(const ListenerSettings& a, const ListenerSettings& b) {
  return a.kind.transport != b.kind.transport;
}

std::string render(const Settings& settings) {
  auto text = fmt::format("# {}\n", made_by);
  for (const auto& listener : settings.listeners) {
    const auto transport = listener.kind.transport;
    text +=
        fmt::format("\n# {}\nlisteners.{} {{\n  bind = \"127.0.0.1:{}{}\"\n", listener.name,
                    type_of(transport), listener.port, uses_websocket(transport) ? "/mqtt" : "");
    if (transport == Transport::tls) {
      text += fmt::format("  keyfile = \"{}\"\n  certfile = \"{}\"\n", listener.key.string(),
                          listener.certificate.string());
      if (!listener.trust.empty()) {
        text += fmt::format("  cacertfile = \"{}\"\n", listener.trust.string());
      }
      // Both, always: with fail_if_no_peer_cert = false it accepts even foreign and expired ones.
      text += fmt::format("  verify_peer = {0}\n  fail_if_no_peer_cert = {0}\n",
                          listener.kind.two_way && !listener.certificate_optional);
    }
    text += "}\n";
  }
  return text;
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities(
      {{"tls.stack", "mbedtls"}, {"tls.versions", "1.2"}, {"mtls", "required"}, {"ws", "yes"}});
}

}  // namespace

const Driver& nanomq() {
  static const Driver driver{
      .name = "nanomq",
      .installing = "nanomq.io has packages and images",
      .kinds = {{Transport::tcp}, {Transport::tls}, {Transport::tls, true}, {Transport::ws}},
      .can = {.optional_clients = false},
      .complete = complete,
      .render = render,
      .can_share = can_share,
      .capabilities = capabilities,
      .starting = "nanomq start --conf {configuration}"};
  return driver;
}

}  // namespace handfast::broker::prepared
