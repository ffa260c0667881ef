// ejabberd verifies client certificates not in the handshake but at CONNECT, and lets in whoever is
// authenticated by any method: a two-way node therefore leaves the certificate as the only one, and
// a one-way node must allow anonymous login.
#include "harness/broker/ejabberd/render.hpp"

#include <fmt/format.h>

namespace handfast::broker::ejabberd {

namespace {

std::string listener_settings(const NodeListener& listener) {
  auto settings =
      fmt::format("  # {}\n  - port: {}\n    ip: \"127.0.0.1\"\n", listener.name, listener.port);
  const bool websocket = uses_websocket(listener.transport);
  settings += websocket ? "    module: ejabberd_http\n    request_handlers: {/mqtt: mod_mqtt}\n"
                        : "    module: mod_mqtt\n";
  if (listener.proxied) settings += "    use_proxy_protocol: true\n";
  if (!uses_tls(listener.transport)) return settings;
  settings += "    tls: true\n";
  if (websocket) return settings;
  return settings + fmt::format("    tls_verify: {}\n", listener.ask_clients);
}

std::string login_settings(const Node& node) {
  if (node.certificates_only) {
    return "# No user has a password: who has no certificate that names the user is refused at "
           "CONNECT.\n"
           "auth_method: [internal]\n";
  }
  return "auth_method: [anonymous]\nanonymous_protocol: login_anon\n"
         "allow_multiple_connections: true\n";
}

}  // namespace

std::string yaml(const Node& node) {
  auto text = fmt::format(
      "# Made by handfast; changes are overwritten.\n"
      "hosts: [localhost]\nloglevel: {}\n",
      node.verbose ? "debug" : "info");
  if (!node.bundle.empty()) text += fmt::format("certfiles: [\"{}\"]\n", node.bundle);
  if (!node.trust.empty()) {
    // c2s_cafile is the one that MQTT clients are verified with.
    text += fmt::format("ca_file: \"{0}\"\nc2s_cafile: \"{0}\"\n", node.trust);
  }
  text += login_settings(node) + "listen:\n";
  for (const auto& listener : node.listeners) text += listener_settings(listener);
  return text +
         "modules:\n  mod_mqtt:\n    access_publish: {\"#\": [{allow: all}]}\n"
         "    access_subscribe: {\"#\": [{allow: all}]}\n";
}

}  // namespace handfast::broker::ejabberd
