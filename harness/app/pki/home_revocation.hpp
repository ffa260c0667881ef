// crl, ocsp and serve over an applied PKI instead of single files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "harness/app/pki/home_options.hpp"
#include "harness/responder/site.hpp"
#include "pki/revocation/ocsp.hpp"

namespace handfast::app {

/// Writes the CRL of `authority` unless the one that is there will do.
Result<Answer> crl_of_home(const HomeOptions& options, const std::string& authority,
                           std::optional<Nanos> valid);

/// Writes the OCSP answer of `authority` for "server" or "server@2" to `file`.
Result<Answer> ocsp_of_home(const HomeOptions& options, const std::string& authority,
                            const std::string& name, const std::string& file,
                            const pki::OcspOptions& ocsp);

struct ServedHome {
  std::vector<std::string> paths;
  std::string listen;  ///< what the certificates name; empty: not one loopback address
};
/// Brings the CRLs up to date and puts everything on the site, as SIGHUP does again. `designated`:
/// identity that signs all OCSP answers; empty: what the manifest says.
Result<ServedHome> serve_home(const HomeOptions& options, const std::string& designated,
                              const pki::OcspOptions& ocsp, responder::Site& site);
/// Where the certificates of the manifest say that everything is; empty as in ServedHome.
Result<std::string> listen_of_home(const HomeOptions& options);

}  // namespace handfast::app
