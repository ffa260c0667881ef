#include "pki/upkeep/crl_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/mint/validity.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "pki/revocation/serial.hpp"
#include "pki/store/revocations.hpp"
#include "pki/upkeep/detail/fleet_members.hpp"

namespace handfast::pki {

namespace {

WallTime whole_seconds(WallTime time) { return std::chrono::floor<std::chrono::seconds>(time); }

Result<const Authority*> find_authority(const Home& home, const std::string& name) {
  if (const auto* authority = home.manifest().authority(name)) return authority;
  std::vector<std::string> known;
  for (const auto& entry : home.manifest().authorities) known.push_back(entry.name);
  return usage_problem(fmt::format("there is no authority \"{}\"", printable(name)), {},
                       suggest(name, known));
}

CrlContent content_of(const Authority& authority, std::vector<RevokedEntry> entries,
                      const CrlOptions& options) {
  CrlContent out;
  out.entries = std::move(entries);
  out.this_update = whole_seconds(options.now);
  const auto valid = options.valid.value_or(authority.publish.crl_every);
  out.next_update =
      whole_seconds(options.now + std::chrono::duration_cast<WallTime::duration>(valid));
  if (authority.publish.idp) {
    out.scope = DistributionScope{.uris = authority.publish.urls.crl_urls};
  }
  return out;
}

/// Why the file has to be written; empty when what is there will do.
std::string reason_to_write(const std::filesystem::path& file, const CrlContent& wanted,
                            const X509* issuer, std::uint64_t number, const CrlOptions& options) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return "new";
  auto crls = load_crls(file);
  if (!crls || crls->size() != 1) return "the file was damaged";
  const auto& crl = crls->front();
  if (!crl.signed_by(issuer)) return "its signer has a new key";
  const auto facts = crl.facts();
  if (facts.scope != wanted.scope) return "its distribution point changed";
  auto entries = crl.entries();
  std::ranges::sort(entries, {}, &RevokedEntry::serial);
  if (entries != wanted.entries) return "the list changed";
  const auto seen = parse_serial(facts.number);
  const auto known = parse_serial(fmt::format("{:x}", number));
  if (!seen || !known || *seen != *known) return "an older one was in its place";
  if (!facts.next_update || !facts.this_update) return "it has no end";
  const auto life = *facts.next_update - *facts.this_update;
  if (*facts.next_update - options.now < life / 4) return "it ends soon";
  if (options.valid || options.force) return "asked for";
  return {};
}

Result<void> write_files(const Home& home, const Authority& authority, ByteView der) {
  const auto pem = home.path(crl_file_of(authority));
  std::error_code ignored;
  std::filesystem::create_directories(pem.parent_path(), ignored);
  if (auto written = write_file(pem, crl_pem(der), 0644); !written) return written;
  return write_file(home.path(crl_der_file_of(authority)), as_text(der), 0644);
}

}  // namespace

std::string crl_file_of(const Authority& authority) {
  return authority.publish.crl_file.empty() ? authority.name + "-crl.pem"
                                            : authority.publish.crl_file;
}

std::string crl_der_file_of(const Authority& authority) {
  return std::filesystem::path(crl_file_of(authority)).replace_extension(".der").string();
}

Result<std::vector<RevokedEntry>> revoked_by(const Home& home, const std::string& authority) {
  std::vector<RevokedEntry> out;
  for (const auto& revoked : revocations(home.state(), authority)) {
    auto serial = parse_serial(revoked.serial);
    if (!serial) return serial.error();
    auto entry = detail::revoked_entry(std::move(*serial), revoked.revocation);
    if (!entry) return with_context(entry.error(), revoked.name);
    out.push_back(std::move(*entry));
  }
  for (const auto& fleet : home.manifest().fleets) {
    if (fleet.issuer != authority && fleet.rogue_issuer != authority) continue;
    auto members = detail::revoked_members(home, fleet, authority);
    if (!members) return members.error();
    out.insert(out.end(), std::make_move_iterator(members->begin()),
               std::make_move_iterator(members->end()));
  }
  std::ranges::sort(out, {}, &RevokedEntry::serial);
  // A fault may be a copy of a good certificate, serial included.
  const auto repeated = std::ranges::unique(out, {}, &RevokedEntry::serial);
  out.erase(repeated.begin(), repeated.end());
  return out;
}

Result<std::vector<std::string>> crl_authorities(const Home& home) {
  std::vector<std::string> out;
  for (const auto& authority : home.manifest().authorities) {
    if (!home.state().entries.contains(authority.name)) continue;
    if (authority.publish.crl_file.empty()) {
      auto revoked = revoked_by(home, authority.name);
      if (!revoked) return revoked.error();
      // A CRL that was written once is kept up when the last hold is taken back.
      if (revoked->empty() && !home.state().crl_numbers.contains(authority.name)) continue;
    }
    out.push_back(authority.name);
  }
  return out;
}

Result<CrlReport> write_crl(Home& home, const std::string& name, const CrlOptions& options) {
  auto authority = find_authority(home, name);
  if (!authority) return authority.error();
  auto issuer = home.certificate(name);
  if (!issuer) return issuer.error();
  auto revoked = revoked_by(home, name);
  if (!revoked) return revoked.error();
  auto content = content_of(**authority, std::move(*revoked), options);
  const auto file = crl_file_of(**authority);
  const auto at = home.state().crl_numbers.find(name);
  const std::uint64_t last = at == home.state().crl_numbers.end() ? 0 : at->second;
  CrlReport report{name, file, last, content.entries.size(), *content.next_update, false, {}};
  report.reason = reason_to_write(home.path(file), content, issuer->get(), last, options);
  std::error_code error;
  if (report.reason.empty()) {
    auto there = load_crls(home.path(file));
    if (there) report.next_update = there->front().facts().next_update.value();
    const auto der_file = home.path(crl_der_file_of(**authority));
    if (there && !std::filesystem::exists(der_file, error)) {
      auto written = write_file(der_file, as_text(there->front().der()), 0644);
      if (!written) return written.error();
    }
    return report;
  }
  auto key = home.key(name);
  if (!key) return key.error();
  content.number = last + 1;
  auto der = make_crl(content, issuer->get(), key->get());
  if (!der) return der.error();
  home.state().crl_numbers[name] = content.number;
  if (auto saved = home.save(); !saved) return saved.error();
  if (auto written = write_files(home, **authority, *der); !written) return written.error();
  report.number = content.number;
  report.written = true;
  return report;
}

Result<std::vector<CrlReport>> write_crls(Home& home, const CrlOptions& options) {
  auto authorities = crl_authorities(home);
  if (!authorities) return authorities.error();
  std::vector<CrlReport> out;
  for (const auto& name : *authorities) {
    auto report = write_crl(home, name, options);
    if (!report) return report.error();
    out.push_back(std::move(*report));
  }
  return out;
}

std::string crl_report_text(const std::vector<CrlReport>& reports) {
  std::string out;
  for (const auto& report : reports) {
    out += fmt::format("{}: CRL number {}, {} {}, until {} ({})\n", report.file, report.number,
                       report.entries, report.entries == 1 ? "entry" : "entries",
                       rfc3339(report.next_update), report.written ? report.reason : "unchanged");
  }
  return out;
}

std::string crl_report_json(const std::vector<CrlReport>& reports) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const auto& report : reports) {
    out.push_back({{"authority", report.authority},
                   {"file", report.file},
                   {"number", report.number},
                   {"entries", report.entries},
                   {"next_update", rfc3339(report.next_update)},
                   {"written", report.written},
                   {"reason", report.reason}});
  }
  return out.dump(2);
}

}  // namespace handfast::pki
