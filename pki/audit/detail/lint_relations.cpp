// Rules about a certificate and those above it.
#include <fmt/format.h>

#include <algorithm>

#include "pki/audit/detail/lint_view.hpp"

namespace handfast::pki::detail {

namespace {

using NameConstraintsPtr = tls::OpensslPtr<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;

/// Certificates that are not self-issued and stand between `view` and `above`.
int intermediates_below(const CertificateView& view, const CertificateView& above) {
  int count = 0;
  for (const auto* at = &view; at != nullptr && at != &above; at = at->issuer) {
    if (at->ca && !at->self_issued) ++count;
    if (at->issuer == at) break;
  }
  return count;
}

void lint_path_length(const CertificateView& view, Findings& findings) {
  if (!view.ca || view.self_issued) return;
  int steps = 0;
  for (const auto* above = view.issuer; above != nullptr && steps < 100;
       above = above->issuer == above ? nullptr : above->issuer, ++steps) {
    if (above->path_length && intermediates_below(view, *above) > *above->path_length) {
      findings.add("pki.pathlen-exceeded",
                   fmt::format("\"{}\" allows {} CAs below it",
                               name_text(X509_get_subject_name(above->x509)), *above->path_length));
      return;
    }
  }
}

/// An EKU on a CA limits those below it, as all verifiers of the Web and Windows read it.
void lint_nesting(const CertificateView& view, Findings& findings) {
  const auto& above = view.issuer->usages.extended;
  if (above.empty() || view.issuer->usages.has_extended("anyExtendedKeyUsage")) return;
  for (const auto& usage : view.usages.extended) {
    if (std::find(above.begin(), above.end(), usage) == above.end() && usage != "OCSPSigning") {
      findings.add("pki.eku-not-nested", fmt::format("its issuer does not allow {}", usage));
    }
  }
}

void lint_constraints(const CertificateView& view, Findings& findings) {
  int steps = 0;
  for (const auto* above = view.issuer; above != nullptr && steps < 100;
       above = above->issuer == above ? nullptr : above->issuer, ++steps) {
    const NameConstraintsPtr constraints(static_cast<NAME_CONSTRAINTS*>(
        X509_get_ext_d2i(above->x509, NID_name_constraints, nullptr, nullptr)));
    if (!constraints) continue;
    const int verdict = NAME_CONSTRAINTS_check(view.x509, constraints.get());
    if (verdict != X509_V_OK && !view.self_issued) {
      findings.add("pki.nc-violated", fmt::format("\"{}\" constrains names: {}",
                                                  name_text(X509_get_subject_name(above->x509)),
                                                  tls::verify_text(verdict)));
    }
  }
  tls::drain_errors();
}

void lint_signature(const CertificateView& view, Findings& findings) {
  auto* key = X509_get0_pubkey(view.issuer->x509);
  const bool good = key != nullptr && X509_verify(view.x509, key) == 1;
  tls::drain_errors();
  if (!good) findings.add("pki.signature", "its issuer's key did not make the signature");
}

}  // namespace

void lint_relations(const CertificateView& view, LintContext& context) {
  auto& findings = context.findings;
  for (const auto& other : context.views) {
    const bool same_issuer =
        X509_NAME_cmp(X509_get_issuer_name(view.x509), X509_get_issuer_name(other.x509)) == 0;
    if (&other < &view && same_issuer && other.serial == view.serial &&
        X509_cmp(other.x509, view.x509) != 0) {
      findings.add("pki.serial-repeat", fmt::format("\"{}\" has the serial {} too",
                                                    name_text(X509_get_subject_name(other.x509)),
                                                    serial_hex(view.x509)));
    }
  }
  if (view.issuer == nullptr) return;
  if (!view.issuer->ca && view.issuer != &view) {
    findings.add("pki.bc-missing-on-ca",
                 fmt::format("\"{}\" issued it without being a CA",
                             name_text(X509_get_subject_name(view.issuer->x509))));
  }
  if (!view.authority_key_id.empty() && !view.issuer->subject_key_id.empty() &&
      view.authority_key_id != view.issuer->subject_key_id) {
    findings.add("pki.aki-differs", "its authority key identifier is not its issuer's key id");
  }
  lint_signature(view, findings);
  if (view.issuer == &view) return;
  const auto end = period_of(view.x509).not_after;
  const auto issuer_end = period_of(view.issuer->x509).not_after;
  if (end > issuer_end) {
    findings.add("pki.outlives-issuer",
                 fmt::format("its issuer ends on {}", time_text(issuer_end)));
  }
  lint_path_length(view, findings);
  lint_nesting(view, findings);
  lint_constraints(view, findings);
}

}  // namespace handfast::pki::detail
