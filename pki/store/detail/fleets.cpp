#include "pki/store/detail/fleets.hpp"

#include <fmt/format.h>

#include "core/tls/identity.hpp"
#include "pki/fleet/fleet_mint.hpp"
#include "pki/fleet/fleet_pack.hpp"
#include "pki/mint/detail/naming.hpp"

namespace handfast::pki::detail {

namespace {

/// As for single entries, plus everything that a fleet has of its own, its key included: packs are
/// replaced whole.
std::string spec_text(const FleetEntry& fleet) {
  std::string out =
      fmt::format("profile={}\nsubject={}\nfrom={}\nto={}\ncount={}\nkey={}\nreuse={}\n",
                  fleet.profile.name, to_string(fleet.subject), to_string(fleet.validity.from),
                  to_string(fleet.validity.to), fleet.count, to_string(fleet.key), fleet.reuse);
  for (const auto& name : fleet.names) out += fmt::format("name={}\n", name);
  return out;
}

struct Plan {
  Period period;
  std::vector<Bytes> chain;
  EntryState state;    ///< as it will be
  std::string reason;  ///< empty: the pack stays
};

/// True for a pack that the state does not know but that is this fleet's all the same: apply may
/// have died between the two.
bool may_adopt(const FleetEntry& fleet, const Folder& folder, X509* issuer) {
  const auto pack = Pack::open(folder.path(fleet.file));
  if (!pack || (*pack)->count() != fleet.count || (*pack)->key_type() != fleet.key) return false;
  const auto first = (*pack)->identity(0);
  if (!first || X509_check_issued(issuer, first->leaf()) != X509_V_OK) return false;
  auto subject = fleet.subject;
  subject.common_name = NameTemplate::parse(fleet.subject.common_name)->expand(0);
  const auto name = make_name(subject);
  return name && X509_NAME_cmp(name.get(), X509_get_subject_name(first->leaf())) == 0;
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

Plan plan_for(const FleetEntry& fleet, const Issuing& issuing, const Folder& folder,
              const State& state, WallTime now) {
  X509* issuer = issuing.certificate(fleet.issuer);
  Plan plan;
  plan.period = period_of(fleet.validity, now);
  plan.period.not_after = std::min(plan.period.not_after, period_of(issuer).not_after);
  for (const X509* certificate : issuing.intermediates(fleet.issuer)) {
    plan.chain.push_back(tls::to_der(certificate));
  }
  plan.state = {.spec = digest_text(spec_text(fleet)),
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
    if (plan.reason.empty()) plan.state = *known;
  }
  return plan;
}

Result<void> mint_pack(const FleetEntry& fleet, const Plan& plan, const Issuing& issuing,
                       Folder& folder) {
  auto issuer = issuing.issuer(fleet.issuer);
  if (!issuer) return issuer.error();
  if (folder.has(fleet.file)) {
    const auto mark = fmt::format("{}", plan.state.generation - 1);
    if (auto moved = folder.archive_away(fleet.file, mark); !moved) return moved;
  }
  folder.written(fleet.file);
  if (folder.dry_run()) return {};
  auto minter = FleetMinter::of(fleet, *issuer, plan.period);
  if (!minter) {
    auto problem = minter.error();
    if (problem.kind == ProblemKind::usage) problem.where = fleet.where;
    return problem;
  }
  auto pack = PackWriter::create(folder.path(fleet.file), fleet.key, plan.chain);
  if (!pack) return pack.error();
  MintedIdentity minted;
  for (std::uint64_t i = 0; i < fleet.count; ++i) {
    if (auto done = minter->mint(i, minted); !done) return done;
    if (auto added = pack->add(minted.key, minted.certificate); !added) return added;
  }
  OPENSSL_cleanse(minted.key.data(), minted.key.size());
  return pack->commit();
}

}  // namespace

Result<void> apply_fleet(const FleetEntry& fleet, const Issuing& issuing, Folder& folder,
                         State& state, WallTime now) {
  const auto plan = plan_for(fleet, issuing, folder, state, now);
  if (plan.reason.empty()) {
    auto pack = Pack::open(folder.path(fleet.file));
    if (!pack) return pack.error();
    folder.kept(fleet.file);
  } else if (auto minted = mint_pack(fleet, plan, issuing, folder); !minted) {
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
