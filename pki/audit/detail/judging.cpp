#include "pki/audit/detail/judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "pki/audit/detail/naming.hpp"
#include "pki/audit/detail/signing.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::string_view any_usage = "2.5.29.37.0";
constexpr std::string_view any_policy = "2.5.29.32.0";
constexpr std::size_t oversized = 64UL * 1024;

constexpr std::uint16_t digital_signature = 1U << 0U;
constexpr std::uint16_t enciphering = 1U << 2U | 1U << 3U;
constexpr std::uint16_t key_cert_sign = 1U << 5U;

std::string_view usage_of(Purpose purpose) {
  if (purpose == Purpose::server) return "1.3.6.1.5.5.7.3.1";
  return purpose == Purpose::client ? "1.3.6.1.5.5.7.3.2" : "";
}

bool has(const std::vector<std::string>& list, std::string_view what) {
  return std::ranges::find(list, what) != list.end();
}

/// Key identifier, and issuer and serial, as far as both sides have them.
bool authority_fits(const ReadCertificate& subject, const ReadCertificate& issuer) {
  if (!subject.authority_key_id.empty() && !issuer.subject_key_id.empty() &&
      subject.authority_key_id != issuer.subject_key_id) {
    return false;
  }
  if (subject.authority_serial.empty()) return true;
  return subject.authority_serial == issuer.serial &&
         (subject.authority_issuer.empty() || same_name(subject.authority_issuer, issuer.issuer));
}

void judge_validity(const ReadCertificate& certificate, std::int64_t at, Findings& out) {
  if (certificate.not_after < certificate.not_before) {
    out.push_back({DefectKind::inverted_dates, "it ends before it begins"});
  } else if (at > certificate.not_after) {
    out.push_back({DefectKind::expired, "it has ended"});
  } else if (at < certificate.not_before) {
    out.push_back({DefectKind::not_yet_valid, "it has not begun"});
  }
}

void judge_leaf(const ReadCertificate& leaf, const AuditOptions& options, Findings& out) {
  const bool signs = !leaf.key_usage || (*leaf.key_usage & digital_signature) != 0;
  if (!signs && *leaf.key_usage != 0) {
    out.push_back({DefectKind::key_usage_no_signature, "key usage lacks digitalSignature"});
  }
  if (leaf.ca) out.push_back({DefectKind::leaf_is_ca, "it says CA:TRUE"});
  if (leaf.name_constraints) {
    out.push_back({DefectKind::name_constraints_on_leaf, "it has name constraints"});
  }
  if (leaf.must_staple) out.push_back({DefectKind::must_staple, "it demands an OCSP staple"});
  const auto usage = usage_of(options.purpose);
  if (!leaf.extended_usages) {
    if (!leaf.bare())
      out.push_back({DefectKind::extended_key_usage_absent, "no extended key usage"});
  } else if (!usage.empty() && !has(*leaf.extended_usages, usage)) {
    out.push_back({has(*leaf.extended_usages, any_usage) ? DefectKind::extended_key_usage_any
                                                         : DefectKind::extended_key_usage_wrong,
                   "its extended key usage does not name the purpose"});
  }
  judge_host(leaf, options.host, out);
  if (options.key != nullptr && leaf.key && !possesses(leaf, options.key)) {
    out.push_back({DefectKind::wrong_key, "the private key signs for another certificate"});
  }
}

void judge_authority(const ReadCertificate& authority, const AuditOptions& options, Findings& out) {
  if (!authority.ca) {
    const bool silent = !authority.has_constraints && authority.version >= 3;
    out.push_back({silent ? DefectKind::basic_constraints_missing : DefectKind::issuer_not_ca,
                   "it issues certificates and does not say CA:TRUE"});
  } else if (!authority.constraints_critical) {
    out.push_back({DefectKind::basic_constraints_not_critical, "basic constraints not critical"});
  }
  if (!authority.key_usage) {
    // A certificate that is no authority at all need not have what authorities need.
    if (authority.ca) out.push_back({DefectKind::key_usage_missing, "no key usage"});
  } else if ((*authority.key_usage & key_cert_sign) == 0 && authority.ca) {
    out.push_back({DefectKind::key_usage_no_cert_sign, "key usage lacks keyCertSign"});
  }
  if (authority.ca && authority.subject_key_id.empty()) {
    out.push_back({DefectKind::subject_key_id_missing, "no subject key identifier"});
  }
  const auto usage = usage_of(options.purpose);
  if (authority.ca && authority.extended_usages && !usage.empty() &&
      !has(*authority.extended_usages, usage) && !has(*authority.extended_usages, any_usage)) {
    out.push_back(
        {DefectKind::extended_key_usage_not_nested, "extended key usage lacks the purpose"});
  }
}

void judge_any(const ReadCertificate& certificate, bool issues, Findings& out) {
  if (certificate.der.size() > oversized) {
    out.push_back({DefectKind::certificate_oversized,
                   fmt::format("it has {} octets", certificate.der.size())});
  }
  if (certificate.path_length && !certificate.ca) {
    out.push_back({DefectKind::path_length_without_ca, "a path length without CA:TRUE"});
  }
  if (certificate.name_constraints && !certificate.name_constraints_critical) {
    out.push_back({DefectKind::name_constraints_not_critical, "name constraints not critical"});
  }
  judge_alt_names(certificate, out);
  judge_key(certificate, out);
  if (!certificate.key_usage) return;
  const auto usage = *certificate.key_usage;
  if (usage == 0) out.push_back({DefectKind::key_usage_empty, "key usage without any bit"});
  if (!issues && !certificate.ca && (usage & key_cert_sign) != 0) {
    out.push_back({DefectKind::cert_sign_without_ca, "keyCertSign without CA:TRUE"});
  }
  const bool ciphers = certificate.key && EVP_PKEY_is_a(certificate.key.get(), "RSA") == 1;
  if (certificate.key && !ciphers && (usage & enciphering) != 0) {
    out.push_back({DefectKind::key_usage_unfit_for_key, "this kind of key cannot encipher"});
  }
}

void judge_link(const ReadCertificate& subject, const ReadCertificate& issuer, Findings& out) {
  const auto before = out.size();
  judge_signature_algorithm(subject, out);
  const bool unreadable = std::ranges::any_of(
      out.begin() + static_cast<std::ptrdiff_t>(before), out.end(),
      [](const Finding& one) { return one.kind == DefectKind::bad_pss_parameters; });
  if (!unreadable && !is_signed_by(subject, issuer)) {
    out.push_back({DefectKind::bad_signature, "the issuer's key does not verify it"});
  }
  if (!subject.bare() && subject.authority_key_id.empty() && subject.authority_serial.empty()) {
    out.push_back({DefectKind::authority_key_id_missing, "no authority key identifier"});
  } else if (!authority_fits(subject, issuer)) {
    out.push_back({DefectKind::authority_key_id_mismatch, "names another issuing certificate"});
  }
  if (subject.not_after > issuer.not_after) {
    out.push_back({DefectKind::outlives_issuer, "it ends after its issuer"});
  }
}

/// Steps below `index` that count for its path length: authorities that are not self-issued.
void judge_path_length(const Path& path, std::size_t index, Findings& out) {
  const auto& limit = path.steps[index]->path_length;
  if (!limit || index == 0) return;
  const auto below =
      std::count_if(path.steps.begin() + 1, path.steps.begin() + static_cast<std::ptrdiff_t>(index),
                    [](const auto* step) { return !step->self_issued(); });
  if (below > *limit) {
    out.push_back({DefectKind::path_length_exceeded,
                   fmt::format("{} authorities below it, {} allowed", below, *limit)});
  }
}

void judge_names(const Path& path, std::size_t index, Findings& out) {
  const auto& certificate = *path.steps[index];
  if (index != 0 && certificate.self_issued()) return;
  for (std::size_t above = index + 1; above < path.steps.size(); ++above) {
    const auto& constraints = path.steps[above]->name_constraints;
    if (constraints) judge_constraints(certificate, *constraints, out);
  }
}

/// One issuer, one serial: also the serial that a root gave to itself.
void judge_serials(const Path& path, PathFindings& out) {
  for (std::size_t a = 0; a < path.steps.size(); ++a) {
    for (std::size_t b = a + 1; b < path.steps.size(); ++b) {
      if (path.steps[a]->serial != path.steps[b]->serial || path.steps[a]->serial.empty() ||
          !same_name(path.steps[a]->issuer, path.steps[b]->issuer)) {
        continue;
      }
      out.push_back({a, {DefectKind::serial_repeated, "its issuer gave this serial twice"}});
    }
  }
}

/// RFC 5280 section 6.1 without mappings: is a policy demanded that not every step states?
void judge_policies(const Path& path, PathFindings& out) {
  std::optional<int> explicit_after;              // certificates until a policy must be there
  std::optional<std::vector<std::string>> valid;  // nullopt: any
  bool none = false;
  for (std::size_t i = path.judged(); i-- > 0;) {
    const auto& policies = path.steps[i]->policies;
    if (policies.empty()) none = true;
    if (!policies.empty() && !has(policies, any_policy)) {
      if (valid) {
        std::erase_if(*valid, [&](const std::string& one) { return !has(policies, one); });
      } else {
        valid = policies;
      }
    }
    if (explicit_after && *explicit_after > 0 && !path.steps[i]->self_issued()) --*explicit_after;
    const auto& required = path.steps[i]->require_explicit_policy;
    if (required) explicit_after = std::min(explicit_after.value_or(*required), *required);
  }
  if (explicit_after == 0 && (none || (valid && valid->empty()))) {
    out.push_back({0, {DefectKind::policy_missing, "a policy is required and not stated"}});
  }
}

}  // namespace

bool may_have_issued(const ReadCertificate& issuer, const ReadCertificate& subject) {
  if (!issuer.parsed || !same_name(issuer.subject, subject.issuer)) return false;
  return authority_fits(subject, issuer) || is_signed_by(subject, issuer);
}

PathFindings judge(const Path& path, const AuditOptions& options) {
  PathFindings out;
  const std::int64_t at =
      std::chrono::floor<std::chrono::seconds>(options.at).time_since_epoch().count();
  for (std::size_t i = 0; i < path.judged(); ++i) {
    const auto& certificate = *path.steps[i];
    Findings found = certificate.findings;
    if (certificate.parsed) {
      judge_validity(certificate, at, found);
      judge_any(certificate, i > 0, found);
      if (i == 0) judge_leaf(certificate, options, found);
      if (i > 0) judge_authority(certificate, options, found);
      if (i + 1 < path.steps.size()) judge_link(certificate, *path.steps[i + 1], found);
      judge_path_length(path, i, found);
      judge_names(path, i, found);
    }
    for (auto& finding : found) out.emplace_back(i, std::move(finding));
  }
  if (path.anchored && path.steps.size() > 1) {
    Findings found;
    judge_path_length(path, path.steps.size() - 1, found);
    if (at > path.steps.back()->not_after) {
      found.push_back({DefectKind::anchor_expired, "the anchor's own certificate has ended"});
    }
    for (auto& finding : found) out.emplace_back(path.steps.size() - 1, std::move(finding));
  }
  judge_serials(path, out);
  judge_policies(path, out);
  const auto intermediates = path.judged() - 1;
  if (options.max_intermediates && std::cmp_greater(intermediates, *options.max_intermediates)) {
    out.push_back({path.steps.size() - 1,
                   {DefectKind::chain_too_long, fmt::format("{} intermediates", intermediates)}});
  }
  return out;
}

}  // namespace handfast::pki::detail
