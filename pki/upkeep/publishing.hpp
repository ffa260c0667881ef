// What a home publishes: CRLs, CA certificates and OCSP answers of its authorities, under the paths
// that its certificates name. Bytes and paths; the sockets are in harness/responder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/revocation/ocsp.hpp"
#include "pki/store/home.hpp"

namespace handfast::pki {

struct UrlParts {
  std::string host;
  std::uint16_t port = 80;
  std::string path;  ///< "/second.crl"; "/" at least
};
/// Usage problem for anything but "http://HOST[:PORT]/PATH" (revocation information travels
/// without TLS, or checking it would need itself).
Result<UrlParts> parse_http_url(std::string_view url);

struct PublishedFile {
  std::string path;  ///< of the URL
  std::string authority;
  Bytes der;
};
struct PublishedOcsp {
  std::string path;
  std::vector<OcspAuthority> authorities;  ///< those whose certificates name this path
  std::vector<std::string> names;
};
struct Published {
  std::vector<PublishedFile> crls;
  std::vector<PublishedFile> certificates;  ///< for authorityInfoAccess
  std::vector<PublishedOcsp> ocsp;
  /// "127.0.0.1:9580" when all URLs name the same loopback address; else empty.
  std::string listen;
};

/// The signer of an authority's OCSP answers with all that it knows: revoked is what is in the
/// state and the fleets, good is what else it issued, everything else unknown. `designated` names
/// an identity that signs instead, for clients that trust it explicitly (RFC 6960 section 4.2.2.2);
/// empty: what the manifest says. Problems of unknown names and of keys that are not here.
Result<OcspAuthority> ocsp_authority(const Home& home, const std::string& authority,
                                     const std::string& designated = {});

/// Everything to serve. The CRL files must be there (write_crls). Usage problem when no authority
/// publishes anything.
Result<Published> published(const Home& home, const std::string& designated = {});

/// The OCSP answer for "server" or "server@2", to be stapled. Usage problem when `authority` did
/// not issue it.
Result<OcspAnswer> staple(const Home& home, const std::string& authority, const std::string& name,
                          const OcspOptions& options, WallTime now);

}  // namespace handfast::pki
