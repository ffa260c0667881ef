// The half of Issuing that makes something: key, certificate, and the state that tells of them.
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "pki/mint/key.hpp"
#include "pki/store/detail/encodings.hpp"
#include "pki/store/detail/issuing.hpp"

namespace handfast::pki::detail {

namespace {

std::string day_of(WallTime time) { return time_text(time).substr(0, 10); }

}  // namespace

/// What is to be valid from when to when; a usage problem at the entry for what cannot be.
Result<Period> Issuing::period_for(const Target& target) const {
  const auto period = period_of(target.validity, now_);
  if (period.not_after < period.not_before) {
    return usage_problem(fmt::format("\"{}\" would end before it begins", target.name),
                         target.where, "check \"valid\" against today");
  }
  if (target.issuer.empty() || target.fault != nullptr) return period;
  const auto end = period_of(certificate(target.issuer)).not_after;
  if (end < now_ && period.not_after >= now_) {
    return usage_problem(fmt::format("\"{}\" cannot be issued: its issuer \"{}\" expired on {}",
                                     target.name, target.issuer, day_of(end)),
                         target.where, fmt::format("give \"{}\" a later end", target.issuer));
  }
  if (target.validity.to.at && period.not_after > end) {
    return usage_problem(
        fmt::format("\"{}\" would end on {}, after its issuer \"{}\" ({})", target.name,
                    time_text(period.not_after), target.issuer, time_text(end)),
        target.where, "end it earlier, or let the issuer live longer");
  }
  return period;
}

/// The key that the certificate is for, in `item.key`; a new one is not written yet.
Result<void> Issuing::provide_key(const Target& target, Item& item, Found& found,
                                  const std::string& reason, std::uint64_t generation) {
  if (target.files.key.empty()) return {};
  const bool turn = target.rotate == Rotate::key &&
                    (reason == "it expired" || options_.renew.contains(target.name));
  const bool replace = options_.rekey.contains(target.name) || turn;
  if (found.has_key && !replace) {
    if (auto loaded = key(target.name); !loaded) return loaded.error();
    return {};
  }
  const bool known = state_.entries.contains(target.name);
  if (!found.has_key && known && target.is_authority() && !replace) {
    return environment_problem(
        fmt::format("\"{}\" has to be issued again, but its key is not here", target.name),
        folder_.path(target.files.key).string(),
        "bring it back, or move the certificate away to have a new authority");
  }
  auto made = source_.key(target.key, target.name, generation);
  if (!made) {
    auto problem = made.error();
    if (problem.kind == ProblemKind::usage) problem.where = target.where;
    return problem;
  }
  return new_key(target, item, found, std::move(*made), generation);
}

/// Makes `key` the entry's. One that is there goes to the archive first, and the new one waits in
/// `staged` until the state knows it.
Result<void> Issuing::new_key(const Target& target, Item& item, Found& found, tls::PkeyPtr key,
                              std::uint64_t generation) {
  auto text = key_text(key.get(), target.password);
  if (!text) return text.error();
  auto old = folder_.read(target.files.key);
  if (!old) return old.error();
  if (*old) {
    folder_.keep_aside(fmt::format("archive/{}@{}.key", target.name, generation - 1), **old, 0600);
    OPENSSL_cleanse((*old)->data(), (*old)->size());
    const auto staged = staged_file(target.name, generation);
    folder_.keep_aside(staged, *text, static_cast<mode_t>(target.files.key_mode));
    folder_.promote(staged, target.files.key);
  } else {
    folder_.create_key(target.files.key, *text, static_cast<mode_t>(target.files.key_mode));
  }
  found.has_key = true;
  found.key_digest = digest_text(*text);
  item.key = std::move(key);
  item.new_key_text = std::move(*text);
  return {};
}

Result<Minted> Issuing::mint_target(const Target& target, EVP_PKEY* key, std::uint64_t generation) {
  auto period = period_for(target);
  if (!period) return period.error();
  MintRequest request{target, *period, generation, key, {}, {}, {}};
  if (!target.issuer.empty()) {
    auto signer = issuer(target.issuer);
    if (!signer) return signer.error();
    request.issuer = *signer;
  }
  if (target.fault != nullptr && target.fault->extra_intermediates > 0) {
    const auto* above = manifest_.authority(target.issuer);
    while (above->path_length) above = manifest_.authority(above->issuer);
    auto signer = issuer(above->name);
    if (!signer) return signer.error();
    request.above = *signer;
    request.above_chain = intermediates_pem(above->name);
  }
  auto made = mint(request, source_);
  if (!made || !made->certificate || target.fault != nullptr) return made;
  const auto end = period_of(made->certificate.get()).not_after;
  if (end < period->not_after) {
    folder_.note(fmt::format("{}: ends on {} with its issuer {}, not on {}", target.name,
                             day_of(end), target.issuer, day_of(period->not_after)));
  }
  for (const auto& part : made->dropped) {
    folder_.note(
        fmt::format("{}: its request asked for {}, which it did not get", target.name, part));
  }
  return made;
}

Result<void> Issuing::issue_again(const Target& target, Item& item, Found& found,
                                  const std::string& reason, const std::string& spec) {
  const auto generation = next_generation(target.name);
  if (auto provided = provide_key(target, item, found, reason, generation); !provided) {
    return provided;
  }
  auto made = mint_target(target, item.key.get(), generation);
  if (!made) return made.error();
  if (made->other_key) {
    if (auto kept = new_key(target, item, found, std::move(made->other_key), generation); !kept) {
      return kept;
    }
  } else if (found.has_key && item.new_key_text.empty()) {
    folder_.kept(target.files.key);
  }

  const auto* key = item.key ? item.key.get() : X509_get0_pubkey(made->certificate.get());
  const auto period =
      made->certificate ? period_of(made->certificate.get()) : period_of(target.validity, now_);
  EntryState entry;
  entry.spec = spec;
  entry.certificate = made->fingerprint;
  if (made->certificate) entry.serial = serial_hex(made->certificate.get());
  entry.issuer = target.issuer;
  entry.not_before = time_text(period.not_before);
  entry.not_after = time_text(period.not_after);
  entry.generation = generation;
  entry.key = public_key_digest(key);
  entry.key_type =
      target.files.key.empty() ? describe_key(key) : std::string(to_string(target.key));
  entry.key_file = found.key_digest;
  entry.issuer_id = issuer_id(target.issuer);
  if (!target.issuer.empty()) {
    entry.issuer_generation = state_.entries.at(target.issuer).generation;
  }
  entry.pem = std::move(made->pem);
  entry.chain = std::move(made->chain);
  if (target.fault != nullptr && target.fault->revoke) {
    entry.revoked = Revocation{*target.fault->revoke, time_text(now_)};
  }
  replace_state(target, std::move(entry));
  item.certificate = std::move(made->certificate);
  if (target.files.certificate == target.files.chain) return {};  // written with its chain
  return folder_.put(target.files.certificate, pem(target.name),
                     static_cast<mode_t>(target.files.certificate_mode));
}

}  // namespace handfast::pki::detail
