// ejabberd's MQTT service: its settings are rendered where those of the broker under test are.
#include "harness/broker/ejabberd/render.hpp"

#include <fmt/format.h>

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace node = handfast::broker::ejabberd;

namespace {

constexpr std::string_view bundle_file = "server-bundle.pem";

node::Node node_of(const ExportRequest& request) {
  node::Node found{.certificates_only = asks_clients(request)};
  if (!request.server.chain_pem.empty()) found.bundle = path(request, bundle_file);
  if (found.certificates_only) found.trust = path(request, trust_file);
  for (const auto& listener : enabled(request)) {
    found.listeners.push_back({.name = kind_name(listener),
                               .transport = listener.transport,
                               .port = listener.port,
                               .ask_clients = listener.clients == ClientAuth::required});
  }
  return found;
}

/// ejabberdctl runs as root or ejabberd only, and as root starts a session of its own that signals
/// would not reach, with another cookie: so root becomes ejabberd first.
constexpr std::string_view control_body =
    "become=\n"
    "if [ \"$(id -u)\" -eq 0 ]; then\n"
    "  become='setpriv --reuid ejabberd --regid ejabberd --init-groups'\n"
    "fi\n"
    "cd \"$here/run\"\n"
    "export HOME=\"$here/run/spool\"\n"
    "exec $become ejabberdctl --config-dir \"$here\" --ctl-config \"$here/ejabberdctl.cfg\" "
    "--logs \"$here/run/log\" --spool \"$here/run/spool\" --node handfast@localhost \"$@\"\n";

/// ejabberdctl does not pass signals on, so they go to the virtual machine, by its pid file.
std::string start_body() {
  return "mkdir -p \"$here/run/log\" \"$here/run/spool\"\n"
         "rm -f \"$here/run/pid\"\n"
         "if [ \"$(id -u)\" -eq 0 ]; then\n"
         "  chown -R ejabberd \"$here/run\"\n"
         "  if [ -e \"$here/server-bundle.pem\" ]; then chown ejabberd "
         "\"$here/server-bundle.pem\"; fi\n"
         "fi\n" +
         supervise("\"$here/ctl.sh\" foreground",
                   "kill -TERM \"$(cat \"$here/run/pid\")\" || kill -TERM \"$broker\"") +
         "exit \"$status\"\n";
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::vector<ExportedFile> files;
  if (!request.server.chain_pem.empty()) {
    files.push_back(
        secret(std::string(bundle_file), request.server.chain_pem + request.server.key_pem));
    if (asks_clients(request)) {
      files.push_back(text(std::string(trust_file), request.server.trust_pem));
    }
  }
  files.push_back(text("ejabberd.yml", node::yaml(node_of(request))));
  // ERL_DIST_PORT spares the name service, the inetrc a report of its absence.
  files.push_back(text(
      "ejabberdctl.cfg",
      fmt::format("INET_DIST_INTERFACE=127.0.0.1\nERL_DIST_PORT={}\n"
                  "EJABBERD_PID_PATH={}\nEJABBERD_CONFIG_PATH={}\n",
                  request.internal_port, path(request, "run/pid"), path(request, "ejabberd.yml"))));
  files.push_back(text("inetrc", "{lookup,[\"file\",\"native\"]}.\n"));
  files.push_back(start_script(request, "ejabberd", start_body()));
  files.push_back(control_script(request, "ejabberdctl", control_body));
  files.push_back(readme(
      request, "ejabberd (MQTT)",
      asks_clients(request)
          ? "`./start.sh` runs it in the foreground, as root or user ejabberd (Debian: apt-get "
            "install ejabberd).\nA client's certificate must hold an xmppAddr (otherName "
            "1.3.6.1.5.5.7.8.5) USER@localhost, and its CONNECT the user name USER without a "
            "password. Others complete the TLS handshake and are refused by CONNACK.\n"
          : "`./start.sh` runs it in the foreground, as root or user ejabberd (Debian: apt-get "
            "install ejabberd).\nCONNECT needs a user name and a password, of whatever kind.\n"));
  return files;
}

}  // namespace

const Target& ejabberd() {
  static const Target target{
      .name = "ejabberd",
      .can = {.transports = {Transport::tcp, Transport::tls, Transport::ws, Transport::wss},
              .user_from = {"san"},
              .versions = Versions::fixed,
              .websocket_clients = false},
      .render = render,
      .reload = "`./ctl.sh reload_config`: it reads certificates again, connections stay."};
  return target;
}

}  // namespace handfast::broker::exporting
