// The gateways of EMQX 5 for what is spoken over DTLS: MQTT-SN and CoAP. They take listeners of
// datagrams alone.
#include <fmt/format.h>

#include "harness/broker/prepared/prepared.hpp"

namespace handfast::broker::prepared {

namespace {

/// Erlang drops a ClientHello that finds no acceptor waiting, and the client sends it again after a
/// second: with EMQX's own 16 that befalls many of 50 clients that come at once.
constexpr int acceptors = 256;
constexpr int connections = 102'400;
/// Application data over DTLS is never sent again, so what comes in a burst must have room.
constexpr std::string_view receive_buffer = "4MB";

std::string listener_text(const ListenerSettings& listener) {
  const bool insist = listener.kind.two_way && !listener.certificate_optional;
  auto text = fmt::format(
      "  listeners.dtls.{} {{\n    bind = \"127.0.0.1:{}\"\n    acceptors = {}\n"
      "    max_connections = {}\n    max_conn_rate = 10000\n    udp_options {{ recbuf = \"{}\" }}\n"
      "    dtls_options {{\n      versions = [\"dtlsv1.2\"]\n      certfile = \"{}\"\n"
      "      keyfile = \"{}\"\n",
      identifier(listener.name), listener.port, acceptors, connections, receive_buffer,
      listener.certificate.string(), listener.key.string());
  if (!listener.trust.empty())
    text += fmt::format("      cacertfile = \"{}\"\n", listener.trust.string());
  return text + fmt::format("      verify = {}\n      fail_if_no_peer_cert = {}\n    }}\n  }}\n",
                            listener.kind.two_way ? "verify_peer" : "verify_none", insist);
}

/// `own` is what the gateway needs besides its listeners.
std::string gateway(std::string_view name, std::string_view own, const Settings& settings) {
  auto text = fmt::format("# {}\ngateway.{} {{\n  enable = true\n{}", made_by, name, own);
  for (const auto& listener : settings.listeners) text += listener_text(listener);
  return text + "}\n";
}

std::string render_mqttsn(const Settings& settings) {
  return gateway("mqttsn", "  gateway_id = 1\n  broadcast = false\n  enable_qos3 = true\n",
                 settings);
}

/// Without connection mode, so that PUT and GET with Observe on ps/TOPIC need no token.
std::string render_coap(const Settings& settings) {
  return gateway("coap", "  connection_required = false\n", settings);
}

std::vector<ListenerKind> datagram_kinds() {
  return {parse_listener("dtls").value(), parse_listener("dtls-two-way").value()};
}

Driver gateway_driver(const char* name, std::string (*render)(const Settings&)) {
  return {.name = name,
          .installing = "emqx.io has packages and images",
          .kinds = datagram_kinds(),
          .configuration_name = "handfast.conf",
          .render = render,
          .starting = "cat {configuration} >> EMQX/etc/emqx.conf && EMQX/bin/emqx foreground",
          .reloading = "emqx eval 'ssl:clear_pem_cache().'"};
}

}  // namespace

const Driver& emqx5_mqttsn() {
  static const Driver driver = gateway_driver("emqx5-mqttsn", render_mqttsn);
  return driver;
}

const Driver& emqx5_coap() {
  static const Driver driver = gateway_driver("emqx5-coap", render_coap);
  return driver;
}

}  // namespace handfast::broker::prepared
