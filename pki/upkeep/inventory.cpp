#include "pki/upkeep/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/tls/identity.hpp"
#include "pki/formats/describe.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

namespace {

std::optional<WallTime> time_of(const std::string& text) {
  auto time = parse_time(text);
  if (!time) return std::nullopt;
  return *time;
}

Condition condition_of(const EntryState& state, WallTime now) {
  if (state.revoked) return state.revoked->hold() ? Condition::on_hold : Condition::revoked;
  const auto end = time_of(state.not_after);
  const auto begin = time_of(state.not_before);
  if (end && *end < now) return Condition::expired;
  if (begin && now < *begin) return Condition::not_yet_valid;
  return state.issuer.empty() ? Condition::self_signed : Condition::installed;
}

/// The type's name in the manifest, which is what people ask for; OpenSSL's words for others.
std::string key_name(const EVP_PKEY* key) {
  constexpr std::array types{KeyType::p256,       KeyType::p384,       KeyType::p521,
                             KeyType::ed25519,    KeyType::ed448,      KeyType::rsa2048,
                             KeyType::rsa3072,    KeyType::rsa4096,    KeyType::rsapss2048,
                             KeyType::rsapss3072, KeyType::rsapss4096, KeyType::rsa1024};
  for (const auto type : types) {
    if (is_of_type(key, type)) return std::string(to_string(type));
  }
  return describe_key(key);
}

void fill_from_certificate(const std::string& pem, Item& item) {
  auto certificates = tls::parse_certificates(pem, item.name);
  if (!certificates || certificates->empty()) return;
  const X509* certificate = certificates->front().get();
  const auto facts = describe(certificate);
  item.subject = facts.subject;
  item.usage = facts.extensions.extended_key_usage;
  item.names = facts.extensions.names;
  item.key = key_name(X509_get0_pubkey(certificate));
}

void fill_from_state(const EntryState& state, WallTime now, Item& item) {
  item.generation = state.generation;
  item.serial = state.serial;
  item.issuer = state.issuer.empty() ? "self" : state.issuer;
  item.not_before = time_of(state.not_before);
  item.not_after = time_of(state.not_after);
  if (state.revoked) item.revoked = state.revoked->reason;
  item.condition = condition_of(state, now);
  if (!state.pem.empty()) fill_from_certificate(state.pem, item);
}

class Lister {
 public:
  Lister(const Manifest& manifest, const State& state, WallTime now)
      : manifest_(manifest), state_(state), now_(now) {}

  void add(const Authority& entry) {
    auto item = start(entry.name, "authority", entry.issuer, entry.subject, entry.key, entry.note);
    finish(std::move(item), state_.entries);
  }
  void add(const IdentityEntry& entry, const char* kind) {
    auto item = start(entry.name, kind, entry.issuer, entry.subject, entry.key, entry.note);
    item.identity = true;
    for (const auto& name : entry.names) item.names.push_back(to_string(name));
    finish(std::move(item), state_.entries);
  }
  void add(const FleetEntry& entry) {
    auto item = start(entry.name, "fleet", entry.issuer, entry.subject, entry.key, {});
    item.identity = true;
    item.members = entry.count;
    finish(std::move(item), state_.fleets);
  }
  std::vector<Item> take() { return std::move(items_); }

 private:
  Item start(const std::string& name, const char* kind, const std::string& issuer,
             const Subject& subject, KeyType key, const std::string& note) const {
    Item item;
    item.name = name;
    item.kind = kind;
    item.issuer = issuer.empty() ? "self" : issuer;
    item.subject = to_string(subject);
    item.common_name = subject.common_name;
    item.key = to_string(key);
    item.note = note;
    for (const auto& bundle : manifest_.bundles) {
      if (std::ranges::find(bundle.of, name) != bundle.of.end())
        item.bundles.push_back(bundle.name);
    }
    item.trust = !item.bundles.empty();
    return item;
  }
  void finish(Item item, const std::map<std::string, EntryState>& states) {
    const auto at = states.find(item.name);
    // What was forgotten keeps its old generations, but has no certificate.
    if (at != states.end() && !at->second.certificate.empty()) {
      fill_from_state(at->second, now_, item);
    }
    items_.push_back(std::move(item));
  }

  const Manifest& manifest_;
  const State& state_;
  WallTime now_;
  std::vector<Item> items_;
};

}  // namespace

std::string_view to_string(Condition condition) {
  switch (condition) {
    case Condition::not_configured:
      return "not configured";
    case Condition::revoked:
      return "revoked";
    case Condition::on_hold:
      return "on hold";
    case Condition::expired:
      return "expired";
    case Condition::not_yet_valid:
      return "not yet valid";
    case Condition::self_signed:
      return "self-signed";
    case Condition::installed:
      return "installed";
  }
  return "?";
}

std::vector<Item> inventory(const Manifest& manifest, const State& state, WallTime now) {
  Lister lister(manifest, state, now);
  for (const auto& entry : manifest.authorities) lister.add(entry);
  for (const auto& entry : manifest.identities) lister.add(entry, "identity");
  for (const auto& entry : manifest.faults) lister.add(entry.entry, "fault");
  for (const auto& entry : manifest.fleets) lister.add(entry);
  return lister.take();
}

std::string left_text(const std::optional<WallTime>& not_after, WallTime now) {
  if (!not_after) return "-";
  using std::chrono::days;
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto short_text = [](auto left) {
    const auto whole_days = std::chrono::duration_cast<days>(left).count();
    if (whole_days > 0) return fmt::format("{}d", whole_days);
    const auto whole_hours = std::chrono::duration_cast<hours>(left).count();
    if (whole_hours > 0) return fmt::format("{}h", whole_hours);
    return fmt::format("{}m", std::chrono::duration_cast<minutes>(left).count());
  };
  // The last second belongs to the period (RFC 5280 section 4.1.2.5).
  if (*not_after < now) return fmt::format("expired {} ago", short_text(now - *not_after));
  return short_text(*not_after - now);
}

std::string store_text(const Item& item) {
  if (item.identity && item.trust) return "identity, trust";
  if (item.identity) return "identity";
  return item.trust ? "trust" : "-";
}

}  // namespace handfast::pki
