// What every verb that looks at an applied PKI takes: which manifest, which home, which moment, and
// in which form to answer.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/app/pki/answer.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/store/home.hpp"

namespace CLI {
class App;
}

namespace handfast::app {

struct HomeOptions {
  std::string manifest = "pki.yaml";
  std::filesystem::path home;  ///< instead of the manifest's
  std::string at;              ///< as if it were then; empty: the manifest's clock, or now
  std::string output = "text";

  bool json() const { return output == "json"; }
};

/// --manifest, --home, --at and --output.
void add_home_options(CLI::App& verb, HomeOptions& options);

Result<WallTime> moment_of(const HomeOptions& options, const pki::Manifest& manifest);

/// Makes the CRLs of a home say what its state says, after something was revoked or reissued. Text
/// about those that were written; usage and environment problems as of pki::write_crls.
Result<std::string> refresh_crls(const pki::Manifest& manifest, const HomeOptions& options,
                                 WallTime now);

/// Like finish(answer), with `code` in place of 0.
int finish_with(const Result<Answer>& answer, int code);

}  // namespace handfast::app
