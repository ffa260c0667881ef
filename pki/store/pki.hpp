// From a manifest to keys, certificates, bundles and fleets on disk, and back as values. No
// sockets, no TLS.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"
#include "pki/fleet/fleet_bulk.hpp"
#include "pki/manifest/manifest.hpp"

namespace handfast::pki {

struct ApplyOptions {
  std::filesystem::path home;  ///< where everything goes; empty: the manifest's `home`
  /// User that must be able to read the server's private keys ("mosquitto"); empty: nobody else.
  /// Keys stay 0600.
  std::string key_owner;
  Nanos patience{};      ///< how long another process may keep the folder locked before us
  bool dry_run = false;  ///< decide and report, but touch no file
  /// Issue as if it were then; empty: the manifest's clock, or now.
  std::optional<WallTime> now;
  std::set<std::string> renew;  ///< entries that get a new certificate although the old one fits
  std::set<std::string> rekey;  ///< entries that get a new key and certificate; the old key is kept
  BulkOptions fleets;           ///< how fleets are minted
};

/// One thing that apply did, or would do.
struct Change {
  std::string entry;
  std::string kind;    ///< "authority", "identity", "fault", "fleet", "bundle"
  std::string action;  ///< "issue", "reissue", "rekey", "adopt", "restore", "write", "mint"
  std::string reason;  ///< "new", "the manifest changed", "it expired", ...
  std::uint64_t generation = 0;  ///< as it will be; 0 for what has none

  bool operator==(const Change&) const = default;
};

/// What apply did, entry by entry, for people and tests.
struct ApplyReport {
  std::vector<std::string> written;  ///< paths relative to home
  std::vector<std::string> unchanged;
  std::vector<std::string> notes;  ///< one sentence each, "root: P-256, expires 2036-11-21"
  std::vector<Change> changes;     ///< in the order of the manifest; empty: nothing to do
};

/// Makes the files be what the manifest says. Idempotent: what is there and still fits is left
/// alone, byte for byte; keys are never overwritten. The state is written before the files that
/// follow from it, so a run that was killed at any point leaves the old state or the new one, and
/// the next one completes it. Environment problem for files it may not replace, usage problem for
/// impossible entries.
Result<ApplyReport> apply(const Manifest& manifest, const ApplyOptions& options);

/// An applied PKI, opened for use.
class Pki {
 public:
  static Result<Pki> open(const Manifest& manifest, const std::filesystem::path& home);

  /// Paths of an entry's files; usage problem (with a suggestion) for a name that the manifest
  /// lacks.
  Result<std::filesystem::path> certificate(
      std::string_view entry) const;  ///< the certificate alone
  Result<std::filesystem::path> chain(
      std::string_view entry) const;  ///< leaf and intermediates, without root
  Result<std::filesystem::path> key(std::string_view entry) const;
  Result<std::filesystem::path> bundle(std::string_view name) const;

  /// Chain and key of an identity as a value.
  Result<tls::Identity> identity(std::string_view entry) const;
  Result<tls::Trust> trust(std::string_view bundle_or_authority) const;

  /// A fleet's identities, random access, thread-safe, nothing parsed until asked for.
  class Fleet {
   public:
    virtual ~Fleet() = default;
    virtual std::uint64_t count() const = 0;
    virtual Result<tls::Identity> identity(std::uint64_t index) const = 0;
  };
  Result<std::shared_ptr<const Fleet>> fleet(std::string_view name) const;

  /// One sentence an authority and identity, for reports.
  std::vector<std::string> summary() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace handfast::pki
