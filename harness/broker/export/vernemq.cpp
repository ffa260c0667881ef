// VerneMQ: vernemq.conf, settings of a listener under its own name.
#include <fmt/format.h>

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

std::string tls_settings(const ExportRequest& request, const ExportListener& listener,
                         const std::string& prefix) {
  const bool two_way = listener.clients == ClientAuth::required;
  std::string settings;
  const auto add = [&](std::string_view key, std::string_view value) {
    settings += fmt::format("{}.{} = {}\n", prefix, key, value);
  };
  add("certfile", path(request, chain_file));
  add("keyfile", path(request, key_file));
  if (!request.server.trust_pem.empty()) add("cafile", path(request, trust_file));
  add("require_certificate", two_way ? "on" : "off");
  add("use_identity_as_username", two_way && request.user_from == "cn" ? "on" : "off");
  if (!request.tls_versions.empty()) add("tls_version", "tlsv" + request.tls_versions.front());
  if (!two_way) return settings;
  if (request.depth) add("depth", std::to_string(*request.depth));
  if (!request.server.crl_pem.empty()) add("crlfile", path(request, crl_file));
  return settings;
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::string settings =
      "# Made by handfast; changes are overwritten.\n"
      "nodename = VerneMQ@127.0.0.1\n"
      "allow_anonymous = on\n";
  for (const auto& listener : enabled(request)) {
    const auto type = listener.transport == Transport::tls ? std::string_view("ssl")
                                                           : to_string(listener.transport);
    const auto prefix = fmt::format("listener.{}.port{}", type, listener.port);
    settings +=
        fmt::format("\n# {}\n{} = 127.0.0.1:{}\n", kind_name(listener), prefix, listener.port);
    if (uses_tls(listener.transport)) settings += tls_settings(request, listener, prefix);
  }
  std::vector<ExportedFile> files;
  if (!request.server.chain_pem.empty()) files = pem_files(request);
  files.push_back(text("vernemq.conf", settings));
  files.push_back(
      readme(request, "VerneMQ",
             "Put vernemq.conf into /etc/vernemq/ and restart it. Its packages want "
             "`accept_eula = yes` in it, which is yours to write.\nWithout tls_versions "
             "it speaks TLS 1.2 alone, its default.\n"));
  return files;
}

}  // namespace

const Target& vernemq() {
  static const Target target{
      .name = "vernemq",
      .can = {.transports = {Transport::tcp, Transport::tls, Transport::ws, Transport::wss},
              .mixed_clients = true,
              .user_from = {"cn"},
              .depth = true,
              .revocation = Revocation::file,
              .versions = Versions::one},
      .render = render,
      .reload =
          "It reads PEM files again about every 120 s, connections stay. At once: vmq-admin "
          "tls clear-pem-cache."};
  return target;
}

}  // namespace handfast::broker::exporting
