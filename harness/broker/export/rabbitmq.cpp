// RabbitMQ with its MQTT plugins: its settings are rendered where those of the broker under test
// are.
#include "harness/broker/rabbitmq/render.hpp"

#include <fmt/format.h>

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace node = handfast::broker::rabbitmq;

namespace {

node::TlsOptions tls_options(const ExportRequest& request, ClientAuth clients) {
  node::TlsOptions tls{.certificate = path(request, chain_file),
                       .key = path(request, key_file),
                       .ask_clients = clients != ClientAuth::none,
                       .insist = clients == ClientAuth::required,
                       .depth = request.depth,
                       .versions = versions(request, "")};
  if (!request.server.trust_pem.empty()) tls.trust = path(request, trust_file);
  return tls;
}

node::Node node_of(const ExportRequest& request) {
  node::Node found{.spare_port = static_cast<std::uint16_t>(request.internal_port + 2),
                   .user_from = request.user_from};
  for (const auto& listener : enabled(request)) {
    const auto transport = listener.transport;
    found.listeners.push_back({kind_name(listener), transport, listener.port});
    if (!uses_tls(transport)) continue;
    // All TLS listeners of an export ask their clients alike.
    found.tls = tls_options(request, listener.clients);
    if (transport == Transport::wss) found.wss = found.tls;
  }
  return found;
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
  const auto made = node_of(request);
  files.push_back(text("rabbitmq.conf", node::conf(made)));
  if (made.wss) files.push_back(text("advanced.config", node::advanced_config(made)));
  files.push_back(text("enabled_plugins", node::enabled_plugins(made)));
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
