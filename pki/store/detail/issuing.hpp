// Authorities, identities and faults of one apply: decides for each whether its certificate still
// fits, and issues what does not. Nothing is parsed or loaded before it is needed, so that an
// unchanged home costs a few file reads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/store/detail/folder.hpp"
#include "pki/store/detail/found.hpp"
#include "pki/store/detail/minting.hpp"
#include "pki/store/detail/target.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki::detail {

class Issuing {
 public:
  Issuing(const Manifest& manifest, const ApplyOptions& options, Folder& folder, State& state,
          WallTime now);

  /// Makes key and certificate of the entry be what it says. Issuers come before those they issue.
  Result<void> apply(const Target& target);

  /// Null for an unknown name and for bytes that are no certificate.
  X509* certificate(const std::string& name) const;
  /// Certificate and key of an authority; environment problem when its key is kept elsewhere and we
  /// need it.
  Result<Issuer> issuer(const std::string& name) const;
  /// The authorities from `issuer` upwards, without the root: what goes behind a leaf.
  std::vector<X509*> intermediates(const std::string& issuer) const;

  // The same as PEM, from the state: nothing is parsed.
  const std::string& pem(const std::string& name) const;
  std::string intermediates_pem(const std::string& issuer) const;
  /// The root above `issuer`; of a self-signed entry `name` itself.
  const std::string& anchor_pem(const std::string& name, const std::string& issuer) const;

  /// The private key of an entry that was applied.
  Result<EVP_PKEY*> key(const std::string& name) const;
  /// The key file's text as it is or will be: for files that hold the key too. The caller wipes it.
  Result<std::string> key_file_text(const std::string& name) const;

 private:
  struct Item {
    Target target;
    tls::CertificatePtr certificate;  ///< parsed from the state on demand
    tls::PkeyPtr key;                 ///< loaded on demand
    std::string new_key_text;         ///< not on disk yet; the file's text
    ~Item();
    Item() = default;
    Item(Item&&) noexcept = default;
    Item& operator=(Item&&) = delete;
  };

  Result<std::string> wanted_spec(const Target& target) const;
  std::string misfit(const Target& target, const Found& found, const std::string& spec) const;
  std::string issuer_misfit(const Target& target, const EntryState& known) const;
  Result<void> issue_again(const Target& target, Item& item, Found& found,
                           const std::string& reason, const std::string& spec);
  Result<void> provide_key(const Target& target, Item& item, Found& found,
                           const std::string& reason, std::uint64_t generation);
  Result<void> new_key(const Target& target, Item& item, Found& found, tls::PkeyPtr key,
                       std::uint64_t generation);
  Result<Period> period_for(const Target& target) const;
  Result<Minted> mint_target(const Target& target, EVP_PKEY* key, std::uint64_t generation);
  void adopt(const Target& target, const Found& found, const std::string& spec);
  void replace_state(const Target& target, EntryState entry);
  void report(const Target& target, const Found& found, const std::string& reason, bool rekeyed);
  std::string issuer_id(const std::string& name) const;
  std::uint64_t next_generation(const std::string& name) const;

  const Manifest& manifest_;
  const ApplyOptions& options_;
  Folder& folder_;
  State& state_;
  WallTime now_;
  Source source_;
  mutable std::map<std::string, Item> items_;
  mutable std::map<std::string, std::string> issuer_ids_;
};

}  // namespace handfast::pki::detail
