// Rules about dates, serials, keys and digests of one certificate.
#include <fmt/format.h>
#include <openssl/ec.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "pki/audit/detail/lint_view.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::chrono::hours day{24};

std::int64_t days(std::chrono::system_clock::duration span) {
  return std::chrono::duration_cast<std::chrono::hours>(span).count() / 24;
}

void lint_dates(const CertificateView& view, const LintOptions& options, Findings& findings) {
  const auto period = period_of(view.x509);
  if (period.not_after < period.not_before) {
    findings.add("pki.validity-reversed",
                 fmt::format("it begins on {} and ends on {}", time_text(period.not_before),
                             time_text(period.not_after)));
    return;
  }
  if (period.not_after < options.now) {
    findings.add("pki.expired", fmt::format("it expired on {}", time_text(period.not_after)));
  } else if (period.not_after - options.now < options.soon) {
    findings.add("pki.expires-soon",
                 fmt::format("it expires in {} days, on {}", days(period.not_after - options.now),
                             time_text(period.not_after)));
  }
  if (period.not_before > options.now) {
    findings.add("pki.not-yet-valid", fmt::format("it begins on {}", time_text(period.not_before)));
  }
  if (!view.ca && period.not_after - period.not_before > 398 * day) {
    findings.add("pki.days-over-397",
                 fmt::format("it is valid {} days", days(period.not_after - period.not_before)));
  }
}

void lint_serial(const CertificateView& view, Findings& findings) {
  const bool zero = std::all_of(view.serial.begin(), view.serial.end(),
                                [](unsigned char octet) { return octet == 0; });
  if (zero) findings.add("pki.serial-zero", "the serial is zero");
  if (view.negative_serial) findings.add("pki.serial-negative", "the serial is below zero");
  // A first octet from 0x80 on takes one more in DER.
  const auto octets = view.serial.size() + (!view.serial.empty() && view.serial[0] > 0x7f ? 1 : 0);
  if (octets > 20) findings.add("pki.serial-long", fmt::format("it has {} octets", octets));
}

void lint_key(const CertificateView& view, const LintOptions& options, Findings& findings) {
  const auto* key = X509_get0_pubkey(view.x509);
  if (key == nullptr) return;
  const bool rsa = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1;
  if (rsa && EVP_PKEY_get_bits(key) < 2048) {
    findings.add("pki.weak-rsa", fmt::format("the key has {} bits", EVP_PKEY_get_bits(key)));
  }
  const bool known_curve = is_of_type(key, KeyType::p256) || is_of_type(key, KeyType::p384) ||
                           is_of_type(key, KeyType::p521);
  if (EVP_PKEY_is_a(key, "EC") == 1 && !known_curve) {
    findings.add("pki.weak-curve", fmt::format("the key is {}", describe_key(key)));
  }
  if (!rsa && view.usages.key.has(KeyUsage::key_encipherment)) {
    findings.add("pki.ke-on-ec", fmt::format("a {} key cannot encipher keys", describe_key(key)));
  }
  if (options.rsa_only && !rsa) {
    findings.add("pki.not-rsa", fmt::format("the key is {}", describe_key(key)));
  }
}

void lint_signature(const CertificateView& view, const LintOptions& options, Findings& findings) {
  int digest = NID_undef;
  int algorithm = NID_undef;
  if (X509_get_signature_info(view.x509, &digest, &algorithm, nullptr, nullptr) != 1) return;
  // A trust anchor's own signature is never looked at (RFC 8446 section 4.4.2.2).
  if ((digest == NID_md5 || digest == NID_sha1) && !view.self_issued) {
    findings.add("pki.weak-hash", fmt::format("it is signed with {}", OBJ_nid2sn(digest)));
  }
  const bool rsa = algorithm == NID_rsaEncryption || algorithm == NID_rsassaPss;
  if (options.rsa_only && !rsa) {
    findings.add("pki.not-rsa", fmt::format("it is signed with {}",
                                            OBJ_nid2ln(X509_get_signature_nid(view.x509))));
  }
}

}  // namespace

void lint_values(const CertificateView& view, LintContext& context) {
  lint_dates(view, context.options, context.findings);
  lint_serial(view, context.findings);
  lint_key(view, context.options, context.findings);
  lint_signature(view, context.options, context.findings);
}

}  // namespace handfast::pki::detail
