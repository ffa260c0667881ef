// `pki serve`: a responder filled from files, running until it is interrupted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/responder/responder.hpp"
#include "pki/revocation/ocsp.hpp"
#include "pki/revocation/revocation_files.hpp"

namespace handfast::responder {

/// "/second.crl=second.crl": what is served where.
struct PathFile {
  std::string path;
  std::string file;
};
/// Usage problem without '=' or with an empty side; `option` is named in it.
Result<PathFile> parse_path_file(std::string_view text, const std::string& option);

struct OcspPlace {
  std::string path;
  std::vector<pki::OcspFiles> authorities;
  pki::OcspOptions options;
};

struct ServeFiles {
  std::vector<PathFile> crls;
  std::vector<PathFile> stale_crls;  ///< for paths of `crls`: served while the fault `stale` is set
  std::vector<PathFile> certificates;
  std::vector<OcspPlace> ocsp;
};

/// Reads everything and puts it on the site; nothing is changed when something cannot be read.
/// Usage problem for a stale CRL on a path without CRL.
Result<void> fill_site(Site& site, const ServeFiles& files, WallTime now);

/// Waits for SIGINT or SIGTERM, or until `limit` has passed; SIGHUP calls `reload`. Call it from
/// the thread that started the responder.
void wait_for_interrupt(std::optional<Nanos> limit, const std::function<void()>& reload);

/// "12 requests on 3 connections", then one line for each kind and each path, a final newline.
std::string counts_text(const Counts& counts);

}  // namespace handfast::responder
