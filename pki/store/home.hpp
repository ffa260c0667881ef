// The folder of an applied PKI with its state, for verbs that look at it or change single entries.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/files/files.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/store/state.hpp"

namespace handfast::pki {

class Home {
 public:
  /// For reading. Environment problem when nothing was applied there. Empty `folder`: the
  /// manifest's home. `manifest` must outlive it.
  static Result<Home> open(const Manifest& manifest, const std::filesystem::path& folder = {});
  /// For changing: holds the folder's lock as long as it lives.
  static Result<Home> lock(const Manifest& manifest, const std::filesystem::path& folder = {});

  const Manifest& manifest() const { return *manifest_; }
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path path(const std::string& file) const { return folder_ / file; }

  const State& state() const { return state_; }
  State& state() { return state_; }
  /// Writes the state when it differs from the file. Internal problem without the lock.
  Result<void> save();

  /// The state of an authority, identity or fault; usage problem with a suggestion for an unknown
  /// name.
  Result<const EntryState*> entry(std::string_view name) const;
  /// The certificate of "server" or "server@2", from the state or the archive.
  Result<tls::CertificatePtr> certificate(std::string_view name) const;
  /// The private key of an entry, opened with the passphrase that the manifest names. Environment
  /// problem when it is not here, is encrypted without a passphrase, or is another key.
  Result<tls::PkeyPtr> key(std::string_view name) const;

 private:
  Home(const Manifest& manifest, std::filesystem::path folder)
      : manifest_(&manifest), folder_(std::move(folder)) {}

  const Manifest* manifest_;
  std::filesystem::path folder_;
  std::optional<Lock> lock_;
  State state_;
};

}  // namespace handfast::pki
