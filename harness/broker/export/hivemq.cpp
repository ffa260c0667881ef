// HiveMQ CE: conf/config.xml with PKCS#12 stores; the passwords stand in it, so it is 0600.
#include <fmt/format.h>

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

std::string store(std::string_view element, const std::string& file, const std::string& password,
                  bool with_key) {
  auto settings = fmt::format(
      "        <{0}>\n          <path>{1}</path>\n"
      "          <password>{2}</password>\n",
      element, xml(file), xml(password));
  if (with_key) {
    settings +=
        fmt::format("          <private-key-password>{}</private-key-password>\n", xml(password));
  }
  return settings + fmt::format("        </{}>\n", element);
}

std::string_view mode(ClientAuth clients) {
  switch (clients) {
    case ClientAuth::none:
      return "NONE";
    case ClientAuth::optional:
      return "OPTIONAL";
    case ClientAuth::required:
      break;
  }
  return "REQUIRED";
}

std::string tls_settings(const ExportRequest& request, const ExportListener& listener) {
  const auto& password = request.server.store_password;
  std::string settings = "      <tls>\n";
  if (!request.tls_versions.empty()) {
    settings += "        <protocols>\n";
    for (const auto& version : versions(request, "TLSv")) {
      settings += fmt::format("          <protocol>{}</protocol>\n", version);
    }
    settings += "        </protocols>\n";
  }
  settings += store("keystore", path(request, keystore_file), password, true);
  if (listener.clients != ClientAuth::none) {
    settings += store("truststore", path(request, truststore_file), password, false);
  }
  return settings + fmt::format(
                        "        <client-authentication-mode>{}"
                        "</client-authentication-mode>\n      </tls>\n",
                        mode(listener.clients));
}

std::string listener_settings(const ExportRequest& request, const ExportListener& listener) {
  const bool websocket = uses_websocket(listener.transport);
  const auto element = fmt::format("{}{}-listener", uses_tls(listener.transport) ? "tls-" : "",
                                   websocket ? "websocket" : "tcp");
  auto settings = fmt::format(
      "    <{}>\n      <port>{}</port>\n"
      "      <bind-address>127.0.0.1</bind-address>\n",
      element, listener.port);
  if (websocket) {
    settings +=
        "      <path>/mqtt</path>\n"
        "      <subprotocols>\n        <subprotocol>mqtt</subprotocol>\n      </subprotocols>\n";
  }
  if (uses_tls(listener.transport)) settings += tls_settings(request, listener);
  return settings + fmt::format("    </{}>\n", element);
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::string settings =
      "<?xml version=\"1.0\"?>\n<!-- Made by handfast; changes are overwritten. -->\n"
      "<hivemq>\n  <listeners>\n";
  for (const auto& listener : enabled(request)) settings += listener_settings(request, listener);
  settings += "  </listeners>\n</hivemq>\n";
  std::vector<ExportedFile> files;
  if (!request.server.keystore_p12.empty()) files = pkcs12_files(request);
  files.push_back(secret("config.xml", settings));
  files.push_back(readme(
      request, "HiveMQ Community Edition",
      "Put config.xml into HiveMQ's conf/ and start bin/run.sh. The file and the stores must be "
      "readable by its user.\nAnchors must be marked as trusted for Java (keytool -importcert, or "
      "openssl pkcs12 -jdktrust anyExtendedKeyUsage of 3.2): Java finds none in other stores.\n"));
  return files;
}

}  // namespace

const Target& hivemq() {
  static const Target target{
      .name = "hivemq",
      .can = {.transports = {Transport::tcp, Transport::tls, Transport::ws, Transport::wss},
              .optional_clients = true,
              .mixed_clients = true,
              .pkcs12 = true},
      .render = render,
      .reload =
          "It looks at its stores every 10 s and takes changed ones into use, connections "
          "stay. A changed config.xml needs a restart."};
  return target;
}

}  // namespace handfast::broker::exporting
