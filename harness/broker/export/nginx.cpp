// nginx with its stream module in front of a plain MQTT listener.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

std::string_view verify(ClientAuth clients) {
  switch (clients) {
    case ClientAuth::none:
      return "off";
    case ClientAuth::optional:
      return "optional";
    case ClientAuth::required:
      break;
  }
  return "on";
}

std::string tls_settings(const ExportRequest& request, const ExportListener& listener) {
  std::string settings;
  const auto add = [&](std::string_view key, std::string_view value) {
    settings += fmt::format("        {} {};\n", key, value);
  };
  add("ssl_certificate", path(request, chain_file));
  add("ssl_certificate_key", path(request, key_file));
  add("ssl_protocols", join(versions(request, "TLSv"), " "));
  add("ssl_verify_client", verify(listener.clients));
  if (listener.clients == ClientAuth::none) return settings;
  add("ssl_client_certificate", path(request, trust_file));
  // The default, 1, refuses clients below a second intermediate.
  add("ssl_verify_depth", std::to_string(request.depth.value_or(10)));
  if (!request.server.crl_pem.empty()) add("ssl_crl", path(request, crl_file));
  return settings;
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  auto settings = fmt::format(
      "# Made by handfast; changes are overwritten.\n"
      "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n"
      "daemon off;\nworker_processes 1;\npid {0}/nginx.pid;\nerror_log stderr info;\n\n"
      "events {{\n    worker_connections 4096;\n}}\n\n"
      "stream {{\n    upstream broker {{\n        server {1};\n    }}\n",
      request.folder, request.backend.authority());
  for (const auto& listener : enabled(request)) {
    const bool tls = uses_tls(listener.transport);
    settings += fmt::format("\n    # {}\n    server {{\n        listen 127.0.0.1:{}{};\n{}",
                            kind_name(listener), listener.port, tls ? " ssl" : "",
                            tls ? tls_settings(request, listener) : "");
    // Longer than the keep alive of any client.
    settings += "        proxy_timeout 1h;\n        proxy_pass broker;\n    }\n";
  }
  settings += "}\n";
  std::vector<ExportedFile> files;
  if (!request.server.chain_pem.empty()) files = pem_files(request);
  files.push_back(text("nginx.conf", settings));
  files.push_back(start_script(request, "nginx",
                               "exec nginx -e stderr -p \"$here\" -c \"$here/nginx.conf\"\n"));
  files.push_back(readme(
      request, "nginx (stream) in front of an MQTT broker",
      fmt::format("`./start.sh` runs it in the foreground (Debian: apt-get install nginx-light "
                  "libnginx-mod-stream). It passes MQTT on to {}, which must listen there.\nA "
                  "client without a certificate completes the handshake and is then hung up on, "
                  "without a TLS alert.\n",
                  request.backend.authority())));
  return files;
}

}  // namespace

const Target& nginx() {
  static const Target target{
      .name = "nginx",
      .can = {.transports = {Transport::tcp, Transport::tls},
              .optional_clients = true,
              .mixed_clients = true,
              .depth = true,
              .revocation = Revocation::whole_chain_file},
      .render = render,
      .reload =
          "SIGHUP (nginx -s reload): new connections see the new certificate, old ones keep "
          "their worker until they end."};
  return target;
}

}  // namespace handfast::broker::exporting
