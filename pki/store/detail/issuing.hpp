// Authorities and identities of one apply: decides for each whether its certificate still fits, and
// issues what does not.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/store/detail/folder.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki::detail {

/// What authorities and identities have in common.
struct Target {
  const std::string& name;
  const std::string& issuer;  ///< empty: self-signed
  const Files& files;
  KeyType key;
  const Validity& validity;
  const std::string& where;
  CertificateSpec request;  ///< without period
};
Target target_of(const Authority& entry);
Target target_of(const IdentityEntry& entry);

class Issuing {
 public:
  Issuing(const Manifest& manifest, Folder& folder, State& state, WallTime now)
      : manifest_(manifest), folder_(folder), state_(state), now_(now) {}

  /// Makes key and certificate of the entry be what it says. Issuers come before those they issue.
  Result<void> apply(const Target& target);

  X509* certificate(const std::string& name) const;
  /// Certificate and key of an authority; environment problem when its key is kept elsewhere and we
  /// need it.
  Result<Issuer> issuer(const std::string& name) const;
  /// The authorities from `issuer` upwards, without the root: what goes behind a leaf.
  std::vector<X509*> intermediates(const std::string& issuer) const;

 private:
  struct Pair {
    tls::PkeyPtr key;  ///< null: an authority whose key is not here
    tls::CertificatePtr certificate;
  };

  Result<void> load(const Target& target, Pair& pair) const;
  Result<void> make_missing_key(const Target& target, Pair& pair);
  std::string misfit(const Target& target, const Pair& pair, const std::string& spec) const;
  bool is_known(const Target& target, const X509* certificate) const;
  bool may_adopt(const Target& target, const Pair& pair) const;
  Result<void> issue_again(const Target& target, Pair& pair, const std::string& reason);
  void record(const Target& target, const Pair& pair, const std::string& spec);

  const Manifest& manifest_;
  Folder& folder_;
  State& state_;
  WallTime now_;
  std::map<std::string, Pair> pairs_;
};

/// SHA-256 in hexadecimal.
std::string digest_text(std::string_view text);

}  // namespace handfast::pki::detail
