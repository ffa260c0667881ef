// EMQX 3 and 4: etc/emqx.conf, one "key = value" for each line; of two lines for one key the later
// counts, so these go to its end.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "harness/broker/export/check.hpp"
#include "harness/broker/export/emqx.hpp"
#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

std::vector<ExportedFile> emqx_certificates(const ExportRequest& request) {
  if (request.server.chain_pem.empty()) return {};
  std::vector<ExportedFile> files{text("etc/certs/cert.pem", request.server.chain_pem),
                                  secret("etc/certs/key.pem", request.server.key_pem)};
  if (!request.server.trust_pem.empty()) {
    files.push_back(text("etc/certs/cacert.pem", request.server.trust_pem));
  }
  if (!request.ocsp_url.empty()) {
    files.push_back(text("etc/certs/ocsp-issuer.pem", issuer_of_leaf(request.server)));
  }
  return files;
}

std::string emqx_path(const ExportRequest& request, std::string_view file) {
  if (request.folder.empty()) return fmt::format("etc/certs/{}", file);
  return fmt::format("{}/etc/certs/{}", request.folder, file);
}

std::string emqx_reload() {
  return "EMQX reads its PEM files again about every 120 s: nothing to do but wait, connections "
         "stay. At once: emqx eval 'ssl:clear_pem_cache().' Changed settings need a restart of the "
         "listener (emqx ctl listeners restart).";
}

namespace {

std::string type_of(const ExportListener& listener) {
  switch (listener.transport) {
    case Transport::tcp:
      return "tcp";
    case Transport::ws:
      return "ws";
    case Transport::wss:
      return "wss";
    default:
      return "ssl";
  }
}

std::string tls_settings(const ExportRequest& request, const ExportListener& listener,
                         const std::string& prefix) {
  std::string settings;
  const auto add = [&](std::string_view key, std::string_view value) {
    settings += fmt::format("{}.{} = {}\n", prefix, key, value);
  };
  add("keyfile", emqx_path(request, "key.pem"));
  add("certfile", emqx_path(request, "cert.pem"));
  if (!request.server.trust_pem.empty()) add("cacertfile", emqx_path(request, "cacert.pem"));
  add("verify", listener.clients == ClientAuth::none ? "verify_none" : "verify_peer");
  // The default is false, with which a client without certificate gets in (emqx/blog #212).
  add("fail_if_no_peer_cert", listener.clients == ClientAuth::required ? "true" : "false");
  if (!request.tls_versions.empty()) {
    add("tls_versions", join(versions(request, "tlsv"), ","));
  }
  if (!request.ocsp_url.empty() && listener.transport == Transport::tls) {
    add("enable_ocsp_stapling", "true");
    add("ocsp_responder_url", request.ocsp_url);
    add("ocsp_issuer_pem", emqx_path(request, "ocsp-issuer.pem"));
    add("ocsp_refresh_interval", "5m");
    add("ocsp_refresh_http_timeout", "15s");
  }
  if (listener.clients == ClientAuth::none) return settings;
  if (request.depth) add("depth", std::to_string(*request.depth));
  if (request.partial_chain) add("partial_chain", "true");
  if (!request.user_from.empty()) add("peer_cert_as_username", request.user_from);
  if (!request.crl_urls.empty()) {
    add("enable_crl_check", "true");
    add("crl_cache_urls", join(request.crl_urls, ", "));
  }
  return settings;
}

std::vector<ExportedFile> render(const ExportRequest& request) {
  std::string settings =
      "## Made by handfast: append this to etc/emqx.conf, of two lines for one key the later "
      "counts.\n";
  std::vector<std::string> named;
  for (const auto& listener : request.listeners) {
    const auto type = type_of(listener);
    if (!listener.enabled) {
      settings += fmt::format(
          "\n## switched off: put a # before the listener.{}.external lines of emqx.conf\n", type);
      continue;
    }
    // The stock listener of each type is called external; it is replaced, further ones are added.
    const bool first = std::ranges::find(named, type) == named.end();
    named.push_back(type);
    const auto prefix = fmt::format("listener.{}.{}", type,
                                    first ? "external" : fmt::format("port{}", listener.port));
    settings +=
        fmt::format("\n## {}\n{} = 127.0.0.1:{}\n", kind_name(listener), prefix, listener.port);
    if (uses_tls(listener.transport)) settings += tls_settings(request, listener, prefix);
  }
  auto files = emqx_certificates(request);
  files.push_back(text("etc/handfast.conf", settings));
  files.push_back(readme(
      request, "EMQX 3.x and 4.x",
      "```\ncp -r etc/certs EMQX/etc/             # keep key.pem 0600, owned by emqx's user\n"
      "cat etc/handfast.conf >> EMQX/etc/emqx.conf\nEMQX/bin/emqx restart\n```\n"
      "Versions: certfile with intermediates and depth from 4.3, partial_chain, CRL and OCSP "
      "from 4.4.\n"));
  return files;
}

}  // namespace

const Target& emqx4() {
  static const Target target{
      .name = "emqx4",
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
