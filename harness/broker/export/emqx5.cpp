// EMQX 5: HOCON, of two values for one key the later counts.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/text.hpp"
#include "harness/broker/export/emqx.hpp"
#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

constexpr std::array<std::pair<Transport, std::string_view>, 4> types{{{Transport::tcp, "tcp"},
                                                                       {Transport::tls, "ssl"},
                                                                       {Transport::ws, "ws"},
                                                                       {Transport::wss, "wss"}}};

std::string_view type_of(Transport transport) {
  return std::ranges::find(types, transport, &std::pair<Transport, std::string_view>::first)
      ->second;
}

std::string quoted_versions(const ExportRequest& request) {
  return fmt::format("[\"{}\"]", join(versions(request, "tlsv"), "\", \""));
}

std::string tls_settings(const ExportRequest& request, const ExportListener& listener) {
  std::string settings = "  ssl_options {\n";
  const auto add = [&](std::string_view key, std::string_view value) {
    settings += fmt::format("    {} = {}\n", key, value);
  };
  const auto add_path = [&](std::string_view key, std::string_view file) {
    add(key, fmt::format("\"{}\"", emqx_path(request, file)));
  };
  add_path("keyfile", "key.pem");
  add_path("certfile", "cert.pem");
  if (!request.server.trust_pem.empty()) add_path("cacertfile", "cacert.pem");
  add("verify", listener.clients == ClientAuth::none ? "verify_none" : "verify_peer");
  // false is the default, with which a client without certificate gets in (emqx/emqx #13253); true
  // beside verify_none keeps 5.8.9 from starting.
  add("fail_if_no_peer_cert", listener.clients == ClientAuth::required ? "true" : "false");
  if (!request.tls_versions.empty()) add("versions", quoted_versions(request));
  if (listener.clients != ClientAuth::none) {
    if (request.depth) add("depth", std::to_string(*request.depth));
    if (request.partial_chain) add("partial_chain", "true");
    if (!request.crl_urls.empty()) add("enable_crl_check", "true");
  }
  if (!request.ocsp_url.empty() && listener.transport == Transport::tls) {
    settings += fmt::format(
        "    ocsp {{\n      enable_ocsp_stapling = true\n      responder_url = \"{}\"\n"
        "      issuer_pem = \"{}\"\n      refresh_interval = 5m\n      refresh_http_timeout = 15s\n"
        "    }}\n",
        request.ocsp_url, emqx_path(request, "ocsp-issuer.pem"));
  }
  return settings + "  }\n";
}

/// EMQX opens listeners of four types by itself; those that nobody asked for are switched off.
std::string switched_off(const ExportRequest& request) {
  std::string settings;
  for (const auto& [transport, type] : types) {
    if (has(request, transport)) continue;
    settings += fmt::format("listeners.{}.default.enable = false\n", type);
  }
  return settings.empty() ? settings : "\n# not asked for\n" + settings;
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::string settings =
      "# Made by handfast: append this to etc/emqx.conf, of two values for one key the later "
      "counts.\n";
  std::set<Transport> named;
  for (const auto& listener : enabled(request)) {
    const bool first = named.insert(listener.transport).second;
    settings +=
        fmt::format("\n# {}\nlisteners.{}.{} {{\n  enable = true\n  bind = \"127.0.0.1:{}\"\n",
                    kind_name(listener), type_of(listener.transport),
                    first ? "default" : fmt::format("port{}", listener.port), listener.port);
    if (uses_tls(listener.transport)) settings += tls_settings(request, listener);
    settings += "}\n";
  }
  settings += switched_off(request);
  if (!request.user_from.empty()) {
    settings += fmt::format("\nmqtt.peer_cert_as_username = {}\n", request.user_from);
  }
  if (!request.crl_urls.empty()) {
    settings +=
        "\n# The CRLs are fetched from the distribution points inside the client certificates,\n"
        "# which must be these, and count only with an Issuing Distribution Point extension:\n";
    for (const auto& url : request.crl_urls) settings += fmt::format("#   {}\n", url);
    settings += "crl_cache.refresh_interval = 15m\n";
  }
  auto files = emqx_certificates(request);
  files.push_back(text("etc/handfast.conf", settings));
  files.push_back(readme(
      request, "EMQX 5.x",
      "```\ncp -r etc/certs EMQX/etc/             # keep key.pem 0600, owned by emqx's user\n"
      "cat etc/handfast.conf >> EMQX/etc/emqx.conf\nEMQX/bin/emqx restart\n```\n"
      "Listeners changed in the dashboard (data/configs) win over emqx.conf. Revoked clients "
      "that are connected stay connected (emqx/emqx #10992).\n"));
  return files;
}

}  // namespace

const Target& emqx5() {
  static const Target target{
      .name = "emqx5",
      .can = {.transports = {Transport::tcp, Transport::tls, Transport::ws, Transport::wss},
              .optional_clients = true,
              .mixed_clients = true,
              .user_from = {"cn", "dn"},
              .partial_chain = true,
              .depth = true,
              .revocation = Revocation::url,
              .ocsp = true,
              .own_folder = true},
      .render = render,
      .reload = emqx_reload()};
  return target;
}

}  // namespace handfast::broker::exporting
