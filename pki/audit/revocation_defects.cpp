#include <algorithm>
#include <array>
#include <set>

#include "pki/audit/revocation_fixtures.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "pki/revocation/serial.hpp"

namespace handfast::pki {

namespace {

constexpr std::array<std::string_view, 7> words{"leaf_revoked",
                                                "issuer_revoked",
                                                "crl_missing",
                                                "crl_expired",
                                                "crl_not_yet_valid",
                                                "crl_bad_signature",
                                                "crl_signer_may_not_sign"};

Result<std::vector<tls::CertificatePtr>> read_certificates(const std::vector<Bytes>& list) {
  std::vector<tls::CertificatePtr> out;
  for (const auto& der : list) {
    const auto* at = der.data();
    tls::CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!certificate) {
      return tls::openssl_problem(ProblemKind::environment, "a certificate cannot be read");
    }
    out.push_back(std::move(certificate));
  }
  return out;
}

Result<std::vector<Crl>> read_crls(const std::vector<Bytes>& list) {
  std::vector<Crl> out;
  for (const auto& der : list) {
    auto read = parse_crls({reinterpret_cast<const char*>(der.data()), der.size()}, "a CRL");
    if (!read) return read.error();
    for (auto& crl : *read) out.push_back(std::move(crl));
  }
  return out;
}

bool names(const Crl& crl, const X509* issuer) {
  return X509_NAME_cmp(X509_CRL_get_issuer(crl.handle()), X509_get_subject_name(issuer)) == 0;
}

bool may_sign(const X509* issuer) {
  const auto usages = usages_of(issuer).key;
  return usages.empty() || usages.has(KeyUsage::crl_sign);
}

/// Why the CRL counts for nothing; nullopt when it counts.
std::optional<StatusDefect> flaw_of(const Crl& crl, const X509* issuer, WallTime at) {
  if (!crl.signed_by(issuer)) return StatusDefect::crl_bad_signature;
  if (!may_sign(issuer)) return StatusDefect::crl_signer_may_not_sign;
  const auto facts = crl.facts();
  if (facts.this_update && *facts.this_update > at) return StatusDefect::crl_not_yet_valid;
  if (facts.next_update && *facts.next_update < at) return StatusDefect::crl_expired;
  return std::nullopt;
}

/// Numbers are hexadecimal without leading zeros: the longer one is the higher one.
bool is_newer(const Crl& a, const Crl& b) {
  const auto x = a.facts().number;
  const auto y = b.facts().number;
  return x.size() != y.size() ? x.size() > y.size() : x > y;
}

const X509* issuer_of(const X509* certificate, const std::vector<tls::CertificatePtr>& chain,
                      const std::vector<tls::CertificatePtr>& anchors) {
  for (const auto* list : {&chain, &anchors}) {
    for (const auto& candidate : *list) {
      if (X509_check_issued(candidate.get(), const_cast<X509*>(certificate)) == X509_V_OK) {
        return candidate.get();
      }
    }
  }
  return nullptr;
}

/// The CRL of `issuer` that counts; the flaws of the others go into `found`.
const Crl* current_crl(const X509* issuer, const std::vector<Crl>& crls, WallTime at,
                       std::set<StatusDefect>& found) {
  const Crl* best = nullptr;
  for (const auto& crl : crls) {
    if (!names(crl, issuer)) continue;
    if (const auto flaw = flaw_of(crl, issuer, at)) {
      found.insert(*flaw);
    } else if (best == nullptr || is_newer(crl, *best)) {
      best = &crl;
    }
  }
  return best;
}

}  // namespace

std::string_view to_string(StatusDefect defect) { return words[static_cast<std::size_t>(defect)]; }

Result<std::vector<StatusDefect>> find_status_defects(const std::vector<Bytes>& chain,
                                                      const std::vector<Bytes>& anchors,
                                                      const std::vector<Bytes>& crls, WallTime at) {
  auto list = read_certificates(chain);
  if (!list) return list.error();
  auto trusted = read_certificates(anchors);
  if (!trusted) return trusted.error();
  auto revocations = read_crls(crls);
  if (!revocations) return revocations.error();

  std::set<StatusDefect> found;
  for (const auto& certificate : *list) {
    if (is_self_issued(certificate.get())) continue;
    const auto* issuer = issuer_of(certificate.get(), *list, *trusted);
    const auto* crl = issuer == nullptr ? nullptr : current_crl(issuer, *revocations, at, found);
    if (crl == nullptr) {
      found.insert(StatusDefect::crl_missing);
    } else if (crl->find(serial_of(certificate.get()))) {
      const bool leaf = &certificate == &list->front();
      found.insert(leaf ? StatusDefect::leaf_revoked : StatusDefect::issuer_revoked);
    }
  }
  return std::vector<StatusDefect>(found.begin(), found.end());
}

}  // namespace handfast::pki
