#include "tests/unit/pki_defects/support.hpp"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include "core/tls/identity.hpp"
#include "pki/faults/keys.hpp"

namespace handfast::pki::test {

namespace {

using std::chrono::hours;

constexpr int undecodable = -1;

Period around(hours before, hours after) { return {noon - before, noon + after}; }

tls::CertificatePtr decode(const Bytes& der) {
  const unsigned char* at = der.data();
  return tls::CertificatePtr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

struct Stack {
  STACK_OF(X509) * list = sk_X509_new_null();
  Stack() = default;
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  ~Stack() { sk_X509_free(list); }
};

}  // namespace

CertificateSpec root_spec() {
  CertificateSpec out;
  out.profile = profile("ca");
  out.subject.country = "CN";
  out.subject.organization = "handfast lab";
  out.subject.common_name = "root";
  out.period = around(hours(24 * 365), hours(24 * 3650));
  return out;
}

CertificateSpec authority_spec() {
  auto out = root_spec();
  out.subject.common_name = "second";
  out.period = around(hours(24 * 30), hours(24 * 1825));
  return out;
}

CertificateSpec leaf_spec() {
  CertificateSpec out;
  out.profile = profile("peer");
  out.subject = root_spec().subject;
  out.subject.common_name = "node-a";
  out.names = {{AltNameKind::dns, host},
               {AltNameKind::ip, "127.0.0.1"},
               {AltNameKind::uri, "mqtts://node.broker.lab.test/x"},
               {AltNameKind::email, "ops@lab.test"}};
  out.period = around(hours(24), hours(24 * 90));
  return out;
}

Lab::Lab(KeyType issuers, KeyType leaf)
    : root_key(pooled_key(issuers, 1).value()),
      authority_key(pooled_key(issuers, 2).value()),
      leaf_key(pooled_key(leaf, 3).value()),
      root(issue(root_spec(), root_key.get(), {}).value()),
      authority(issue(authority_spec(), authority_key.get(), below_root()).value()) {}

std::string words(const std::vector<DefectKind>& kinds) {
  std::string out;
  for (const auto kind : kinds) {
    if (!out.empty()) out += ' ';
    out += to_string(kind);
  }
  return out.empty() ? "-" : out;
}

std::string sentences(const std::vector<Defect>& defects) {
  std::string out;
  for (const auto& one : defects) out += fmt::format("{}: {}\n", to_string(one.kind), one.sentence);
  return out;
}

int openssl_code(const std::vector<Bytes>& chain, const std::vector<Bytes>& anchors,
                 const AuditOptions& options) {
  if (chain.empty()) return X509_V_ERR_UNSPECIFIED;
  std::vector<tls::CertificatePtr> sent;
  for (const auto& der : chain) {
    sent.push_back(decode(der));
    // libssl answers decode_error for octets behind a certificate.
    const auto whole = sent.back() ? tls::to_der(sent.back().get()).size() : 0;
    if (whole == 0 || whole != der.size()) {
      tls::drain_errors();
      return undecodable;
    }
  }
  const tls::StorePtr store(X509_STORE_new());
  for (const auto& der : anchors) X509_STORE_add_cert(store.get(), decode(der).get());
  const Stack rest;
  for (std::size_t i = 1; i < sent.size(); ++i) sk_X509_push(rest.list, sent[i].get());
  const tls::StoreContextPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), sent.front().get(), rest.list);
  auto* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(parameters, 2);  // Debian's default for TLS
  X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(options.at));
  if (options.partial_chain) X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  if (options.purpose != Purpose::any) {
    X509_VERIFY_PARAM_set_purpose(parameters, options.purpose == Purpose::server
                                                  ? X509_PURPOSE_SSL_SERVER
                                                  : X509_PURPOSE_SSL_CLIENT);
  }
  if (!options.host.empty()) {
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, options.host.c_str()) != 1) {
      X509_VERIFY_PARAM_set1_host(parameters, options.host.c_str(), 0);
    }
  }
  const bool accepted = X509_verify_cert(context.get()) == 1;
  tls::drain_errors();
  return accepted ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

std::string openssl_verdict(const std::vector<Bytes>& chain, const std::vector<Bytes>& anchors,
                            const AuditOptions& options) {
  const int code = openssl_code(chain, anchors, options);
  if (code == undecodable) return "malformed";
  return code == X509_V_OK ? "ok" : tls::verify_name(code);
}

}  // namespace handfast::pki::test
