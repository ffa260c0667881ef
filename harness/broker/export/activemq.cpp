// ActiveMQ Classic with its MQTT transport: activemq.xml and PKCS#12 stores. The passwords stand in
// the file, so it is 0600.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

std::string ssl_context(const ExportRequest& request) {
  const auto password = xml(request.server.store_password);
  auto settings = fmt::format(
      "    <sslContext>\n      <sslContext keyStore=\"file:{}\" keyStorePassword=\"{}\" "
      "keyStoreType=\"PKCS12\"",
      path(request, keystore_file), password);
  if (asks_clients(request)) {
    settings += fmt::format(
        "\n        trustStore=\"file:{}\" trustStorePassword=\"{}\" trustStoreType=\"PKCS12\"",
        path(request, truststore_file), password);
  }
  return settings + "/>\n    </sslContext>\n";
}

/// Both words, always: what is left out is false.
std::string_view client_settings(ClientAuth clients) {
  switch (clients) {
    case ClientAuth::none:
      return "needClientAuth=false&amp;wantClientAuth=false";
    case ClientAuth::optional:
      return "wantClientAuth=true";
    case ClientAuth::required:
      break;
  }
  return "needClientAuth=true";
}

std::string connector(const ExportRequest& request, const ExportListener& listener) {
  const bool tls = uses_tls(listener.transport);
  std::string options;
  if (tls) {
    options = fmt::format("?{}&amp;transport.enabledProtocols={}",
                          client_settings(listener.clients), join(versions(request, "TLSv"), ","));
  }
  return fmt::format("      <transportConnector name=\"{}\" uri=\"mqtt{}://127.0.0.1:{}{}\"/>\n",
                     unique_name(listener), tls ? "+nio+ssl" : "+nio", listener.port, options);
}

std::string settings(const ExportRequest& request) {
  auto text = fmt::format(
      "<?xml version=\"1.0\"?>\n<!-- Made by handfast; changes are overwritten. -->\n"
      "<beans xmlns=\"http://www.springframework.org/schema/beans\" "
      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
      "  xsi:schemaLocation=\"http://www.springframework.org/schema/beans\n"
      "    http://www.springframework.org/schema/beans/spring-beans.xsd\n"
      "    http://activemq.apache.org/schema/core\n"
      "    http://activemq.apache.org/schema/core/activemq-core.xsd\">\n"
      "  <broker xmlns=\"http://activemq.apache.org/schema/core\" brokerName=\"handfast\" "
      "persistent=\"false\" useJmx=\"false\" advisorySupport=\"false\" dataDirectory=\"{}\">\n",
      path(request, "run/data"));
  if (!request.server.keystore_p12.empty()) text += ssl_context(request);
  text += "    <transportConnectors>\n";
  for (const auto& listener : enabled(request)) text += connector(request, listener);
  return text + "    </transportConnectors>\n  </broker>\n</beans>\n";
}

constexpr std::string_view log_settings =
    "log4j.rootLogger=INFO, console\n"
    "log4j.appender.console=org.apache.log4j.ConsoleAppender\n"
    "log4j.appender.console.layout=org.apache.log4j.PatternLayout\n"
    "log4j.appender.console.layout.ConversionPattern=%d %-5p %m%n\n";

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
  files.push_back(secret("activemq.xml", settings(request)));
  files.push_back(text("log4j.properties", std::string(log_settings)));
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
