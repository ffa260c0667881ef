#include "pki/mint/profile.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "pki/mint/names.hpp"

namespace handfast::pki {

namespace {

struct UsageWord {
  KeyUsage usage;
  std::string_view word;
  std::string_view brief;
};

constexpr std::array<UsageWord, 9> usage_words{{
    {KeyUsage::digital_signature, "digitalSignature", "ds"},
    {KeyUsage::content_commitment, "nonRepudiation", "nr"},
    {KeyUsage::key_encipherment, "keyEncipherment", "ke"},
    {KeyUsage::data_encipherment, "dataEncipherment", "de"},
    {KeyUsage::key_agreement, "keyAgreement", "ka"},
    {KeyUsage::key_cert_sign, "keyCertSign", "cs"},
    {KeyUsage::crl_sign, "cRLSign", "crl"},
    {KeyUsage::encipher_only, "encipherOnly", "eo"},
    {KeyUsage::decipher_only, "decipherOnly", "do"},
}};

struct ExtendedWord {
  std::string_view word;
  std::string_view brief;
};

// OpenSSL's short names; RFC 5280 section 4.2.1.12 and its registry.
constexpr std::array<ExtendedWord, 9> extended_words{{
    {"serverAuth", "server"},
    {"clientAuth", "client"},
    {"codeSigning", "code"},
    {"emailProtection", "email"},
    {"timeStamping", "time"},
    {"OCSPSigning", "ocsp"},
    {"ipsecEndSystem", "ipsec"},
    {"ipsecIKE", "ike"},
    {"anyExtendedKeyUsage", "any"},
}};

using enum KeyUsage;

Profile make(std::string_view name, KeyUsages key, std::vector<std::string> extended) {
  Profile out;
  out.name = name;
  out.usages = {key, std::move(extended)};
  return out;
}

/// A row of the usage tables of the source document (capabilities.md section 2.6): what the table
/// marks is needed, what only the running text lists is allowed as well.
Profile cisco(std::string_view name, bool multi_server, KeyUsages key,
              std::vector<std::string> extended, KeyUsages text_key = {},
              std::vector<std::string> text_extended = {}) {
  auto out = make(name, key, std::move(extended));
  out.multi_server = multi_server;
  out.need = out.usages;
  auto allow = out.usages;
  for (const auto usage : text_key.list()) allow.key.add(usage);
  for (auto& usage : text_extended) allow.add_extended(std::move(usage));
  out.allow = std::move(allow);
  return out;
}

std::vector<Profile> make_built_in() {
  const std::string server = "serverAuth";
  const std::string client = "clientAuth";
  const std::string ipsec = "ipsecEndSystem";
  const KeyUsages ds_de{digital_signature, data_encipherment};
  const KeyUsages ds_ke_de{digital_signature, key_encipherment, data_encipherment};
  const KeyUsages ke_ka{key_encipherment, key_agreement};
  const KeyUsages ka{key_agreement};

  auto ca = make("ca", {key_cert_sign, crl_sign}, {});
  ca.ca = true;
  ca.need = ca.usages;
  auto ocsp = make("ocsp", {digital_signature}, {"OCSPSigning"});
  ocsp.ocsp_no_check = true;
  ocsp.need = ocsp.usages;
  std::vector<Profile> out{ca,
                           make("server", {digital_signature, key_encipherment}, {server}),
                           make("client", {digital_signature}, {client}),
                           make("peer", {digital_signature, key_encipherment}, {server, client}),
                           ocsp,
                           make("selfserver", {digital_signature, key_encipherment}, {server})};
  // For each pair the ECDSA twin has the same row: its key cannot encipher, whatever the table
  // says.
  const auto with_twin = [&out](const Profile& row) {
    out.push_back(row);
    out.push_back(row);
    out.back().name += "-ecdsa";
  };
  with_twin(cisco("callmanager", true, ds_de, {server, client}, ke_ka));
  out.push_back(cisco("capf", false, {digital_signature, key_cert_sign}, {server}, {}, {client}));
  out.push_back(cisco("ipsec", false, ds_ke_de, {server, client, ipsec}, ka));
  with_twin(cisco("tomcat", true, ds_de, {server, client}, ke_ka, {ipsec}));
  out.push_back(cisco("tvs", false, ds_ke_de, {server, client}));
  with_twin(cisco("cup", false, ds_ke_de, {server, client, ipsec}, ka));
  with_twin(cisco("cup-xmpp", true, ds_ke_de, {server, client, ipsec}));
  with_twin(cisco("cup-xmpp-s2s", true, ds_ke_de, {server, client, ipsec}));
  out.push_back(cisco("ipsec-imp", false, ds_ke_de, {server, client, ipsec}));
  out.push_back(cisco("tomcat-imp", true, ds_ke_de, {server, client}));
  return out;
}

}  // namespace

std::string_view to_string(KeyUsage usage) {
  return usage_words[static_cast<std::size_t>(usage)].word;
}

Result<KeyUsage> parse_key_usage(std::string_view text) {
  std::vector<std::string> known;
  for (const auto& row : usage_words) {
    if (text == row.word || text == row.brief) return row.usage;
    known.emplace_back(row.word);
  }
  if (text == "contentCommitment") return content_commitment;  // the name that X.509 has now
  return usage_problem(fmt::format("unknown key usage \"{}\"", printable(text)), {},
                       suggest(text, known));
}

std::vector<KeyUsage> KeyUsages::list() const {
  std::vector<KeyUsage> out;
  for (const auto& row : usage_words) {
    if (has(row.usage)) out.push_back(row.usage);
  }
  return out;
}

std::vector<std::string> KeyUsages::words() const {
  std::vector<std::string> out;
  for (const auto usage : list()) out.emplace_back(to_string(usage));
  return out;
}

bool Usages::has_extended(std::string_view usage) const {
  return std::find(extended.begin(), extended.end(), usage) != extended.end();
}

void Usages::add_extended(std::string usage) {
  if (!has_extended(usage)) extended.push_back(std::move(usage));
}

Result<std::string> parse_extended_usage(std::string_view text) {
  std::vector<std::string> known;
  for (const auto& row : extended_words) {
    if (text == row.word || text == row.brief) return std::string(row.word);
    known.emplace_back(row.word);
  }
  if (is_dotted_oid(text)) {
    const int nid = OBJ_txt2nid(std::string(text).c_str());
    const char* word = nid == NID_undef ? nullptr : OBJ_nid2sn(nid);
    return word != nullptr ? std::string(word) : std::string(text);
  }
  return usage_problem(fmt::format("unknown extended key usage \"{}\"", printable(text)), {},
                       suggest(text, known));
}

const std::vector<Profile>& built_in_profiles() {
  static const auto profiles = make_built_in();
  return profiles;
}

const Profile* find_profile(std::string_view name) {
  for (const auto& entry : built_in_profiles()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

const Profile& profile(std::string_view name) {
  static const Profile none;
  const auto* found = find_profile(name);
  return found != nullptr ? *found : none;
}

Usages grant(const Profile& profile, const Usages& asked) {
  Usages out = asked.empty() ? profile.usages : Usages{};
  for (const auto usage : asked.key.list()) {
    if (!profile.allow || profile.allow->key.has(usage)) out.key.add(usage);
  }
  for (const auto& usage : asked.extended) {
    if (!profile.allow || profile.allow->has_extended(usage)) out.add_extended(usage);
  }
  for (const auto usage : profile.deny.key.list()) out.key.remove(usage);
  std::erase_if(out.extended,
                [&](const std::string& usage) { return profile.deny.has_extended(usage); });
  for (const auto usage : profile.need.key.list()) out.key.add(usage);
  for (const auto& usage : profile.need.extended) out.add_extended(usage);
  return out;
}

UsageDiff compare(const Usages& asked, const Usages& granted) {
  UsageDiff out;
  for (const auto usage : asked.key.list()) {
    if (!granted.key.has(usage)) out.dropped.emplace_back(to_string(usage));
  }
  for (const auto& usage : asked.extended) {
    if (!granted.has_extended(usage)) out.dropped.push_back(usage);
  }
  for (const auto usage : granted.key.list()) {
    if (!asked.key.has(usage)) out.added.emplace_back(to_string(usage));
  }
  for (const auto& usage : granted.extended) {
    if (!asked.has_extended(usage)) out.added.push_back(usage);
  }
  return out;
}

}  // namespace handfast::pki
