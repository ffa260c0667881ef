// `faults`: a good entry with one thing changed, and what must happen then.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "pki/faults/mutation.hpp"
#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

/// RFC 5280 section 5.3.1; removeFromCRL is for delta CRLs and no reason to revoke.
const std::vector<std::string>& revocation_words() {
  static const std::vector<std::string> words{
      "unspecified",          "keyCompromise",      "cACompromise",
      "affiliationChanged",   "superseded",         "certificateHold",
      "cessationOfOperation", "privilegeWithdrawn", "aACompromise"};
  return words;
}

void read_damage(Fields& fields, std::string& out) {
  std::vector<std::string> names;
  for (const auto& mutation : mutations()) names.push_back(mutation.name);
  const auto node = fields.find("damage");
  if (!node) return;
  auto word = node->text();
  if (!word) return fields.fail(word.error());
  if (std::find(names.begin(), names.end(), *word) == names.end()) {
    return fields.fail(node->problem(fmt::format("unknown damage \"{}\"", printable(*word)),
                                     suggest(*word, names)));
  }
  out = std::move(*word);
}

/// `revoke: {reason: keyCompromise}`; {} is a revocation without a reason.
void read_revoke(Fields& fields, std::optional<std::string>& out) {
  const auto node = fields.find("revoke");
  if (!node) return;
  Fields revoke(*node);
  std::size_t reason = 0;
  revoke.choice("reason", revocation_words(), reason);
  if (auto done = revoke.finish(); !done) return fields.fail(done.error());
  out = revocation_words()[reason];
}

bool is_verdict(std::string_view word) {
  return !word.empty() && word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void add_verdict(Fields& fields, const config::Node& node, const std::string& verifier,
                 FaultEntry& out) {
  auto word = node.text();
  if (!word) return fields.fail(word.error());
  if (!is_verdict(*word)) {
    return fields.fail(
        node.problem(fmt::format("\"{}\" is no verdict", printable(*word)),
                     "a word such as unknown_ca, certificate_expired, name_mismatch or accept"));
  }
  out.expect[verifier] = std::move(*word);
}

/// One word for all verifiers, or a word for each.
void read_expect(Fields& fields, FaultEntry& out) {
  const auto node = fields.require("expect");
  if (!node) return;
  if (!node->is_map()) return add_verdict(fields, *node, "", out);
  for (const auto& [verifier, word] : config::Map::of(*node)->entries()) {
    add_verdict(fields, word, verifier, out);
  }
  if (fields.good() && out.expect.empty()) {
    fields.fail(node->problem("\"expect\" expects nothing"));
  }
}

void read_send(Fields& fields, bool& leaf_only) {
  std::size_t send = 1;
  fields.choice("send", {"leaf", "chain"}, send);
  leaf_only = send == 0;
}

/// Whether any authority from `issuer` upwards may have further ones below it.
bool has_room_below(const Manifest& manifest, const std::string& issuer) {
  for (const auto* at = manifest.authority(issuer); at != nullptr;
       at = manifest.authority(at->issuer)) {
    if (!at->path_length) return true;
  }
  return false;
}

void read_extra_intermediates(Reading& reading, Fields& fields, FaultEntry& out) {
  const auto node = fields.find("extra-intermediates");
  if (!node) return;
  fields.number("extra-intermediates", 1, 100, out.extra_intermediates);
  if (!fields.good()) return;
  if (out.entry.issuer.empty() || !has_room_below(reading.manifest, out.entry.issuer)) {
    fields.fail(node->problem("no authority may have further ones below it",
                              "leave \"pathlen\" out at one of them"));
  } else if (out.leaf_only) {
    fields.fail(node->problem("\"extra-intermediates\" is of no use with \"send: leaf\""));
  }
}

}  // namespace

Result<void> read_fault(Reading& reading, const std::string& name, const config::Node& node) {
  static constexpr std::array<std::string_view, 15> changes{
      "issuer",      "profile",    "cn",     "subject", "names",
      "valid",       "policies",   "key",    "hash",    "damage",
      "must_staple", "extensions", "revoke", "send",    "extra-intermediates"};
  std::vector<std::string> twins;
  for (const auto& entry : reading.manifest.identities) twins.push_back(entry.name);
  FaultEntry fault;
  Fields fields(node);
  fields.reference("like", twins, "identity", fault.like);
  if (!fields.good()) return fields.finish();

  fault.entry = *reading.manifest.identity(fault.like);
  auto& entry = fault.entry;
  if (!entry.request.empty()) {
    fields.fail(fields.find("like")->problem(
        fmt::format("\"{}\" cannot be a model: its key is not ours", fault.like)));
  }
  entry.name = name;
  entry.where = node.key_where();
  entry.twin_of.clear();
  entry.ocsp_for.clear();
  entry.password.clear();
  entry.note.clear();
  const auto owner = entry.files.owner;
  const auto mode = entry.files.key_mode;
  entry.files = files_in(Layout::plain, FileRole::identity, name, {});
  entry.files.owner = owner;
  entry.files.key_mode = mode;
  read_identity_fields(reading, fields, entry, true);
  if (fields.find("hash")) {
    fault.hash = Hash::sha256;
    fields.hash("hash", *fault.hash, true);
  }
  read_damage(fields, fault.damage);
  read_revoke(fields, fault.revoke);
  read_send(fields, fault.leaf_only);
  read_extra_intermediates(reading, fields, fault);
  fields.text("dial", fault.dial, 253);
  read_expect(fields, fault);
  const bool changed = !fault.dial.empty() ||
                       std::any_of(changes.begin(), changes.end(), [&fields](std::string_view key) {
                         return fields.find(key).has_value();
                       });
  if (fields.good() && !changed) {
    fields.fail(
        usage_problem(fmt::format("the fault \"{}\" is no different from \"{}\"", name, fault.like),
                      node.key_where(), "change one thing: valid, names, issuer, damage, ..."));
  }
  if (auto done = fields.finish(); !done) return done;
  reading.manifest.faults.push_back(std::move(fault));
  return {};
}

}  // namespace handfast::pki::detail
