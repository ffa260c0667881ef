// What a timeline does to the PKI of a run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/scenario/served_files.hpp"
#include "harness/scenario/timeline.hpp"
#include "pki/store/home.hpp"
#include "pki/store/pki.hpp"

namespace handfast::scenario {

/// A PKI whose certificates change while a broker uses copies of them.
class TimelinePki {
 public:
  /// `home` is where the manifest was applied, `served` where the copies go. `key_owner` as in
  /// pki::ApplyOptions.
  static Result<TimelinePki> make(pki::Manifest manifest, const pki::Pki& pki,
                                  std::filesystem::path home, std::string key_owner,
                                  std::filesystem::path served);

  /// The files that a broker is to be given.
  struct Files {
    std::filesystem::path chain, key, trust;
    std::filesystem::path crls;  ///< empty: no revocation is looked at
  };
  /// Makes the copies: of the identity `certificate` and of the anchors in `root`, and, with
  /// `with_crls`, of a current CRL of every authority. Once.
  Result<Files> serve(const std::string& certificate, const std::filesystem::path& root,
                      bool with_crls, WallTime now);

  /// Does `action`, and refreshes the broker's copies; what came of it, in one sentence. The broker
  /// sees it when it reads its files again.
  Result<std::string> perform(const PkiAction& action, WallTime now);

 private:
  TimelinePki(pki::Manifest manifest, pki::Pki pki, std::filesystem::path home,
              std::string key_owner, ServedFiles files)
      : manifest_(std::move(manifest)),
        pki_(std::move(pki)),
        home_(std::move(home)),
        key_owner_(std::move(key_owner)),
        files_(std::move(files)) {}

  Result<std::string> revoke(const PkiAction& action, WallTime now);
  Result<std::string> renew(const PkiAction& action, WallTime now);
  Result<std::string> write_crls(const PkiAction& action, WallTime now);
  Result<std::string> swap(const PkiAction& action);

  pki::Manifest manifest_;
  pki::Pki pki_;
  std::filesystem::path home_;
  std::string key_owner_;
  ServedFiles files_;
  std::string certificate_;  ///< the identity that the broker was given
  bool with_crls_ = false;
};

}  // namespace handfast::scenario
