// RabbitMQ with its MQTT plugins: rabbitmq.conf, and advanced.config for WebSocket over TLS, whose
// rabbitmq.conf keys cannot ask for client certificates (3.10).
#include <fmt/format.h>

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

struct Verify {
  std::string_view verify;
  std::string_view fail_if_no_peer_cert;
};

Verify verify(ClientAuth clients) {
  return {clients == ClientAuth::none ? "verify_none" : "verify_peer",
          clients == ClientAuth::required ? "true" : "false"};
}

ClientAuth clients_of(const ExportRequest& request) {
  for (const auto& listener : enabled(request)) {
    if (uses_tls(listener.transport)) return listener.clients;
  }
  return ClientAuth::none;
}

/// One set for all TLS listeners of MQTT: RabbitMQ has no other.
std::string tls_settings(const ExportRequest& request) {
  const auto [peer, fail] = verify(clients_of(request));
  auto settings = fmt::format("\nssl_options.certfile = {}\nssl_options.keyfile = {}\n",
                              path(request, chain_file), path(request, key_file));
  if (!request.server.trust_pem.empty()) {
    settings += fmt::format("ssl_options.cacertfile = {}\n", path(request, trust_file));
  }
  settings +=
      fmt::format("ssl_options.verify = {}\nssl_options.fail_if_no_peer_cert = {}\n", peer, fail);
  if (request.depth) settings += fmt::format("ssl_options.depth = {}\n", *request.depth);
  int number = 1;
  for (const auto& version : versions(request, "tlsv")) {
    settings += fmt::format("ssl_options.versions.{} = {}\n", number++, version);
  }
  return settings;
}

std::string login_settings(const ExportRequest& request) {
  if (request.user_from.empty()) {
    return "\nmqtt.allow_anonymous = true\nmqtt.default_user = guest\nmqtt.default_pass = guest\n";
  }
  const auto field = request.user_from == "cn"   ? "common_name"
                     : request.user_from == "dn" ? "distinguished_name"
                                                 : "subject_alternative_name";
  return fmt::format(
      "\nmqtt.allow_anonymous = false\nmqtt.ssl_cert_login = true\nssl_cert_login_from = {}\n{}",
      field, request.user_from == "san" ? "ssl_cert_login_san_type = dns\n" : "");
}

std::string settings(const ExportRequest& request) {
  std::string text =
      "# Made by handfast; changes are overwritten.\n"
      "# no AMQP, and nothing on other addresses\n"
      "listeners.tcp = none\nlog.console = true\nlog.file = false\n"
      "mqtt.vhost = /\nmqtt.exchange = amq.topic\n";
  if (!has(request, Transport::tcp)) text += "mqtt.listeners.tcp = none\n";
  const bool websockets = has(request, Transport::ws) || has(request, Transport::wss);
  int number = 1;
  std::uint16_t websocket_port = static_cast<std::uint16_t>(request.internal_port + 2);
  for (const auto& listener : enabled(request)) {
    if (listener.transport == Transport::ws) websocket_port = listener.port;
    if (uses_websocket(listener.transport)) continue;
    text += fmt::format("# {}\nmqtt.listeners.{}.{} = 127.0.0.1:{}\n", kind_name(listener),
                        uses_tls(listener.transport) ? "ssl" : "tcp", number++, listener.port);
  }
  if (websockets) {
    // The plugin opens a plain listener whether or not one is asked for.
    text += fmt::format(
        "# ws\nweb_mqtt.tcp.ip = 127.0.0.1\nweb_mqtt.tcp.port = {}\nweb_mqtt.ws_path = /mqtt\n",
        websocket_port);
  }
  text += login_settings(request);
  return request.server.chain_pem.empty() ? text : text + tls_settings(request);
}

/// Erlang terms for the wss listener.
std::string advanced(const ExportRequest& request, const ExportListener& listener) {
  const auto [peer, fail] = verify(listener.clients);
  auto options = fmt::format(
      "{{ip, {{127,0,0,1}}}}, {{port, {}}},\n    {{certfile, \"{}\"}}, {{keyfile, \"{}\"}},\n",
      listener.port, path(request, chain_file), path(request, key_file));
  if (!request.server.trust_pem.empty()) {
    options += fmt::format("    {{cacertfile, \"{}\"}},\n", path(request, trust_file));
  }
  if (request.depth) options += fmt::format("    {{depth, {}}},\n", *request.depth);
  std::string offered;
  for (const auto& version : versions(request, "tlsv")) {
    offered += fmt::format("{}'{}'", offered.empty() ? "" : ", ", version);
  }
  options +=
      fmt::format("    {{versions, [{}]}},\n    {{verify, {}}}, {{fail_if_no_peer_cert, {}}}",
                  offered, peer, fail);
  return fmt::format(
      "%% Made by handfast; changes are overwritten.\n[{{rabbitmq_web_mqtt, [{{ssl_config, "
      "[{}]}}]}}].\n",
      options);
}

std::string plugins(const ExportRequest& request) {
  std::string names = "rabbitmq_mqtt";
  if (has(request, Transport::ws) || has(request, Transport::wss)) names += ",rabbitmq_web_mqtt";
  if (!request.user_from.empty()) names += ",rabbitmq_auth_mechanism_ssl";
  return fmt::format("[{}].\n", names);
}

/// Debian's rabbitmq-server insists on its own user and folders; the script inside does not. With
/// RUNNING_UNDER_SYSTEMD that script becomes the virtual machine, which obeys SIGTERM at once,
/// instead of waiting for rabbitmqctl. The name service (epmd) would stay behind as a daemon, so it
/// is started here, as a child.
std::string start_body(const ExportRequest& request) {
  return fmt::format(
      "mkdir -p \"$here/run/home\" \"$here/run/mnesia\" \"$here/run/log\"\n"
      "export HOME=\"$here/run/home\" RABBITMQ_NODENAME=handfast{0}@localhost\n"
      "export RABBITMQ_CONFIG_FILE=\"$here/rabbitmq.conf\" "
      "RABBITMQ_ADVANCED_CONFIG_FILE=\"$here/advanced.config\"\n"
      "export RABBITMQ_ENABLED_PLUGINS_FILE=\"$here/enabled_plugins\" "
      "RABBITMQ_CONF_ENV_FILE=/dev/null\n"
      "export RABBITMQ_MNESIA_BASE=\"$here/run/mnesia\" RABBITMQ_LOG_BASE=\"$here/run/log\"\n"
      "export RABBITMQ_PID_FILE=\"$here/run/pid\" RABBITMQ_LOGS=-\n"
      "export RABBITMQ_DIST_PORT={0} ERL_EPMD_PORT={1} ERL_EPMD_ADDRESS=127.0.0.1\n"
      "export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface "
      "{{127,0,0,1}}'\n"
      "export RUNNING_UNDER_SYSTEMD=1\n"
      "epmd -port {1} -address 127.0.0.1 &\n"
      "names=$!\n"
      "{2}"
      "kill \"$names\" 2>/dev/null || true\n"
      "exit \"$status\"\n",
      request.internal_port, request.internal_port + 1,
      supervise("/usr/lib/rabbitmq/bin/rabbitmq-server", "kill -TERM \"$broker\""));
}

std::string control_body(const ExportRequest& request) {
  return fmt::format(
      "export HOME=\"$here/run/home\" RABBITMQ_CONF_ENV_FILE=/dev/null ERL_EPMD_PORT={}\n"
      "exec /usr/lib/rabbitmq/bin/rabbitmqctl --node handfast{}@localhost \"$@\"\n",
      request.internal_port + 1, request.internal_port);
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::vector<ExportedFile> files;
  if (!request.server.chain_pem.empty()) files = pem_files(request);
  files.push_back(text("rabbitmq.conf", settings(request)));
  for (const auto& listener : enabled(request)) {
    if (listener.transport == Transport::wss) {
      files.push_back(text("advanced.config", advanced(request, listener)));
    }
  }
  files.push_back(text("enabled_plugins", plugins(request)));
  files.push_back(start_script(request, "RabbitMQ", start_body(request)));
  files.push_back(control_script(request, "rabbitmqctl", control_body(request)));
  files.push_back(readme(
      request, "RabbitMQ",
      fmt::format("`./start.sh` runs it in the foreground, as any user (Debian: apt-get install "
                  "rabbitmq-server). MQTT 3.1.1 only before 3.13.\n{}",
                  request.user_from.empty()
                      ? ""
                      : "The user that a certificate names must exist: ./ctl.sh add_user NAME "
                        "PASSWORD, ./ctl.sh set_permissions NAME '.*' '.*' '.*'.\n")));
  return files;
}

}  // namespace

const Target& rabbitmq() {
  static const Target target{
      .name = "rabbitmq",
      .can = {.transports = {Transport::tcp, Transport::tls, Transport::ws, Transport::wss},
              .optional_clients = true,
              .user_from = {"cn", "dn", "san"},
              .depth = true,
              .single_websockets = true},
      .render = render,
      .reload =
          "It reads PEM files again about every 120 s, connections stay. At once: "
          "`./ctl.sh eval 'ssl:clear_pem_cache().'`"};
  return target;
}

}  // namespace handfast::broker::exporting
