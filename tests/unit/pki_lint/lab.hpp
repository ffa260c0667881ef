// A good chain, ways to bend one thing about it, and what lint then says.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "pki/audit/lint.hpp"
#include "tests/unit/pki_mint/minting.hpp"

namespace handfast::pki::test {

/// root -> second -> leaf for the server broker.test, ten days each.
struct LintLab {
  Ca root, second;
  tls::PkeyPtr key = make_key(KeyType::p256).value();
  LintOptions options{.now = noon};

  LintLab() {
    root = make_ca();
    second.key = make_key(KeyType::p256).value();
    second.certificate = issue(ca_spec(), second.key.get(), root.issuer()).value();
    options.soon = std::chrono::hours(1);
  }

  static CertificateSpec ca_spec() {
    auto spec = spec_for("ca", "second", std::chrono::hours(240));
    spec.path_length = 0;
    return spec;
  }
  static CertificateSpec server_spec() {
    auto spec = spec_for("server", "broker.test", std::chrono::hours(120));
    spec.names = {{AltNameKind::dns, "broker.test"}};
    return spec;
  }

  tls::CertificatePtr leaf(const CertificateSpec& spec = server_spec(),
                           const IssueOptions& bend = {}) const {
    return issue(spec, key.get(), second.issuer(), bend).value();
  }

  /// The ids of what lint finds about `leaf` below `ca` (and the root).
  std::set<std::string> findings(X509* leaf, X509* ca) const {
    std::set<std::string> out;
    const LintFile chain{.name = "chain.pem", .certificates = {leaf, ca}};
    const LintFile trust{.name = "root.pem", .certificates = {root.certificate.get()}};
    for (const auto& finding : lint({chain, trust}, options))
      out.insert(std::string(finding.rule->id));
    return out;
  }
  std::set<std::string> findings(const tls::CertificatePtr& leaf) const {
    return findings(leaf.get(), second.certificate.get());
  }
};

/// Removes an extension before signing.
inline IssueOptions without(int nid) {
  IssueOptions out;
  out.before_signing = [nid](X509* certificate) {
    const int at = X509_get_ext_by_NID(certificate, nid, -1);
    if (at < 0) return false;
    X509_EXTENSION_free(X509_delete_ext(certificate, at));
    return true;
  };
  return out;
}

/// Turns the critical bit of an extension over.
inline IssueOptions flipped(int nid) {
  IssueOptions out;
  out.before_signing = [nid](X509* certificate) {
    const int at = X509_get_ext_by_NID(certificate, nid, -1);
    if (at < 0) return false;
    auto* extension = X509_get_ext(certificate, at);
    return X509_EXTENSION_set_critical(extension, 1 - X509_EXTENSION_get_critical(extension)) == 1;
  };
  return out;
}

}  // namespace handfast::pki::test
