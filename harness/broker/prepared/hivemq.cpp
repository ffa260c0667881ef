// HiveMQ Community Edition: config.xml.
#include <fmt/format.h>

#include "core/base/file.hpp"
#include "harness/broker/activemq/stores.hpp"
#include "harness/broker/prepared/prepared.hpp"
#include "harness/broker/xml.hpp"

namespace handfast::broker::prepared {

namespace {

/// A store has to have one; what protects it is its mode.
constexpr const char* store_password = "handfast";

std::string key_store_name(const ListenerSettings& listener) {
  return identifier(listener.name) + ".jks";
}
std::string trust_store_name(const ListenerSettings& listener) {
  return identifier(listener.name) + "-trust.jks";
}

std::string store(std::string_view element, const std::string& file, bool with_key) {
  auto text =
      fmt::format("        <{0}>\n          <path>{1}</path>\n          <password>{2}</password>\n",
                  element, xml(file), store_password);
  if (with_key) {
    text +=
        fmt::format("          <private-key-password>{}</private-key-password>\n", store_password);
  }
  return text + fmt::format("        </{}>\n", element);
}

std::string_view client_mode(const ListenerSettings& listener) {
  if (!listener.kind.two_way) return "NONE";
  return listener.certificate_optional ? "OPTIONAL" : "REQUIRED";
}

std::string tls_settings(const Settings& settings, const ListenerSettings& listener) {
  std::string text = "      <tls>\n";
  if (!listener.tls_version.empty()) {
    text += fmt::format(
        "        <protocols>\n          <protocol>TLSv{}</protocol>\n        </protocols>\n",
        listener.tls_version);
  }
  text += store("keystore", (settings.directory / key_store_name(listener)).string(), true);
  if (listener.kind.two_way) {
    text += store("truststore", (settings.directory / trust_store_name(listener)).string(), false);
  }
  return text +
         fmt::format(
             "        <client-authentication-mode>{}</client-authentication-mode>\n      </tls>\n",
             client_mode(listener));
}

std::string render(const Settings& settings) {
  auto text =
      fmt::format("<?xml version=\"1.0\"?>\n<!-- {} -->\n<hivemq>\n  <listeners>\n", made_by);
  for (const auto& listener : settings.listeners) {
    const auto transport = listener.kind.transport;
    const auto element = fmt::format("{}{}-listener", uses_tls(transport) ? "tls-" : "",
                                     uses_websocket(transport) ? "websocket" : "tcp");
    text += fmt::format(
        "    <{}>\n      <port>{}</port>\n      <bind-address>127.0.0.1</bind-address>\n"
        "      <name>{}</name>\n",
        element, listener.port, identifier(listener.name));
    if (uses_websocket(transport)) {
      text +=
          "      <path>/mqtt</path>\n      <subprotocols>\n"
          "        <subprotocol>mqtt</subprotocol>\n      </subprotocols>\n";
    }
    if (uses_tls(transport)) text += tls_settings(settings, listener);
    text += fmt::format("    </{}>\n", element);
  }
  return text + "  </listeners>\n</hivemq>\n";
}

Result<std::vector<ExtraFile>> files(const Settings& settings) {
  std::vector<ExtraFile> made;
  for (const auto& listener : settings.listeners) {
    if (!uses_tls(listener.kind.transport)) continue;
    const auto key = read_file(listener.key);
    if (!key) return key.error();
    const auto chain = read_file(listener.certificate);
    if (!chain) return chain.error();
    auto keys = activemq::key_store(*key, *chain, store_password, listener.certificate.string());
    if (!keys) return keys.error();
    made.push_back({.name = key_store_name(listener), .content = std::move(*keys), .secret = true});
    if (!listener.kind.two_way) continue;
    const auto anchors = read_file(listener.trust);
    if (!anchors) return anchors.error();
    auto trust = activemq::trust_store(*anchors, store_password, listener.trust.string());
    if (!trust) return trust.error();
    made.push_back(
        {.name = trust_store_name(listener), .content = std::move(*trust), .secret = true});
  }
  return made;
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "jsse"},
                       {"tls.versions", "1.2,1.3"},
                       {"mtls", "optional,required"},
                       {"ws", "yes"},
                       {"wss", "yes"}});
}

}  // namespace

const Driver& hivemq() {
  static const Driver driver{.name = "hivemq",
                             .installing = "hivemq.com has the Community Edition as an archive",
                             .configuration_name = "config.xml",
                             .can = {.tls_version = true},
                             .render = render,
                             .files = files,
                             .capabilities = capabilities,
                             .starting = "HIVEMQ_CONFIG_FOLDER={folder} HIVEMQ/bin/run.sh"};
  return driver;
}

}  // namespace handfast::broker::prepared
