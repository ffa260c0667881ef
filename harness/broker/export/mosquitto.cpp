// Eclipse Mosquitto: its settings are rendered where those of the broker under test are.
#include "harness/broker/mosquitto/mosquitto.hpp"

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

UserFrom user_from(const ExportRequest& request) {
  if (request.user_from == "cn") return UserFrom::common_name;
  if (request.user_from == "dn") return UserFrom::subject;
  return UserFrom::nothing;
}

ListenerSettings settings_of(const ExportRequest& request, const ExportListener& listener) {
  const bool two_way = listener.clients == ClientAuth::required;
  ListenerSettings settings{.name = kind_name(listener),
                            .kind = {.transport = listener.transport, .two_way = two_way},
                            .port = listener.port};
  if (!uses_tls(listener.transport)) return settings;
  settings.certificate = path(request, chain_file);
  settings.key = path(request, key_file);
  if (two_way) {
    settings.trust = path(request, trust_file);
    settings.user_from = user_from(request);
    if (!request.server.crl_pem.empty()) settings.revoked = path(request, crl_file);
  }
  if (request.tls_versions.size() == 1) settings.tls_version = request.tls_versions.front();
  return settings;
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  Settings settings{.directory = request.folder};
  for (const auto& listener : enabled(request)) {
    settings.listeners.push_back(settings_of(request, listener));
  }
  handfast::broker::mosquitto::complete(settings);
  for (auto& listener : settings.listeners) {
    if (listener.port == 0) listener.port = request.internal_port;
  }
  std::vector<ExportedFile> files;
  if (!request.server.chain_pem.empty()) files = pem_files(request);
  files.push_back(text("mosquitto.conf", handfast::broker::mosquitto::render(settings)));
  files.push_back(start_script(request, "mosquitto",
                               "# As root it becomes user mosquitto before it reads the key.\n"
                               "if [ \"$(id -u)\" -eq 0 ] && [ -e \"$here/server.key\" ] && id "
                               "mosquitto >/dev/null 2>&1; then\n"
                               "  chown mosquitto \"$here/server.key\"\n"
                               "fi\n"
                               "exec mosquitto -c \"$here/mosquitto.conf\"\n"));
  files.push_back(readme(request, "Eclipse Mosquitto",
                         "`./start.sh` runs it in the foreground (Debian: apt-get install "
                         "mosquitto).\nA two-way listener has cafile and require_certificate true: "
                         "cafile alone lets clients without a certificate in.\n"));
  return files;
}

}  // namespace

const Target& mosquitto() {
  static const Target target{
      .name = "mosquitto",
      .can = {.transports = {Transport::tcp, Transport::tls, Transport::ws, Transport::wss},
              .mixed_clients = true,
              .user_from = {"cn", "dn"},
              .revocation = Revocation::file},
      .render = render,
      .reload =
          "SIGHUP: tls listeners show the new certificate from then on, connections stay. wss "
          "listeners keep the old one until a restart (2.0.11)."};
  return target;
}

}  // namespace handfast::broker::exporting
