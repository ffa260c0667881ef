// EMQX 5: HOCON.
#include <fmt/format.h>

#include "harness/broker/prepared/prepared.hpp"

namespace handfast::broker::prepared {

namespace {

/// Zones carry what a listener cannot say itself.
std::string_view zone_of(UserFrom user_from) {
  if (user_from == UserFrom::common_name) return "handfast_cn";
  return user_from == UserFrom::subject ? "handfast_dn" : "";
}

std::string tls_settings(const ListenerSettings& listener) {
  auto text = fmt::format("  ssl_options {{\n    certfile = \"{}\"\n    keyfile = \"{}\"\n",
                          listener.certificate.string(), listener.key.string());
  if (!listener.trust.empty()) {
    text += fmt::format("    cacertfile = \"{}\"\n", listener.trust.string());
  }
  // fail_if_no_peer_cert is false by default, with which a client without certificate gets in.
  const bool insist = listener.kind.two_way && !listener.certificate_optional;
  text += fmt::format("    verify = {}\n    fail_if_no_peer_cert = {}\n",
                      listener.kind.two_way ? "verify_peer" : "verify_none", insist);
  if (!listener.tls_version.empty()) {
    text += fmt::format("    versions = [\"tlsv{}\"]\n", listener.tls_version);
  }
  return text + "  }\n";
}

std::string render(const Settings& settings) {
  auto text = fmt::format("# {}\n", made_by);
  for (const auto* type : {"tcp", "ssl", "ws", "wss"}) {
    text += fmt::format("listeners.{}.default.enable = false\n", type);
  }
  text +=
      "zones.handfast_cn.mqtt.peer_cert_as_username = cn\n"
      "zones.handfast_dn.mqtt.peer_cert_as_username = dn\n";
  for (const auto& listener : settings.listeners) {
    text += fmt::format("\n# {}\nlisteners.{}.{} {{\n  bind = \"127.0.0.1:{}\"\n", listener.name,
                        type_of(listener.kind.transport), identifier(listener.name), listener.port);
    if (const auto zone = zone_of(listener.user_from); !zone.empty()) {
      text += fmt::format("  zone = {}\n", zone);
    }
    if (uses_websocket(listener.kind.transport)) text += "  websocket.mqtt_path = \"/mqtt\"\n";
    if (uses_tls(listener.kind.transport)) text += tls_settings(listener);
    text += "}\n";
  }
  return text;
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "otp"},
                       {"tls.versions", "1.2,1.3"},
                       {"mtls", "optional,required"},
                       {"ident", "cn,dn"},
                       {"ident.to", "username"},
                       {"ws", "yes"},
                       {"wss", "yes"}});
}

}  // namespace

const Driver& emqx5() {
  static const Driver driver{
      .name = "emqx5",
      .installing = "emqx.io has packages and images",
      .configuration_name = "handfast.conf",
      .can = {.tls_version = true, .user_from = {UserFrom::common_name, UserFrom::subject}},
      .render = render,
      .capabilities = capabilities,
      .starting = "cat {configuration} >> EMQX/etc/emqx.conf && EMQX/bin/emqx foreground",
      .reloading = "emqx eval 'ssl:clear_pem_cache().'"};
  return driver;
}

}  // namespace handfast::broker::prepared
