#include "pki/store/detail/fleets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/identity.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/fleet/fleet_mint.hpp"
#include "pki/fleet/fleet_seed.hpp"
#include "pki/mint/detail/naming.hpp"

namespace handfast::pki::detail {

namespace {

/// As for single entries, plus everything that a fleet has of its own, its key included: packs are
/// replaced whole.
std::string spec_text(const FleetEntry& fleet, const Publication& publication) {
  std::string out =
      fmt::format("profile={}\nsubject={}\nfrom={}\nto={}\ncount={}\nkey={}\nreuse={}\n",
                  fleet.profile.name, to_string(fleet.subject), to_string(fleet.validity.from),
                  to_string(fleet.validity.to), fleet.count, to_string(fleet.key), fleet.reuse);
  for (const auto& name : fleet.names) out += fmt::format("name={}\n", name);
  // Only what is not the default, so that fleets from before these keys stay as they are.
  if (fleet.store != FleetStore::pack) out += fmt::format("store={}\n", to_string(fleet.store));
  if (!fleet.seed.empty()) out += fmt::format("seed={}\n", digest_text(fleet.seed));
  if (fleet.mix != FleetMix{}) {
    const auto& mix = fleet.mix;
    out += fmt::format("mix={} {} {} {} {}\n", mix.revoked, mix.expired, mix.soon, mix.rogue,
                       fleet.rogue_issuer);
  }
  if (fleet.signature != SignatureOptions{}) {
    const auto& signature = fleet.signature;
    out += fmt::format("signature={} {} {}\n", to_string(signature.hash), signature.pss,
                       signature.salt_octets);
  }
  for (const auto& url : publication.crl_urls) out += fmt::format("crl={}\n", url);
  for (const auto& url : publication.ocsp_urls) out += fmt::format("ocsp={}\n", url);
  for (const auto& url : publication.issuer_urls) out += fmt::format("aia={}\n", url);
  return out;
}

/// What the fleet's issuer publishes.
Publication publication_of(const FleetEntry& fleet, const Manifest& manifest) {
  const auto* issuer = manifest.authority(fleet.issuer);
  return issuer == nullptr ? Publication{} : issuer->publish.urls;
}

/// The revoked members of a fleet that is about to be replaced, by hand or by its mix: their
/// serials go away with its file, but the CRLs have to keep them.
Result<std::vector<OldGeneration>> revoked_members(const FleetEntry& fleet, const Folder& folder,
                                                   const EntryState& known) {
  auto there = open_fleet(folder.path(fleet.file));
  if (!there) return there.error();
  auto revoked = known.members;
  for (const auto index : (*there)->members(FleetMember::revoked)) {
    revoked.try_emplace(index, Revocation{"unspecified", known.not_before});
  }
  const auto rogues = (*there)->members(FleetMember::rogue);
  std::vector<OldGeneration> out;
  for (const auto& [index, revocation] : revoked) {
    auto serial = (*there)->serial(index);
    if (!serial) return serial.error();
    const bool rogue = std::binary_search(rogues.begin(), rogues.end(), index);
    out.push_back({.generation = known.generation,
                   .serial = to_hex(*serial),
                   .issuer = rogue ? fleet.rogue_issuer : known.issuer,
                   .not_before = known.not_before,
                   .not_after = known.not_after,
                   .revoked = revocation});
  }
  return out;
}

struct Plan {
  Period period;
  std::vector<Bytes> chain;
  EntryState state;    ///< as it will be
  std::string reason;  ///< empty: the pack stays
};

/// True for a fleet that the state does not know but that is this one all the same: apply may have
/// died between the two.
bool may_adopt(const FleetEntry& fleet, const Folder& folder, X509* issuer) {
  const auto there = open_fleet(folder.path(fleet.file));
  if (!there || (*there)->store() != fleet.store || (*there)->count() != fleet.count ||
      (*there)->key_type() != fleet.key) {
    return false;
  }
  const auto rogues = (*there)->members(FleetMember::rogue);
  std::uint64_t index = 0;
  while (index < rogues.size() && rogues[index] == index) ++index;
  if (index == fleet.count) return false;
  const auto member = (*there)->identity(index);
  if (!member || X509_check_issued(issuer, member->leaf()) != X509_V_OK) return false;
  const auto common_name = NameTemplate::parse(fleet.subject.common_name);
  if (!common_name) return false;
  // A name that differs with the salt is one that chance made: it tells nothing.
  if (common_name->expand(index, "a") != common_name->expand(index, "b")) return true;
  auto subject = fleet.subject;
  subject.common_name = common_name->expand(index);
  const auto name = make_name(subject);
  return name && X509_NAME_cmp(name.get(), X509_get_subject_name(member->leaf())) == 0;
}

/// Why the pack has to be made (again); empty when it fits.
std::string misfit(const FleetEntry& fleet, const Folder& folder, X509* issuer,
                   const EntryState* known, const EntryState& wanted, WallTime now) {
  if (!folder.has(fleet.file)) return "new";
  if (known == nullptr) {
    return may_adopt(fleet, folder, issuer) ? "" : "the pack that was there is another one";
  }
  if (known->spec != wanted.spec) return "the manifest changed";
  if (known->issuer != wanted.issuer || known->certificate != wanted.certificate) {
    return "its issuer changed";
  }
  const auto end = parse_time(known->not_after);
  if (end && *end < now && parse_time(wanted.not_after).value() >= now) return "it expired";
  return {};
}

Plan plan_for(const FleetEntry& fleet, const Manifest& manifest, const Issuing& issuing,
              const Folder& folder, const State& state, WallTime now) {
  X509* issuer = issuing.certificate(fleet.issuer);
  Plan plan;
  plan.period = period_of(fleet.validity, now);
  plan.period.not_after = std::min(plan.period.not_after, period_of(issuer).not_after);
  for (const X509* certificate : issuing.intermediates(fleet.issuer)) {
    plan.chain.push_back(tls::to_der(certificate));
  }
  auto spec = spec_text(fleet, publication_of(fleet, manifest));
  if (const X509* rogue = issuing.certificate(fleet.rogue_issuer)) {
    spec += "rogue=" + fingerprint(rogue) + "\n";
  }
  plan.state = {.spec = digest_text(spec),
                .certificate = fingerprint(issuer),
                .serial = {},
                .issuer = fleet.issuer,
                .not_before = time_text(plan.period.not_before),
                .not_after = time_text(plan.period.not_after)};
  const auto at = state.fleets.find(fleet.name);
  const auto* known = at == state.fleets.end() ? nullptr : &at->second;
  plan.reason = misfit(fleet, folder, issuer, known, plan.state, now);
  if (known != nullptr) {
    plan.state.generation = known->generation + 1;
    plan.state.old = known->old;
    if (plan.reason.empty()) plan.state = *known;
  }
  return plan;
}

/// The files of an authority, and of those above it but the root.
IssuerFiles files_of(const std::string& name, const Manifest& manifest, const Folder& folder) {
  IssuerFiles out;
  const auto* entry = manifest.authority(name);
  if (entry == nullptr) return out;
  out.certificate = folder.path(entry->files.certificate);
  out.key = folder.path(entry->files.key);
  for (; entry != nullptr && !entry->issuer.empty(); entry = manifest.authority(entry->issuer)) {
    out.chain.push_back(folder.path(entry->files.certificate));
  }
  return out;
}

Result<void> mint_store(const FleetEntry& fleet, const Plan& plan, const FleetIssuers& issuers,
                        const Issuing& issuing, const Folder& folder, WallTime now,
                        const BulkOptions& options) {
  auto minter = FleetMinter::of(fleet, issuers, now);
  if (!minter) return minter.error();
  FleetFacts facts{.key = fleet.key, .count = fleet.count, .chain = plan.chain, .rogue_chain = {}};
  if (issuers.rogue.key != nullptr) {
    for (const X509* certificate : issuing.intermediates(fleet.rogue_issuer)) {
      facts.rogue_chain.push_back(tls::to_der(certificate));
    }
  }
  auto writer = create_fleet(fleet.store, folder.path(fleet.file), facts);
  if (!writer) return writer.error();
  if (auto minted = mint_fleet(*minter, **writer, options); !minted) return minted;
  return (*writer)->commit();
}

Result<void> mint_anew(const FleetEntry& fleet, const Plan& plan, const Manifest& manifest,
                       const Issuing& issuing, Folder& folder, WallTime now,
                       const BulkOptions& options) {
  auto issuer = issuing.issuer(fleet.issuer);
  if (!issuer) return issuer.error();
  FleetIssuers issuers{
      .regular = *issuer, .rogue = {}, .publication = publication_of(fleet, manifest)};
  if (!fleet.rogue_issuer.empty()) {
    auto rogue = issuing.issuer(fleet.rogue_issuer);
    if (!rogue) return rogue.error();
    issuers.rogue = *rogue;
  }
  if (folder.has(fleet.file)) {
    const auto mark = fmt::format("{}", plan.state.generation - 1);
    if (auto moved = folder.archive_away(fleet.file, mark); !moved) return moved;
  }
  folder.written(fleet.file);
  if (folder.dry_run()) return {};
  if (fleet.store != FleetStore::seed) {
    return mint_store(fleet, plan, issuers, issuing, folder, now, options);
  }
  const SeedDescriptor descriptor{.fleet = fleet,
                                  .minted = now,
                                  .publication = issuers.publication,
                                  .issuer = files_of(fleet.issuer, manifest, folder),
                                  .rogue = files_of(fleet.rogue_issuer, manifest, folder)};
  // Tried before it is promised: a mix or a name that cannot be is told now.
  if (auto minter = FleetMinter::of(fleet, issuers, now); !minter) return minter.error();
  return write_seed_descriptor(folder.path(fleet.file), descriptor);
}

/// Puts what was revoked of the fleet as it is into the state that it will have.
Result<void> keep_revocations(const FleetEntry& fleet, Folder& folder, const State& state,
                              EntryState& wanted) {
  const auto known = state.fleets.find(fleet.name);
  if (known == state.fleets.end() || !folder.has(fleet.file)) return {};
  auto revoked = revoked_members(fleet, folder, known->second);
  if (revoked) {
    wanted.old.insert(wanted.old.end(), revoked->begin(), revoked->end());
    return {};
  }
  if (known->second.members.empty()) return {};
  return with_context(revoked.error(),
                      fmt::format("the revoked members of {} would leave the CRL", fleet.name));
}

}  // namespace

Result<void> apply_fleet(const FleetEntry& fleet, const Manifest& manifest, const Issuing& issuing,
                         Folder& folder, State& state, WallTime now, const BulkOptions& options) {
  auto plan = plan_for(fleet, manifest, issuing, folder, state, now);
  if (plan.reason.empty()) {
    // A bundle is looked through from end to end when opened, which a second apply has no time for.
    if (fleet.store != FleetStore::bundle) {
      auto there = open_fleet(folder.path(fleet.file));
      if (!there) return there.error();
    }
    folder.kept(fleet.file);
  } else if (auto kept = keep_revocations(fleet, folder, state, plan.state); !kept) {
    return kept;
  } else if (auto minted = mint_anew(fleet, plan, manifest, issuing, folder, now, options);
             !minted) {
    return minted;
  }
  state.fleets[fleet.name] = plan.state;
  const auto wanted = period_of(fleet.validity, now).not_after;
  if (!plan.reason.empty() && plan.period.not_after < wanted) {
    folder.note(fmt::format("{}: end on {} with their issuer {}, not on {}", fleet.name,
                            time_text(plan.period.not_after).substr(0, 10), fleet.issuer,
                            time_text(wanted).substr(0, 10)));
  }
  folder.note(fmt::format(
      "{}: {} identities, {}, issued by {}, expire {}{}", fleet.name, fleet.count,
      key_title(fleet.key), fleet.issuer, plan.state.not_after.substr(0, 10),
      plan.reason.empty() || plan.reason == "new" ? "" : " (minted again: " + plan.reason + ")"));
  return {};
}

}  // namespace handfast::pki::detail
