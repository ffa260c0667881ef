#include "harness/app/pki/export_request.hpp"

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/formats/encode.hpp"
#include "pki/formats/secret.hpp"
#include "pki/mint/key.hpp"
#include "pki/upkeep/crl_files.hpp"

namespace handfast::app {

namespace {

using broker::ClientAuth;
using broker::ExportListener;
using broker::ExportRequest;

ClientAuth clients_of(pki::ClientCertificates clients) {
  switch (clients) {
    case pki::ClientCertificates::none:
      return ClientAuth::none;
    case pki::ClientCertificates::optional:
      return ClientAuth::optional;
    case pki::ClientCertificates::required:
      return ClientAuth::required;
  }
  return ClientAuth::required;
}

std::vector<ExportListener> listeners_of(const pki::ExportEntry& entry) {
  const auto clients = clients_of(entry.clients);
  if (entry.ports.empty()) return broker::usual_listeners(clients);
  std::vector<ExportListener> out;
  for (const auto& [kind, port] : entry.ports) {
    if (kind == "mqtts") out.push_back({Transport::tls, clients, port});
    if (kind == "wss") out.push_back({Transport::wss, clients, port});
    if (kind == "plain") out.push_back({Transport::tcp, ClientAuth::none, port});
  }
  return out;
}

Result<std::string> key_pem(const pki::Home& home, const std::string& name) {
  auto key = home.key(name);
  if (!key) return key.error();
  return pki::private_key_pem(key->get());
}

Result<std::string> chain_pem(const pki::Home& home, const std::string& name) {
  const auto* files = home.manifest().files(name);
  if (!files) {
    return usage_problem(fmt::format("there is no identity \"{}\"", printable(name)), {},
                         suggest(name, home.manifest().names()));
  }
  return read_file(home.path(files->chain.empty() ? files->certificate : files->chain));
}

Result<std::string> trust_pem(const pki::Home& home, const std::string& name) {
  if (const auto* bundle = home.manifest().bundle(name)) {
    if (bundle->form == pki::BundleForm::file) return read_file(home.path(bundle->file));
    std::string out;
    for (const auto& member : bundle->of) {
      auto entry = home.entry(member);
      if (!entry) return entry.error();
      out += (*entry)->pem;
    }
    return out;
  }
  const auto* files = home.manifest().files(name);
  if (files) return read_file(home.path(files->certificate));
  return usage_problem(fmt::format("there is no bundle or authority \"{}\"", printable(name)), {},
                       suggest(name, home.manifest().names()));
}

bool runs_on_a_jvm(const std::string& target) { return target == "activemq" || target == "hivemq"; }

std::vector<X509*> borrowed(const std::vector<tls::CertificatePtr>& certificates) {
  std::vector<X509*> out;
  for (const auto& certificate : certificates) out.push_back(certificate.get());
  return out;
}

Result<void> add_stores(const pki::Home& home, const pki::ExportEntry& entry,
                        ExportRequest& request) {
  const auto* server = home.manifest().identity(entry.server);
  pki::Secret password("changeit");
  if (server && !server->password.empty()) {
    auto read = pki::read_passphrase(server->password);
    if (!read) return with_context(read.error(), "the password of the key store");
    password = std::move(*read);
  }
  auto key = home.key(entry.server);
  if (!key) return key.error();
  auto chain = tls::parse_certificates(request.server.chain_pem, entry.server);
  if (!chain) return chain.error();
  auto store =
      pki::encode_pkcs12({borrowed(*chain), key->get(), entry.server}, password, entry.server);
  if (!store) return store.error();
  request.server.keystore_p12 = store->text();
  request.server.store_password = password.text();
  if (request.server.trust_pem.empty()) return {};
  auto anchors = tls::parse_certificates(request.server.trust_pem, entry.trust);
  if (!anchors) return anchors.error();
  auto trust = pki::encode_pkcs12_trust(borrowed(*anchors), password);
  if (!trust) return trust.error();
  request.server.truststore_p12 = std::move(*trust);
  return {};
}

Result<void> add_client(const pki::Home& home, const std::string& named, ExportRequest& request) {
  std::string name = named;
  if (name.empty()) {
    std::vector<std::string> clients;
    for (const auto& entry : home.manifest().identities) {
      if (entry.profile.name == "client" && entry.ocsp_for.empty()) clients.push_back(entry.name);
    }
    if (clients.size() != 1) {
      return usage_problem(
          clients.empty() ? std::string("this export needs a client's identity, and there is none")
                          : fmt::format("this export needs a client's identity, and there are {}",
                                        join(clients, ", ")),
          {}, "say which one: --client NAME");
    }
    name = clients.front();
  }
  auto chain = chain_pem(home, name);
  if (!chain) return chain.error();
  auto key = key_pem(home, name);
  if (!key) return key.error();
  request.client = {std::move(*chain), std::move(*key)};
  return {};
}

Result<Endpoint> backend_of(const pki::ExportEntry& entry) {
  auto parsed = parse_url("tcp://" + entry.backend);
  if (!parsed) {
    return usage_problem(fmt::format("\"{}\" is no HOST:PORT", printable(entry.backend)),
                         entry.where);
  }
  return *parsed;
}

/// What the broker checks for revocation, and what it staples.
Result<void> add_revocation(const pki::Home& home, const pki::ExportEntry& entry,
                            ExportRequest& request) {
  if (!entry.crl.empty()) {
    const auto* authority = home.manifest().authority(entry.crl);
    auto text = read_file(home.path(pki::crl_file_of(*authority)));
    if (!text) {
      auto problem = text.error();
      problem.hint = fmt::format("write it with: handfast pki crl {}", entry.crl);
      return problem;
    }
    request.server.crl_pem = std::move(*text);
    // EMQX is the one that fetches; the others read the file.
    if (entry.target.starts_with("emqx")) request.crl_urls = authority->publish.urls.crl_urls;
  }
  return {};
}

}  // namespace

Result<ExportRequest> export_request(const pki::Home& home, const pki::ExportEntry& entry,
                                     const std::filesystem::path& folder,
                                     const std::string& client) {
  ExportRequest request;
  request.target = entry.target;
  request.listeners = listeners_of(entry);
  auto chain = chain_pem(home, entry.server);
  if (!chain) return chain.error();
  request.server.chain_pem = std::move(*chain);
  auto key = key_pem(home, entry.server);
  if (!key) return key.error();
  request.server.key_pem = std::move(*key);
  if (!entry.trust.empty()) {
    auto trust = trust_pem(home, entry.trust);
    if (!trust) return trust.error();
    request.server.trust_pem = std::move(*trust);
  }
  if (auto added = add_revocation(home, entry, request); !added) return added.error();
  if (runs_on_a_jvm(entry.target)) {
    if (auto added = add_stores(home, entry, request); !added) return added.error();
  }
  if (entry.target == "cms-database") {
    if (auto added = add_client(home, client, request); !added) return added.error();
  }
  if (!entry.backend.empty()) {
    auto backend = backend_of(entry);
    if (!backend) return backend.error();
    request.backend = *backend;
  }
  request.user_from = entry.user_from;
  request.partial_chain = entry.partial_chain;
  if (entry.depth > 0) request.depth = entry.depth;
  request.tls_versions = entry.tls_versions;
  request.folder = std::filesystem::absolute(folder).lexically_normal().string();
  return request;
}

}  // namespace handfast::app
