// Rules about files: bundles, keys, CRLs.
#include <fmt/format.h>
#include <pwd.h>

#include <algorithm>

#include "pki/audit/detail/lint_view.hpp"

namespace handfast::pki::detail {

namespace {

using DistributionPtr = tls::OpensslPtr<ISSUING_DIST_POINT, ISSUING_DIST_POINT_free>;

bool is_root(const X509* certificate) {
  return is_self_issued(certificate) && X509_check_ca(const_cast<X509*>(certificate)) != 0;
}

/// A chain is what a server sends: a leaf first. Files of CAs alone are trust bundles.
bool is_chain(const LintFile& file) {
  return file.certificates.size() > 1 && X509_check_ca(file.certificates.front()) == 0;
}

void lint_order(const LintFile& file, Findings& findings) {
  const auto& list = file.certificates;
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (X509_NAME_cmp(X509_get_issuer_name(list[i - 1]), X509_get_subject_name(list[i])) != 0) {
      findings.add("pki.bundle-order",
                   fmt::format("certificate {} did not issue the one before it", i + 1));
    }
  }
  if (is_root(list.back())) {
    findings.add("pki.bundle-root-in-chain", "the last certificate is a root");
  }
}

void lint_bytes(const LintFile& file, Findings& findings) {
  const auto text = file.bytes;
  if (text.find("-----BEGIN") == std::string_view::npos) return;
  if (!text.ends_with("-----\n") || text.find('\r') != std::string_view::npos) {
    findings.add("pki.bundle-newline", text.find('\r') != std::string_view::npos
                                           ? "its lines end with CR LF"
                                           : "its last line end is missing or not alone");
  }
}

void lint_key(const LintFile& file, LintContext& context) {
  auto& findings = context.findings;
  if (file.mode && (*file.mode & (S_IRWXG | S_IRWXO)) != 0) {
    findings.add("pki.key-mode", fmt::format("its mode is {:04o}", *file.mode & 07777));
  }
  if (file.owner && context.options.key_user && *file.owner != *context.options.key_user) {
    const auto* user = ::getpwuid(*context.options.key_user);
    findings.add(
        "pki.key-owner",
        fmt::format("the user \"{}\" does not own it",
                    user != nullptr ? user->pw_name : std::to_string(*context.options.key_user)));
  }
  if (!file.certificates.empty() && !belongs_to(file.certificates.front(), file.key)) {
    findings.add("pki.key-mismatch", "the key is not that of the first certificate in the file");
  }
}

void lint_distribution(X509_CRL* crl, LintContext& context) {
  const DistributionPtr point(static_cast<ISSUING_DIST_POINT*>(
      X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, nullptr, nullptr)));
  std::vector<std::string> own;
  if (point && point->distpoint != nullptr && point->distpoint->type == 0) {
    add_urls(point->distpoint->name.fullname, own);
  }
  std::vector<std::string> named;
  for (const auto& view : context.views) {
    if (X509_NAME_cmp(X509_get_issuer_name(view.x509), X509_CRL_get_issuer(crl)) != 0) continue;
    named.insert(named.end(), view.crl_urls.begin(), view.crl_urls.end());
  }
  if (named.empty()) return;
  if (!point) {
    context.findings.add(
        "pki.crl-no-idp",
        "certificates name distribution points, the CRL none: EMQX passes over it");
    return;
  }
  const bool agrees = std::any_of(named.begin(), named.end(), [&](const std::string& url) {
    return std::find(own.begin(), own.end(), url) != own.end();
  });
  if (!own.empty() && !agrees) {
    context.findings.add("pki.cdp-mismatch", fmt::format("the CRL says {}, certificates say {}",
                                                         own.front(), named.front()));
  }
}

void lint_crl(X509_CRL* crl, LintContext& context) {
  auto& findings = context.findings;
  auto now = std::chrono::system_clock::to_time_t(context.options.now);
  if (X509_cmp_time(X509_CRL_get0_lastUpdate(crl), &now) > 0) {
    findings.add("pki.crl-not-yet-valid", "its this-update lies ahead");
  }
  const auto* next = X509_CRL_get0_nextUpdate(crl);
  if (next != nullptr && X509_cmp_time(next, &now) < 0) {
    findings.add("pki.crl-stale", "its next update is past: verifiers refuse everybody");
  }
  if (X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1) < 0) {
    findings.add("pki.crl-no-number", "it has no CRL number");
  }
  for (const auto& view : context.views) {
    if (X509_NAME_cmp(X509_get_subject_name(view.x509), X509_CRL_get_issuer(crl)) != 0) continue;
    auto* key = X509_get0_pubkey(view.x509);
    if (key != nullptr && X509_CRL_verify(crl, key) != 1) {
      findings.add("pki.crl-signature", "the issuer's key did not make its signature");
    }
    break;
  }
  tls::drain_errors();
  lint_distribution(crl, context);
}

}  // namespace

void lint_crls(LintContext& context) {
  for (const auto& file : context.files) {
    for (auto* crl : file.crls) {
      context.findings.at(file.name, "CRL of " + name_text(X509_CRL_get_issuer(crl)));
      lint_crl(crl, context);
    }
  }
}

void lint_file(const LintFile& file, LintContext& context) {
  auto& findings = context.findings;
  findings.at(file.name, {});
  if (is_chain(file)) lint_order(file, findings);
  for (std::size_t i = 0; i < file.certificates.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (X509_cmp(file.certificates[i], file.certificates[k]) == 0) {
        findings.add("pki.bundle-duplicate",
                     fmt::format("certificates {} and {} are the same", k + 1, i + 1));
      }
    }
  }
  if (!file.bytes.empty()) lint_bytes(file, findings);
  if (file.key != nullptr) lint_key(file, context);
}

}  // namespace handfast::pki::detail
