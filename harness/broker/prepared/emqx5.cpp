// EMQX 5: HOCON.
#include <fmt/format.h>

#include "harness/broker/prepared/emqx.hpp"

namespace handfast::broker::prepared {

namespace {

/// Zones carry what a listener cannot say itself.
std::string_view zone_of(const ListenerSettings& listener) {
  if (listener.binds_client_id) return "handfast_id";
  if (listener.user_from == UserFrom::common_name) return "handfast_cn";
  return listener.user_from == UserFrom::subject ? "handfast_dn" : "";
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
      "zones.handfast_dn.mqtt.peer_cert_as_username = dn\n"
      "zones.handfast_id.mqtt.peer_cert_as_username = cn\n"
      "zones.handfast_id.mqtt.peer_cert_as_clientid = cn\n";
  for (const auto& listener : settings.listeners) {
    text += fmt::format("\n# {}\nlisteners.{}.{} {{\n  bind = \"127.0.0.1:{}\"\n", listener.name,
                        type_of(listener.kind.transport), identifier(listener.name), listener.port);
    if (const auto zone = zone_of(listener); !zone.empty()) {
      text += fmt::format("  zone = {}\n", zone);
    }
    if (uses_websocket(listener.kind.transport)) text += "  websocket.mqtt_path = \"/mqtt\"\n";
    if (uses_tls(listener.kind.transport)) text += tls_settings(listener);
    text += "}\n";
  }
  return text;
}

}  // namespace

const Driver& emqx5() {
  static const auto driver = emqx("emqx5", render);
  return driver;
}

}  // namespace handfast::broker::prepared
