// HAProxy in front of a plain MQTT listener. Certificate and key stand in one file.
#include <fmt/format.h>

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

constexpr std::string_view bundle_file = "server-bundle.pem";

std::string verify_settings(const ExportRequest& request, const ExportListener& listener) {
  if (listener.clients == ClientAuth::none) return " verify none";
  auto settings =
      fmt::format(" ca-file {} verify {}", path(request, trust_file), to_string(listener.clients));
  if (!request.server.crl_pem.empty()) {
    settings += fmt::format(" crl-file {}", path(request, crl_file));
  }
  return settings;
}

std::string tls_settings(const ExportRequest& request, const ExportListener& listener) {
  // Both ends of the range in full: its default for the upper one is the library's.
  return fmt::format(" ssl crt {}{} ssl-min-ver TLSv{} ssl-max-ver TLSv{}",
                     path(request, bundle_file), verify_settings(request, listener),
                     wants(request, "1.2") ? "1.2" : "1.3", wants(request, "1.3") ? "1.3" : "1.2");
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::string settings =
      "# Made by handfast; changes are overwritten.\n"
      "global\n    log stderr format raw daemon info\n\n"
      "defaults\n    mode tcp\n    log global\n    option tcplog\n    timeout connect 5s\n"
      "    # longer than the keep alive of any client\n"
      "    timeout client 1h\n    timeout server 1h\n";
  for (const auto& listener : enabled(request)) {
    settings += fmt::format("\nfrontend {}\n    bind 127.0.0.1:{}{}\n    default_backend broker\n",
                            unique_name(listener), listener.port,
                            uses_tls(listener.transport) ? tls_settings(request, listener) : "");
  }
  // The PROXY protocol hands the verified common name to a broker that understands it.
  settings += fmt::format("\nbackend broker\n    server broker {}{}\n", request.backend.authority(),
                          request.user_from.empty() ? "" : " send-proxy-v2-ssl-cn");
  std::vector<ExportedFile> files;
  if (!request.server.chain_pem.empty()) {
    files.push_back(
        secret(std::string(bundle_file), request.server.chain_pem + request.server.key_pem));
    for (auto& file : pem_files(request)) {
      if (file.path == trust_file || file.path == crl_file) files.push_back(std::move(file));
    }
  }
  files.push_back(text("haproxy.cfg", settings));
  files.push_back(start_script(request, "HAProxy", "exec haproxy -db -f \"$here/haproxy.cfg\"\n"));
  files.push_back(readme(
      request, "HAProxy in front of an MQTT broker",
      fmt::format(
          "`./start.sh` runs it in the foreground (Debian: apt-get install haproxy). It passes "
          "MQTT on to {}, which must listen there.\n{}",
          request.backend.authority(),
          request.user_from.empty()
              ? ""
              : "The common name travels in the PROXY protocol, version 2: the broker must be set "
                "to it (EMQX: proxy_protocol = true and peer_cert_as_username = cn).\n")));
  return files;
}

}  // namespace

const Target& haproxy() {
  static const Target target{
      .name = "haproxy",
      .can = {.transports = {Transport::tcp, Transport::tls},
              .optional_clients = true,
              .mixed_clients = true,
              .user_from = {"cn"},
              .revocation = Revocation::whole_chain_file},
      .render = render,
      .reload =
          "Restart it, or run it with -W and send SIGUSR2 to the master: new processes read "
          "the files, old ones keep their connections until these end."};
  return target;
}

}  // namespace handfast::broker::exporting
