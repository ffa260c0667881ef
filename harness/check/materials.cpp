#include "harness/check/materials.hpp"

#include "core/base/file.hpp"
#include "pki/store/pki.hpp"

namespace handfast::check {

namespace {

/// An authority or bundle of `pki` under our `name`; one that the manifest lacks is left out.
void add_trust(Materials& materials, const pki::Pki& pki, const std::string& name,
               const std::string& entry) {
  auto file = pki.bundle(entry);
  if (!file) file = pki.certificate(entry);
  auto value = pki.trust(entry);
  if (file && value) materials.trusts[name] = {.file = *file, .value = *value};
}

Result<void> add_identity(Materials& materials, const pki::Pki& pki, const std::string& name) {
  auto certificate = pki.certificate(name);
  auto chain = pki.chain(name);
  auto key = pki.key(name);
  if (!certificate || !chain || !key) return {};  // the manifest lacks it
  auto value = pki.identity(name);
  if (!value) return value.error();  // it has it, and it cannot be used
  materials.identities[name] = {
      .certificate = *certificate, .chain = *chain, .key = *key, .value = *value};
  return {};
}

}  // namespace

std::string common_name_of(const tls::Identity& identity) {
  const auto* leaf = identity.leaf();
  if (leaf == nullptr) return {};
  const auto* subject = X509_get_subject_name(leaf);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return {};
  std::string name(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return name;
}

const TrustMaterial* Materials::trust(std::string_view name) const {
  const auto found = trusts.find(name);
  return found == trusts.end() ? nullptr : &found->second;
}

const IdentityMaterial* Materials::identity(std::string_view name) const {
  const auto found = identities.find(name);
  return found == identities.end() ? nullptr : &found->second;
}

const RevocationMaterial* Materials::revocation(std::string_view name) const {
  const auto found = revocations.find(name);
  return found == revocations.end() ? nullptr : &found->second;
}

Result<Materials> Materials::from_pki(const pki::Pki& pki) {
  Materials materials;
  for (const std::string name : {"root", "second", "cacert", "rogue"}) {
    add_trust(materials, pki, name, name);
  }
  // The single-tier preset calls its only authority "ca".
  if (materials.trust("root") == nullptr) add_trust(materials, pki, "root", "ca");
  if (materials.trust("root") == nullptr) {
    return usage_problem("the checks need a trust anchor called \"root\" or \"ca\" in the PKI", {},
                         "the preset emqx-two-tier has all that they use");
  }
  for (const std::string name : {"server", "client", "stranger"}) {
    if (auto added = add_identity(materials, pki, name); !added) return added.error();
  }
  return materials;
}

Result<Materials> Materials::from_files(const std::filesystem::path& trust_file,
                                        const std::filesystem::path& chain_file,
                                        const std::filesystem::path& key_file) {
  Materials materials;
  auto pem = read_file(trust_file);
  if (!pem) return pem.error();
  auto trust = tls::Trust::from_pem(*pem, trust_file.string());
  if (!trust) return trust.error();
  materials.trusts["root"] = {.file = trust_file, .value = *trust};
  if (chain_file.empty()) return materials;

  auto chain = read_file(chain_file);
  if (!chain) return chain.error();
  auto key = read_file(key_file);
  if (!key) return key.error();
  auto identity = tls::Identity::from_pem(*chain, *key, chain_file.string());
  if (!identity) return identity.error();
  materials.identities["client"] = {
      .certificate = chain_file, .chain = chain_file, .key = key_file, .value = *identity};
  return materials;
}

}  // namespace handfast::check
