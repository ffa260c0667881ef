// The certificates of an export: there, readable, belonging together, and written cleanly.
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "core/tls/openssl.hpp"
#include "harness/broker/export/check.hpp"
#include "harness/broker/export/parts.hpp"

namespace handfast::broker::exporting {

namespace {

using Certificates = std::vector<tls::CertificatePtr>;
using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(const Certificates& certificates) {
  const tls::BioPtr bio(BIO_new(BIO_s_mem()));
  for (const auto& certificate : certificates) {
    PEM_write_bio_X509(bio.get(), certificate.get());
  }
  return contents(bio.get());
}

std::string name_of(const X509_NAME* name) {
  const tls::BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  return printable(contents(bio.get()));
}

/// The certificates of `pem`, which is rewritten. A text without any is a problem.
Result<Certificates> rewrite(std::string& pem, const std::string& what) {
  auto certificates = tls::parse_certificates(pem, what);
  if (!certificates) return certificates.error();
  if (certificates->empty()) return environment_problem("holds no certificate", what);
  pem = to_pem(*certificates);
  return certificates;
}

/// `key_pem` belongs to the first certificate of `chain_pem`; both are rewritten.
Result<void> rewrite_pair(std::string& chain_pem, std::string& key_pem, const std::string& whose) {
  if (chain_pem.empty() || key_pem.empty()) {
    return usage_problem(
        fmt::format("the export needs the certificate and the key of the {}", whose));
  }
  const auto where = fmt::format("certificate of the {}", whose);
  if (const auto pair = tls::Identity::from_pem(chain_pem, key_pem, where); !pair) {
    return pair.error();
  }
  if (const auto chain = rewrite(chain_pem, where); !chain) return chain.error();
  if (key_pem.back() != '\n') key_pem += '\n';
  return {};
}

Result<std::vector<CrlPtr>> rewrite_crls(std::string& pem) {
  const tls::BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<CrlPtr> lists;
  while (auto* list = PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr)) {
    lists.emplace_back(list);
  }
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const auto errors = tls::drain_errors();
  if (lists.empty() || !ended) {
    return environment_problem("the CRL cannot be read: " + errors, "CRL");
  }
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  for (const auto& list : lists) PEM_write_bio_X509_CRL(out.get(), list.get());
  pem = contents(out.get());
  return lists;
}

/// Some verifiers want a CRL of every authority on the way up, and refuse all clients without.
Result<void> check_crls(const Target& target, const std::vector<CrlPtr>& lists,
                        const Certificates& anchors) {
  if (target.can.revocation != Revocation::whole_chain_file) return {};
  for (const auto& anchor : anchors) {
    const auto* subject = X509_get_subject_name(anchor.get());
    const bool listed = std::ranges::any_of(lists, [&](const auto& list) {
      return X509_NAME_cmp(X509_CRL_get_issuer(list.get()), subject) == 0;
    });
    if (listed) continue;
    return usage_problem(
        fmt::format("{} refuses every client unless it has the CRL of each authority in the "
                    "chain: there is none of {}",
                    target.name, name_of(subject)),
        "CRL", "put the CRLs of root and intermediates into one file");
  }
  return {};
}

Result<void> check_trust(const Target& target, ExportRequest& request) {
  auto& server = request.server;
  if (asks_clients(request) && server.trust_pem.empty()) {
    return usage_problem("client certificates are asked for, but there is no trust anchor", {},
                         "name a bundle as trust");
  }
  Certificates anchors;
  if (!server.trust_pem.empty()) {
    auto read = rewrite(server.trust_pem, "trust anchors");
    if (!read) return read.error();
    anchors = std::move(*read);
  }
  if (request.partial_chain && X509_self_signed(anchors.back().get(), 0) == 1) {
    return usage_problem(
        fmt::format("partial_chain takes the last certificate of the CA file as anchor, and that "
                    "is the root {}",
                    name_of(X509_get_subject_name(anchors.back().get()))),
        "trust anchors", "bundle with order: as written, root first and intermediate last");
  }
  if (server.crl_pem.empty()) return {};
  const auto lists = rewrite_crls(server.crl_pem);
  if (!lists) return lists.error();
  return check_crls(target, *lists, anchors);
}

/// Spring and shells give these characters a meaning inside a password.
bool is_plain_password(std::string_view password) {
  return std::ranges::all_of(
      password, [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '$' && c != '#'; });
}

Result<void> check_stores(const ExportRequest& request) {
  const auto& server = request.server;
  const auto missing = [&](const std::string& store, std::string_view what) -> Result<void> {
    if (!store.empty()) return {};
    return usage_problem(
        fmt::format("{} reads {} from a PKCS#12 file, and there is none", request.target, what), {},
        "write: [pem, p12] with a password for this entry");
  };
  if (auto ok = missing(server.keystore_p12, "its key"); !ok) return ok;
  if (asks_clients(request)) {
    if (auto ok = missing(server.truststore_p12, "its trust anchors"); !ok) return ok;
  }
  if (server.store_password.empty() || !is_plain_password(server.store_password)) {
    return usage_problem(
        "the password of a PKCS#12 file must be printable ASCII without space, $ "
        "and #, which the broker's settings would replace");
  }
  return {};
}

}  // namespace

Result<void> check_material(const Target& target, ExportRequest& request) {
  const auto listeners = enabled(request);
  const bool needs_tls =
      !target.can.has_listeners || std::ranges::any_of(listeners, [](const auto& listener) {
        return uses_tls(listener.transport);
      });
  if (!needs_tls) {
    request.server = {};
    return {};
  }
  auto& server = request.server;
  if (auto ok = rewrite_pair(server.chain_pem, server.key_pem, "server"); !ok) return ok;
  if (auto ok = check_trust(target, request); !ok) return ok;
  if (target.can.pkcs12) return check_stores(request);
  if (!target.can.client_pair) return {};
  if (auto ok = rewrite_pair(request.client.chain_pem, request.client.key_pem, "client"); !ok) {
    return ok;
  }
  if (server.trust_pem.empty()) {
    return usage_problem(fmt::format("{} needs the trust anchors", target.name));
  }
  return {};
}

Result<ExportRequest> checked(const Target& target, ExportRequest request) {
  if (auto ok = check_options(target, request); !ok) return ok.error();
  if (auto ok = check_material(target, request); !ok) return ok.error();
  if (!request.ocsp_url.empty() && issuer_of_leaf(request.server).empty()) {
    return usage_problem(
        "the broker needs the issuer's certificate to ask the OCSP responder, and neither the "
        "server's chain nor the trust anchors hold it");
  }
  return request;
}

std::string issuer_of_leaf(const ServerMaterial& server) {
  auto chain = tls::parse_certificates(server.chain_pem, "server");
  auto anchors = tls::parse_certificates(server.trust_pem, "trust anchors");
  if (!chain || chain->empty()) return {};
  for (auto* candidates : {&chain, &anchors}) {
    if (!*candidates) continue;
    for (auto& candidate : **candidates) {
      if (X509_check_issued(candidate.get(), chain->front().get()) != X509_V_OK) continue;
      Certificates found;
      found.push_back(std::move(candidate));
      return to_pem(found);
    }
  }
  return {};
}

}  // namespace handfast::broker::exporting
