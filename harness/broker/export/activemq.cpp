// ActiveMQ Classic with its MQTT transport: its settings are rendered where those of the broker
// under test are. The passwords of the PKCS#12 stores stand in activemq.xml, so it is 0600.
#include "harness/broker/activemq/render.hpp"
#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace amq = handfast::broker::activemq;

namespace {

amq::Node node_of(const ExportRequest& request) {
  amq::Node node{.data = path(request, "run/data")};
  if (!request.server.keystore_p12.empty()) {
    node.stores = {.type = "PKCS12",
                   .key = path(request, keystore_file),
                   .password = request.server.store_password};
    if (asks_clients(request)) node.stores.trust = path(request, truststore_file);
  }
  for (const auto& listener : enabled(request)) {
    node.connectors.push_back({.name = unique_name(listener),
                               .tls = uses_tls(listener.transport),
                               .port = listener.port,
                               .ask_clients = listener.clients != ClientAuth::none,
                               .insist = listener.clients == ClientAuth::required,
                               .versions = versions(request, "")});
  }
  return node;
}

/// Debian's package lacks the MQTT codec on its class path: connections then hang without answer.
constexpr std::string_view start_body =
    "mkdir -p \"$here/run/data\" \"$here/run/tmp\" \"$here/run/lib\"\n"
    "for jar in mqtt-client hawtbuf hawtdispatch hawtdispatch-transport; do\n"
    "  ln -sf \"/usr/share/java/$jar.jar\" \"$here/run/lib/\"\n"
    "done\n"
    "exec java -Xmx256m -Dactivemq.home=/usr/share/activemq -Dactivemq.base=\"$here/run\" "
    "-Dactivemq.conf=\"$here\" -Dactivemq.data=\"$here/run/data\" "
    "-Djava.io.tmpdir=\"$here/run/tmp\" -Dactivemq.classpath=\"$here\" "
    "-jar /usr/share/activemq/bin/activemq.jar start \"xbean:file:$here/activemq.xml\"\n";

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::vector<ExportedFile> files;
  if (!request.server.keystore_p12.empty()) files = pkcs12_files(request);
  files.push_back(secret("activemq.xml", amq::xml_settings(node_of(request))));
  files.push_back(text("log4j.properties", amq::log_settings(false)));
  files.push_back(start_script(request, "ActiveMQ", start_body));
  files.push_back(readme(
      request, "ActiveMQ Classic (MQTT)",
      "`./start.sh` runs it in the foreground (Debian: apt-get install activemq "
      "libmqtt-client-java). MQTT 3.1.1 only.\nAnchors must be marked as trusted for Java (keytool "
      "-importcert, or openssl pkcs12 -jdktrust anyExtendedKeyUsage of 3.2): Java finds none in "
      "other stores.\n"));
  return files;
}

}  // namespace

const Target& activemq() {
  static const Target target{.name = "activemq",
                             .can = {.transports = {Transport::tcp, Transport::tls},
                                     .optional_clients = true,
                                     .mixed_clients = true,
                                     .pkcs12 = true},
                             .render = render,
                             .reload = "Restart it: the stores are read once."};
  return target;
}

}  // namespace handfast::broker::exporting
