#include "harness/scenario/timeline_pki.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "pki/upkeep/crl_files.hpp"
#include "pki/upkeep/renewal.hpp"
#include "pki/upkeep/revoking.hpp"

namespace handfast::scenario {

namespace {

namespace fs = std::filesystem;

/// As `handfast pki revoke` writes it: "devices:0-99".
std::string verb_text(const PkiName& name) {
  if (!name.first) return name.entry;
  return fmt::format("{}:{}-{}", name.entry, *name.first, *name.last);
}

/// The manifest asks for a certificate of that life from now on, so it is no deviation from it.
void set_life(pki::Manifest& manifest, const std::string& name, Nanos life) {
  for (auto& entry : manifest.authorities) {
    if (entry.name == name) entry.validity.to = {{}, life};
  }
  for (auto& entry : manifest.identities) {
    if (entry.name == name) entry.validity.to = {{}, life};
  }
}

}  // namespace

Result<TimelinePki> TimelinePki::make(pki::Manifest manifest, const pki::Pki& pki, fs::path home,
                                      std::string key_owner, fs::path served) {
  auto files = ServedFiles::make(std::move(served), key_owner);
  if (!files) return files.error();
  return TimelinePki(std::move(manifest), pki, std::move(home), std::move(key_owner),
                     std::move(*files));
}

Result<TimelinePki::Files> TimelinePki::serve(const std::string& certificate, const fs::path& root,
                                              bool with_crls, WallTime now) {
  certificate_ = certificate;
  const auto chain = pki_.chain(certificate);
  if (!chain) return chain.error();
  const auto key = pki_.key(certificate);
  if (!key) return key.error();
  Files out;
  const auto add = [this](std::string_view name, std::vector<fs::path> sources, fs::path& path,
                          bool secret = false) -> Result<void> {
    auto added = files_.add(std::string(name), std::move(sources), secret);
    if (!added) return added.error();
    path = std::move(*added);
    return {};
  };
  auto done = add(served_chain, {*chain}, out.chain);
  if (done) done = add(served_key, {*key}, out.key, true);
  if (done) done = add(served_trust, {root}, out.trust);
  if (!done) return done.error();
  with_crls_ = with_crls;
  if (!with_crls) return out;

  // A broker that looks for CRLs refuses whoever's issuer has none, so all authorities have one.
  auto home = pki::Home::lock(manifest_, home_);
  if (!home) return home.error();
  std::vector<fs::path> crls;
  for (const auto& authority : manifest_.authorities) {
    const auto report = pki::write_crl(*home, authority.name, {.now = now});
    if (!report) return with_context(report.error(), "the CRL of " + authority.name);
    crls.push_back(home->path(report->file));
  }
  if (done = add(served_crls, std::move(crls), out.crls); !done) return done.error();
  return out;
}

Result<std::string> TimelinePki::perform(const PkiAction& action, WallTime now) {
  const auto act = [&]() -> Result<std::string> {
    switch (action.verb) {
      case PkiVerb::revoke:
      case PkiVerb::unhold:
        return revoke(action, now);
      case PkiVerb::renew:
      case PkiVerb::rekey:
        return renew(action, now);
      case PkiVerb::crl:
        return write_crls(action, now);
      case PkiVerb::swap:
        break;
    }
    return swap(action);
  };
  auto done = act();
  if (!done) return done.error();
  const auto written = files_.refresh();
  if (!written) return written.error();
  const auto files = written->empty() ? std::string("no file of the broker changed")
                                      : "the broker's " + join(*written, ", ") + " changed";
  return fmt::format("{}; {}", *done, files);
}

Result<std::string> TimelinePki::revoke(const PkiAction& action, WallTime now) {
  auto home = pki::Home::lock(manifest_, home_);
  if (!home) return home.error();
  std::vector<std::string> changed;
  for (const auto& name : action.names) {
    const auto target = pki::parse_revocation_target(manifest_, home->state(), verb_text(name));
    if (!target) return target.error();
    const auto change = action.verb == PkiVerb::revoke
                            ? pki::revoke(manifest_, home->state(), *target, action.reason, now)
                            : pki::unhold(manifest_, home->state(), *target);
    if (!change) return change.error();
    changed.push_back(change->what);
  }
  if (auto saved = home->save(); !saved) return saved.error();
  const auto crls = pki::write_crls(*home, {.now = now});
  if (!crls) return crls.error();
  return fmt::format("{}: {}", action.verb == PkiVerb::revoke ? "revoked" : "no longer on hold",
                     join(changed, ", "));
}

Result<std::string> TimelinePki::renew(const PkiAction& action, WallTime now) {
  pki::RenewalRequest request{.names = {},
                              .rekey = action.verb == PkiVerb::rekey,
                              .key = {},
                              .yes_authority = action.yes_authority};
  for (const auto& name : action.names) {
    request.names.push_back(name.entry);
    if (action.valid) set_life(manifest_, name.entry, *action.valid);
  }
  const auto report = pki::renew(manifest_, request, {.home = home_, .key_owner = key_owner_});
  if (!report) return report.error();
  std::vector<std::string> changed;
  for (const auto& change : report->changes) {
    changed.push_back(change.generation == 0
                          ? change.entry
                          : fmt::format("{}@{}", change.entry, change.generation));
  }
  if (with_crls_) {
    // A CRL that an authority signed with its old key is worth nothing any more.
    auto home = pki::Home::lock(manifest_, home_);
    if (!home) return home.error();
    if (const auto crls = pki::write_crls(*home, {.now = now}); !crls) return crls.error();
  }
  return "issued: " + join(changed, ", ");
}

Result<std::string> TimelinePki::write_crls(const PkiAction& action, WallTime now) {
  auto home = pki::Home::lock(manifest_, home_);
  if (!home) return home.error();
  std::vector<std::string> written;
  for (const auto& name : action.names) {
    const auto report =
        pki::write_crl(*home, name.entry, {.valid = action.valid, .now = now, .force = true});
    if (!report) return report.error();
    written.push_back(fmt::format("CRL number {} of {}, until {}", report->number, name.entry,
                                  pki::time_text(report->next_update)));
  }
  return join(written, ", ");
}

Result<std::string> TimelinePki::swap(const PkiAction& action) {
  std::vector<std::string> swapped;
  for (const auto& [from, to] : action.swaps) {
    if (from == certificate_) {
      const auto chain = pki_.chain(to);
      if (!chain) return chain.error();
      const auto key = pki_.key(to);
      if (!key) return key.error();
      files_.redirect(served_chain, {*chain});
      files_.redirect(served_key, {*key});
    } else {
      const auto bundle = pki_.bundle(to);
      const auto trust = bundle ? bundle : pki_.certificate(to);
      if (!trust) return trust.error();
      files_.redirect(served_trust, {*trust});
    }
    swapped.push_back(fmt::format("{} is {} now", from, to));
  }
  return join(swapped, ", ");
}

}  // namespace handfast::scenario
