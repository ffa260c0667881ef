#include "harness/broker/activemq/render.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/broker/xml.hpp"

namespace handfast::broker::activemq {

namespace {

std::string ssl_context(const Stores& stores) {
  const auto password = xml(stores.password);
  auto settings = fmt::format(
      "    <sslContext>\n      <sslContext keyStore=\"file:{}\" keyStorePassword=\"{}\" "
      "keyStoreType=\"{}\"",
      xml(stores.key), password, stores.type);
  if (!stores.trust.empty()) {
    settings += fmt::format(
        "\n        trustStore=\"file:{}\" trustStorePassword=\"{}\" trustStoreType=\"{}\"",
        xml(stores.trust), password, stores.type);
  }
  if (!stores.revoked.empty()) {
    settings += fmt::format("\n        crlPath=\"{}\"", xml(stores.revoked));
  }
  return settings + "/>\n    </sslContext>\n";
}

/// Both words, always: what is left out is false.
std::string_view client_settings(const Connector& connector) {
  if (connector.insist) return "needClientAuth=true";
  if (connector.ask_clients) return "wantClientAuth=true";
  return "needClientAuth=false&amp;wantClientAuth=false";
}

std::string connector_settings(const Connector& connector) {
  std::string options;
  if (connector.tls) {
    std::vector<std::string> protocols;
    for (const auto& version : connector.versions) protocols.push_back("TLSv" + version);
    options = fmt::format("?{}&amp;transport.enabledProtocols={}", client_settings(connector),
                          join(protocols, ","));
  }
  return fmt::format("      <transportConnector name=\"{}\" uri=\"mqtt{}://127.0.0.1:{}{}\"/>\n",
                     xml(connector.name), connector.tls ? "+nio+ssl" : "+nio", connector.port,
                     options);
}

std::string login_settings(const Node& node) {
  return fmt::format(
      "    <plugins>\n      <simpleAuthenticationPlugin anonymousAccessAllowed=\"false\"><users>\n"
      "        <authenticationUser username=\"{}\" password=\"{}\" groups=\"users\"/>\n"
      "      </users></simpleAuthenticationPlugin>\n    </plugins>\n",
      xml(node.user), xml(node.password));
}

}  // namespace

std::string xml_settings(const Node& node) {
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
      xml(node.data));
  if (!node.user.empty()) text += login_settings(node);
  if (!node.stores.key.empty()) text += ssl_context(node.stores);
  text += "    <transportConnectors>\n";
  for (const auto& connector : node.connectors) text += connector_settings(connector);
  return text + "    </transportConnectors>\n  </broker>\n</beans>\n";
}

std::string log_settings(bool verbose) {
  std::string text =
      "log4j.rootLogger=INFO, console\n"
      "log4j.appender.console=org.apache.log4j.ConsoleAppender\n"
      "log4j.appender.console.layout=org.apache.log4j.PatternLayout\n"
      "log4j.appender.console.layout.ConversionPattern=%d %-5p %m%n\n";
  if (verbose) text += "log4j.logger.org.apache.activemq.transport.mqtt=TRACE\n";
  return text;
}

}  // namespace handfast::broker::activemq
