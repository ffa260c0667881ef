#include "pki/store/detail/issuing.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include "core/tls/identity.hpp"
#include "pki/mint/key.hpp"
#include "pki/store/detail/encodings.hpp"

namespace handfast::pki::detail {

namespace {

constexpr auto expired_reason = "it expired";
constexpr auto renew_reason = "a new certificate was asked for";
constexpr auto rekey_reason = "a new key was asked for";

std::string day_of(const std::string& time) { return time.substr(0, 10); }

/// Times in the state were written by us; one that was edited by hand counts as long gone.
WallTime time_of(const std::string& text) {
  const auto time = parse_time(text);
  return time ? *time : WallTime{};
}

std::string title_of(const EntryState& entry) {
  const auto type = parse_key_type(entry.key_type);
  return type ? key_title(*type) : entry.key_type;
}

}  // namespace

Issuing::Item::~Item() { OPENSSL_cleanse(new_key_text.data(), new_key_text.size()); }

Issuing::Issuing(const Manifest& manifest, const ApplyOptions& options, Folder& folder,
                 State& state, WallTime now)
    : manifest_(manifest),
      options_(options),
      folder_(folder),
      state_(state),
      now_(now),
      source_(manifest.seed) {}

Result<void> Issuing::apply(const Target& target) {
  if (auto supported = check_supported(target.key); !supported) {
    auto problem = supported.error();
    problem.where = target.where;
    return problem;
  }
  auto spec = wanted_spec(target);
  if (!spec) return spec.error();
  const auto at = state_.entries.find(target.name);
  auto* known = at == state_.entries.end() ? nullptr : &at->second;
  auto found = look(target, folder_, known, options_.rekey.contains(target.name),
                    [this](const Target& entry) { return certificate(entry.issuer); });
  if (!found) return found.error();
  if (found->adopted) adopt(target, *found, *spec);

  auto& item = items_[target.name];
  item.target = target;
  item.key = std::move(found->key);
  if (!found->staged.empty()) {
    auto text = folder_.read(found->staged);
    if (text && *text) item.new_key_text = std::move(**text);
    folder_.promote(found->staged, target.files.key);
  }
  const auto reason = misfit(target, *found, *spec);
  const auto key_before = known != nullptr ? known->key : std::string();
  if (!reason.empty()) {
    if (auto issued = issue_again(target, item, *found, reason, *spec); !issued) return issued;
  } else {
    if (found->has_key && found->staged.empty()) folder_.kept(target.files.key);
    const bool own_file = target.files.certificate != target.files.chain;
    if (found->restore && own_file) {
      const auto& entry = state_.entries.at(target.name);
      if (auto put =
              folder_.put(target.files.certificate, entry.pem, target.files.certificate_mode);
          !put) {
        return put;
      }
    } else if (own_file) {
      folder_.kept(target.files.certificate);
    }
  }
  const bool rekeyed = !key_before.empty() && state_.entries.at(target.name).key != key_before;
  report(target, *found, reason, rekeyed);
  return {};
}

/// The digest of what is asked for. A request made elsewhere is part of it; once it was signed it
/// may go.
Result<std::string> Issuing::wanted_spec(const Target& target) const {
  auto text = spec_text(target);
  if (!target.request_file.empty()) {
    auto request = read_file(target.request_file);
    const auto known = state_.entries.find(target.name);
    if (!request && known != state_.entries.end()) return known->second.spec;
    if (!request) {
      auto problem = request.error();
      problem.hint = fmt::format("\"{}\" is issued from this request", target.name);
      return problem;
    }
    text += "request=" + digest_text(*request) + "\n";
  }
  return digest_text(text);
}

/// Why the certificate has to be issued (again); empty when it fits.
std::string Issuing::misfit(const Target& target, const Found& found,
                            const std::string& spec) const {
  const auto at = state_.entries.find(target.name);
  if (at == state_.entries.end()) return "new";
  const auto& known = at->second;
  const bool key_is_ours = !target.files.key.empty();
  if (key_is_ours && !found.has_key && !target.is_authority()) return "its key was gone";
  if (options_.rekey.contains(target.name)) return rekey_reason;
  if (options_.renew.contains(target.name)) return renew_reason;
  if (known.spec != spec) return "the manifest changed";
  if (auto reason = issuer_misfit(target, known); !reason.empty()) return reason;

  auto wanted = period_of(target.validity, now_);
  if (!target.issuer.empty()) {
    wanted.not_after =
        std::min(wanted.not_after, time_of(state_.entries.at(target.issuer).not_after));
  }
  // One that was meant to be expired stays: making it again would change nothing.
  if (time_of(known.not_after) < now_ && wanted.not_after >= now_ &&
      target.rotate != Rotate::never) {
    return expired_reason;
  }
  // "valid from +1d" is to be a certificate that is not valid yet, on every day.
  if (time_of(known.not_before) <= now_ && wanted.not_before > now_) return "it became valid";
  return {};
}

std::string Issuing::issuer_misfit(const Target& target, const EntryState& known) const {
  if (known.issuer != target.issuer) return "its issuer changed";
  if (target.issuer.empty()) return {};
  if (known.issuer_id != issuer_id(target.issuer)) return "its issuer changed";
  const auto& issuer = state_.entries.at(target.issuer);
  if (time_of(known.not_after) > time_of(issuer.not_after)) return "it would outlive its issuer";
  return {};
}

/// Name and key: while both stay, what it issued still verifies.
std::string Issuing::issuer_id(const std::string& name) const {
  if (name.empty()) return {};
  return digest_text(state_.entries.at(name).key + "\n" +
                     to_string(items_.at(name).target.request.subject));
}

std::uint64_t Issuing::next_generation(const std::string& name) const {
  const auto at = state_.entries.find(name);
  return at == state_.entries.end() ? 1 : at->second.generation + 1;
}

/// A certificate that the state did not know becomes the current generation.
void Issuing::adopt(const Target& target, const Found& found, const std::string& spec) {
  X509* certificate = found.adopted.get();
  const auto period = period_of(certificate);
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  EntryState entry;
  entry.spec = says_what_is_asked(certificate, target) ? spec : std::string();
  entry.certificate = fingerprint(certificate);
  entry.serial = serial_hex(certificate);
  entry.issuer = target.issuer;
  entry.not_before = time_text(period.not_before);
  entry.not_after = time_text(period.not_after);
  entry.generation = next_generation(target.name);
  entry.key = public_key_digest(key);
  entry.key_type =
      is_of_type(key, target.key) ? std::string(to_string(target.key)) : describe_key(key);
  entry.key_file = found.key_digest;
  entry.issuer_id = issuer_id(target.issuer);
  if (!target.issuer.empty()) {
    entry.issuer_generation = state_.entries.at(target.issuer).generation;
  }
  entry.pem = certificate_pem(certificate);
  replace_state(target, std::move(entry));
}

/// Makes `entry` the current generation; the one before goes to the archive and stays revocable.
void Issuing::replace_state(const Target& target, EntryState entry) {
  const auto at = state_.entries.find(target.name);
  if (at != state_.entries.end()) {
    auto& before = at->second;
    entry.old = std::move(before.old);
    entry.derived = std::move(before.derived);
    OldGeneration old{.generation = before.generation,
                      .certificate = before.certificate,
                      .serial = before.serial,
                      .issuer = before.issuer,
                      .key = before.key,
                      .not_before = before.not_before,
                      .not_after = before.not_after,
                      .file = fmt::format("archive/{}@{}.pem", target.name, before.generation),
                      .revoked = before.revoked};
    folder_.keep_aside(old.file, before.pem, 0644);
    entry.old.push_back(std::move(old));
  }
  state_.entries[target.name] = std::move(entry);
}

void Issuing::report(const Target& target, const Found& found, const std::string& reason,
                     bool rekeyed) {
  const auto& entry = state_.entries.at(target.name);
  const auto again = reason.empty() || reason == "new" ? std::string()
                     : rekeyed ? fmt::format(" (new key and certificate: {})", reason)
                               : fmt::format(" (issued again: {})", reason);
  folder_.note(fmt::format("{}: {}, {}, expires {}{}", target.name, title_of(entry),
                           target.issuer.empty() ? "self-signed" : "issued by " + target.issuer,
                           day_of(entry.not_after), again));
  Change change{target.name, std::string(to_string(target.kind)), {}, reason, entry.generation};
  if (!reason.empty()) {
    change.action = reason == "new" ? "issue" : rekeyed ? "rekey" : "reissue";
  } else if (found.adopted) {
    change.action = "adopt";
    change.reason = "it was there already";
  } else if (found.restore || !found.staged.empty()) {
    change.action = "restore";
    change.reason = found.restore ? "its certificate was gone or an old one"
                                  : "its new key was not in place yet";
  } else {
    return;
  }
  folder_.change(std::move(change));
}

X509* Issuing::certificate(const std::string& name) const {
  const auto at = items_.find(name);
  if (at == items_.end()) return nullptr;
  auto& item = at->second;
  if (!item.certificate) {
    auto parsed = tls::parse_certificates(pem(name), name);
    if (!parsed || parsed->empty()) return nullptr;
    item.certificate = std::move(parsed->front());
  }
  return item.certificate.get();
}

Result<Issuer> Issuing::issuer(const std::string& name) const {
  if (auto loaded = key(name); !loaded) return loaded.error();
  return Issuer{certificate(name), items_.at(name).key.get()};
}

Result<EVP_PKEY*> Issuing::key(const std::string& name) const {
  auto& item = items_.at(name);
  if (item.key) return item.key.get();
  auto text = key_file_text(name);
  if (!text) return text.error();
  const auto& target = item.target;
  auto key = unlock_key(*text, folder_.path(target.files.key).string(), target.password);
  OPENSSL_cleanse(text->data(), text->size());
  if (!key) return key.error();
  item.key = std::move(*key);
  return item.key.get();
}

Result<std::string> Issuing::key_file_text(const std::string& name) const {
  const auto& item = items_.at(name);
  if (!item.new_key_text.empty()) return item.new_key_text;
  auto text = folder_.read(item.target.files.key);
  if (!text) return text.error();
  if (*text) return std::move(**text);
  return environment_problem(
      fmt::format("the key of \"{}\" is needed to sign, but it is not here", name),
      folder_.path(item.target.files.key).string(), "bring it back for this apply");
}

std::vector<X509*> Issuing::intermediates(const std::string& issuer) const {
  std::vector<X509*> out;
  for (const auto* at = manifest_.authority(issuer); at != nullptr && !at->issuer.empty();
       at = manifest_.authority(at->issuer)) {
    out.push_back(certificate(at->name));
  }
  return out;
}

const std::string& Issuing::pem(const std::string& name) const {
  return state_.entries.at(name).pem;
}

std::string Issuing::intermediates_pem(const std::string& issuer) const {
  std::string out;
  for (const auto* at = manifest_.authority(issuer); at != nullptr && !at->issuer.empty();
       at = manifest_.authority(at->issuer)) {
    out += pem(at->name);
  }
  return out;
}

const std::string& Issuing::anchor_pem(const std::string& name, const std::string& issuer) const {
  const auto* at = manifest_.authority(issuer);
  if (at == nullptr) return pem(name);
  while (const auto* above = manifest_.authority(at->issuer)) at = above;
  return pem(at->name);
}

}  // namespace handfast::pki::detail
