#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/audit/verify.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/validity.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "pki/upkeep/crl_files.hpp"
#include "pki/upkeep/detail/examinations.hpp"

namespace handfast::pki::detail {

namespace {

using Certificates = std::vector<tls::CertificatePtr>;

/// Empty when the file is missing or broken: that is told elsewhere.
Certificates certificates_of(const Home& home, const std::string& file) {
  if (file.empty()) return {};
  auto text = read_file(home.path(file));
  if (!text) return {};
  auto parsed = tls::parse_certificates(*text, file);
  if (!parsed) return {};
  return std::move(*parsed);
}

std::string root_of(const Manifest& manifest, const std::string& entry) {
  std::string at = entry;
  for (auto above = manifest.issuer_of(at); !above.empty(); above = manifest.issuer_of(at)) {
    at = above;
  }
  return at;
}

/// One file of the PKI as lint wants it, with what it points at.
struct Loaded {
  std::string name;
  std::string bytes;
  Certificates certificates;
  std::vector<Crl> crls;
  LintFile view() const {
    LintFile out;
    out.name = name;
    out.bytes = bytes;
    for (const auto& certificate : certificates) out.certificates.push_back(certificate.get());
    for (const auto& crl : crls) out.crls.push_back(crl.handle());
    return out;
  }
};

std::vector<Loaded> load_all(const Home& home) {
  std::vector<Loaded> out;
  const auto load = [&](const std::string& file) {
    auto text = file.empty() ? Result<std::string>(std::string()) : read_file(home.path(file));
    if (!text || text->empty()) return;
    out.push_back({file, std::move(*text), certificates_of(home, file), {}});
  };
  for (const auto& entry : home.manifest().authorities) load(entry.files.certificate);
  for (const auto& entry : home.manifest().identities) {
    load(entry.files.chain.empty() ? entry.files.certificate : entry.files.chain);
  }
  for (const auto& entry : home.manifest().authorities) {
    auto crls = load_crls(home.path(crl_file_of(entry)));
    if (crls) out.push_back({crl_file_of(entry), {}, {}, std::move(*crls)});
  }
  return out;
}

void examine_chain(const Home& home, const IdentityEntry& entry, WallTime now,
                   std::vector<Complaint>& out) {
  const auto add = [&](std::string sentence, std::string advice) {
    out.push_back(
        {Examination::chains, Severity::error, entry.name, std::move(sentence), std::move(advice)});
  };
  const auto& file = entry.files.chain.empty() ? entry.files.certificate : entry.files.chain;
  auto chain = certificates_of(home, file);
  const auto state = home.state().entries.find(entry.name);
  if (chain.empty() || state == home.state().entries.end()) return;
  if (fingerprint(chain.front().get()) != state->second.certificate) {
    add(fmt::format("{} does not begin with its current certificate", file),
        "run handfast pki apply");
    return;
  }
  Certificates anchors;
  auto root = home.certificate(root_of(home.manifest(), entry.name));
  if (!root) return;
  anchors.push_back(std::move(*root));
  auto verdict = verify(chain, anchors, {.at = now});
  if (!verdict) {
    add(verdict.error().message, verdict.error().hint);
  } else if (!verdict->accepted()) {
    add(fmt::format("a peer that trusts its root refuses it: {} ({})", verdict->words,
                    verdict->name),
        verdict->advice.empty() ? fmt::format("handfast pki renew {}", entry.name)
                                : verdict->advice);
  }
}

}  // namespace

std::vector<Complaint> examine_certificates(const Home& home, WallTime now) {
  const auto loaded = load_all(home);
  std::vector<LintFile> files;
  for (const auto& file : loaded) files.push_back(file.view());
  LintOptions options;
  options.now = now;
  std::vector<Complaint> out;
  for (const auto& finding : lint(files, options)) {
    out.push_back({Examination::certificates, finding.severity(),
                   finding.file.empty() ? finding.subject : finding.file,
                   fmt::format("{} ({})", finding.sentence, finding.rule->id),
                   finding.severity() == Severity::error
                       ? "put it right in the manifest, then run handfast pki apply"
                       : ""});
  }
  return out;
}

std::vector<Complaint> examine_chains(const Home& home, WallTime now) {
  std::vector<Complaint> out;
  for (const auto& entry : home.manifest().identities) examine_chain(home, entry, now, out);
  return out;
}

std::vector<Complaint> examine_revocation(const Home& home, WallTime now) {
  std::vector<Complaint> out;
  auto authorities = crl_authorities(home);
  if (!authorities) {
    out.push_back(
        {Examination::revocation, Severity::error, "fleets", authorities.error().text(), {}});
    return out;
  }
  for (const auto& name : *authorities) {
    const auto& authority = *home.manifest().authority(name);
    const auto file = crl_file_of(authority);
    const auto advice = fmt::format("handfast pki crl {}", name);
    const auto add = [&](std::string sentence) {
      out.push_back({Examination::revocation, Severity::error, name, std::move(sentence), advice});
    };
    auto crls = load_crls(home.path(file));
    if (!crls) {
      add(fmt::format("its CRL cannot be read: {}", crls.error().text()));
      continue;
    }
    const auto& crl = crls->front();
    auto revoked = revoked_by(home, name);
    if (!revoked) continue;  // a fleet that cannot be read is told as a file
    std::size_t absent = 0;
    for (const auto& entry : *revoked) absent += crl.find(entry.serial) ? 0U : 1U;
    if (absent > 0) add(fmt::format("{} lacks {} revoked certificates", file, absent));
    const auto facts = crl.facts();
    if (facts.next_update && *facts.next_update < now) {
      add(fmt::format("{} ended on {}", file, time_text(*facts.next_update)));
    }
    if (authority.publish.idp && !facts.scope) {
      add(fmt::format("{} names no distribution point, so EMQX does not use it", file));
    }
  }
  return out;
}

}  // namespace handfast::pki::detail
