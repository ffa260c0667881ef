// Trust files and identities under the names that the catalogue uses, as values and as paths.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"

namespace handfast::pki {
class Pki;
}

namespace handfast::check {

struct TrustMaterial {
  std::filesystem::path file;
  tls::Trust value;
};

struct IdentityMaterial {
  std::filesystem::path certificate;  ///< the leaf alone
  std::filesystem::path chain;        ///< leaf and intermediates
  std::filesystem::path key;
  tls::Identity value;           ///< the chain and its key
  std::vector<Bytes> list = {};  ///< DER as sent, leaf first; of minted lists only
  std::string host = {};         ///< what a client of this server dials; of minted servers only
};

class StatusLab;

/// The first common name of the leaf's subject; empty when it has none.
std::string common_name_of(const tls::Identity& identity);

/// CRLs as a broker reads them.
struct RevocationMaterial {
  std::filesystem::path file;
  std::vector<Bytes> crls;  ///< DER
};

struct Materials {
  std::map<std::string, TrustMaterial, std::less<>> trusts;         ///< root, second, cacert, rogue
  std::map<std::string, IdentityMaterial, std::less<>> identities;  ///< server, client, stranger
  std::map<std::string, RevocationMaterial, std::less<>> revocations;
  /// Certificates whose status is asked for over HTTP, and who answers; null when no row has any.
  std::shared_ptr<StatusLab> status;

  /// nullptr when there is none of that name; rows that need it are then `skip`.
  const TrustMaterial* trust(std::string_view name) const;
  const IdentityMaterial* identity(std::string_view name) const;
  const RevocationMaterial* revocation(std::string_view name) const;

  /// Everything that the catalogue knows by name and `pki` has.
  static Result<Materials> from_pki(const pki::Pki& pki);
  /// For a target that we did not configure: `trust_file` becomes "root"; `chain_file` and
  /// `key_file`, when given, become "client". Environment problem for a file that is not readable.
  static Result<Materials> from_files(const std::filesystem::path& trust_file,
                                      const std::filesystem::path& chain_file = {},
                                      const std::filesystem::path& key_file = {});
};

}  // namespace handfast::check
