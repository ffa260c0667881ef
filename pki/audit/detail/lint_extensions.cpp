// Rules about the extensions of one certificate.
#include <fmt/format.h>

#include <array>
#include <set>

#include "core/base/text.hpp"
#include "pki/audit/detail/lint_view.hpp"

namespace handfast::pki::detail {

namespace {

std::string name_of(const X509_EXTENSION* extension) {
  const auto* object = X509_EXTENSION_get_object(const_cast<X509_EXTENSION*>(extension));
  std::array<char, 128> text{};
  OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 0);
  return text.data();
}

void lint_each(const CertificateView& view, Findings& findings) {
  std::set<std::string> seen;
  for (int i = 0; i < X509_get_ext_count(view.x509); ++i) {
    auto* extension = X509_get_ext(view.x509, i);
    const auto name = name_of(extension);
    if (!seen.insert(name).second) {
      findings.add("pki.dup-extension", fmt::format("the extension \"{}\" is there twice", name));
    }
    if (X509_EXTENSION_get_critical(extension) == 1 && X509_supported_extension(extension) == 0) {
      findings.add("pki.unknown-critical", fmt::format("\"{}\" is critical and unknown", name));
    }
  }
}

void lint_ca(const CertificateView& view, Findings& findings) {
  if (!view.critical(NID_basic_constraints)) {
    findings.add("pki.bc-not-critical", "CA:TRUE is not critical");
  }
  if (view.has(NID_key_usage)) {
    if (!view.usages.key.has(KeyUsage::key_cert_sign)) {
      findings.add("pki.ku-missing-certsign", "it is a CA that may not sign certificates");
    }
    if (!view.usages.key.has(KeyUsage::crl_sign)) {
      findings.add("pki.ku-missing-crlsign", "it cannot sign CRLs");
    }
  }
  if (view.has(NID_name_constraints) && !view.critical(NID_name_constraints)) {
    findings.add("pki.nc-not-critical", "verifiers may pass over its name constraints");
  }
}

void lint_leaf(const CertificateView& view, Findings& findings) {
  if (view.path_length) {
    findings.add("pki.pathlen-on-leaf", fmt::format("it has path length {}", *view.path_length));
  }
  if (view.has(NID_name_constraints)) {
    findings.add("pki.nc-on-leaf", "name constraints mean nothing here");
  }
  if (view.usages.key.has(KeyUsage::key_cert_sign)) {
    findings.add("pki.ku-certsign-on-leaf", "keyCertSign is for CAs");
  }
  if (view.has(NID_key_usage) && !view.usages.key.has(KeyUsage::digital_signature)) {
    findings.add("pki.ku-missing-ds", "without digitalSignature it cannot take part in TLS 1.3");
  }
  if (view.usages.extended.empty()) {
    findings.add("pki.eku-absent", "nothing says whether it is a server's or a client's");
  }
  if (view.self_issued) {
    findings.add(
        "pki.self-signed-leaf",
        "it signs itself: it encrypts, but proves nothing to peers without this very file");
  }
  if (view.usages.has_extended("OCSPSigning") && !view.has(NID_id_pkix_OCSP_noCheck)) {
    findings.add("pki.ocsp-no-nocheck", "clients would have to check the OCSP signer by OCSP");
  }
  if (view.has(NID_id_pkix_OCSP_noCheck) && !view.usages.has_extended("OCSPSigning")) {
    findings.add("pki.ocsp-signer-no-eku", "no-check makes it an OCSP signer, but it may not sign");
  }
}

}  // namespace

void lint_extensions(const CertificateView& view, LintContext& context) {
  auto& findings = context.findings;
  if (X509_get_version(view.x509) != X509_VERSION_3) {
    findings.add("pki.v1-cert", fmt::format("it is version {}", X509_get_version(view.x509) + 1));
    return;  // what extensions it lacks follows from that
  }
  lint_each(view, findings);
  if (!view.has(NID_key_usage)) {
    findings.add("pki.ku-absent", "every usage is allowed");
  } else if (!view.critical(NID_key_usage)) {
    findings.add("pki.ku-not-critical", "verifiers may pass over its key usage");
  }
  if (view.subject_key_id.empty()) {
    findings.add("pki.ski-absent", "there is nothing that issued certificates could point to");
  }
  if (!view.has_authority_key_id) {
    if (!view.self_issued) findings.add("pki.aki-absent", "strict verifiers refuse it");
  } else if (view.authority_key_id.empty()) {
    findings.add("pki.aki-empty", "the authority key identifier is there, but holds no key id");
  }
  if (view.usages.has_extended("anyExtendedKeyUsage")) {
    findings.add("pki.eku-any", "it may be used for everything");
  }
  view.ca ? lint_ca(view, findings) : lint_leaf(view, findings);
}

}  // namespace handfast::pki::detail
