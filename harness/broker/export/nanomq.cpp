// NanoMQ: nanomq.conf in HOCON. One listener for each transport; the WebSocket ones cannot be left
// out, as it then binds one on all addresses (measured with 0.25.3).
#include <fmt/format.h>

#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

std::string tls_settings(const ExportRequest& request, const ExportListener& listener) {
  const bool two_way = listener.clients == ClientAuth::required;
  auto settings = fmt::format("  keyfile = \"{}\"\n  certfile = \"{}\"\n", path(request, key_file),
                              path(request, chain_file));
  if (!request.server.trust_pem.empty()) {
    settings += fmt::format("  cacertfile = \"{}\"\n", path(request, trust_file));
  }
  // Both, always: with fail_if_no_peer_cert = false it accepts even foreign and expired ones.
  return settings + fmt::format("  verify_peer = {0}\n  fail_if_no_peer_cert = {0}\n", two_way);
}

std::string listener_settings(const ExportRequest& request, const ExportListener& listener) {
  const auto name = listener.transport == Transport::tls ? std::string_view("ssl")
                                                         : to_string(listener.transport);
  auto settings = fmt::format("listeners.{} {{\n  bind = \"127.0.0.1:{}{}\"\n", name, listener.port,
                              uses_websocket(listener.transport) ? "/mqtt" : "");
  if (listener.transport == Transport::tls) settings += tls_settings(request, listener);
  return settings + "}\n";
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::string settings = "# Made by handfast; changes are overwritten.\n";
  for (const auto& listener : enabled(request)) {
    settings +=
        fmt::format("\n# {}\n{}", kind_name(listener), listener_settings(request, listener));
  }
  auto spare = request.internal_port;
  for (const auto transport : {Transport::ws, Transport::wss}) {
    if (has(request, transport)) continue;
    settings += "\n# not asked for: on loopback, as leaving it out binds all addresses\n";
    settings += listener_settings(request, {.transport = transport, .port = spare++});
  }
  std::vector<ExportedFile> files;
  if (!request.server.chain_pem.empty()) files = pem_files(request);
  files.push_back(text("nanomq.conf", settings));
  files.push_back(readme(request, "NanoMQ",
                         "`nanomq start --conf nanomq.conf`. Built with mbedTLS it speaks TLS 1.2 "
                         "only; with OpenSSL its TLS 1.2 stalls and 1.3 works (0.25.3). Look with "
                         "`ss -ltn` that nothing "
                         "listens on other addresses.\n"));
  return files;
}

}  // namespace

const Target& nanomq() {
  static const Target target{
      .name = "nanomq",
      .can = {.transports = {Transport::tcp, Transport::tls, Transport::ws},
              .versions = Versions::fixed,
              .single_listeners = true},
      .render = render,
      .reload = "Restart it: nothing documents that certificates are read again."};
  return target;
}

}  // namespace handfast::broker::exporting
