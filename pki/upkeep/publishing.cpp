#include "pki/upkeep/publishing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "pki/revocation/serial.hpp"
#include "pki/upkeep/crl_files.hpp"
#include "pki/upkeep/detail/fleet_members.hpp"

namespace handfast::pki {

namespace {

Result<void> add_serial(const std::string& text, std::vector<Bytes>& out) {
  if (text.empty()) return {};
  auto serial = parse_serial(text);
  if (!serial) return serial.error();
  out.push_back(std::move(*serial));
  return {};
}

/// Everything that the authority ever issued and that the home knows of.
Result<std::vector<Bytes>> issued_serials(const Home& home, const std::string& authority) {
  std::vector<Bytes> out;
  for (const auto& [name, entry] : home.state().entries) {
    if (entry.issuer == authority) {
      if (auto added = add_serial(entry.serial, out); !added) return added.error();
    }
    for (const auto& old : entry.old) {
      if (old.issuer != authority) continue;
      if (auto added = add_serial(old.serial, out); !added) return added.error();
    }
  }
  for (const auto& fleet : home.manifest().fleets) {
    if (fleet.issuer != authority && fleet.rogue_issuer != authority) continue;
    auto members = detail::member_serials(home, fleet, authority);
    if (!members) return members.error();
    out.insert(out.end(), std::make_move_iterator(members->begin()),
               std::make_move_iterator(members->end()));
  }
  return out;
}

Result<OcspSigner> signer_of(const Home& home, const Authority& authority,
                             const std::string& designated) {
  const bool delegated = authority.publish.signer == OcspSignerKind::delegated;
  const auto& name = !designated.empty() ? designated
                     : delegated         ? authority.publish.ocsp_identity
                                         : authority.name;
  auto certificate = home.certificate(name);
  if (!certificate) return certificate.error();
  auto key = home.key(name);
  if (!key) return key.error();
  return OcspSigner{std::move(*certificate), std::move(*key), {}};
}

class Publisher {
 public:
  Publisher(const Home& home, const std::string& designated)
      : home_(home), designated_(designated) {}

  Result<void> add(const Authority& authority) {
    const auto& urls = authority.publish.urls;
    for (const auto& url : urls.crl_urls) {
      auto path = path_of(authority, url);
      if (!path) return path.error();
      if (auto added = add_crl(authority, *path); !added) return added;
    }
    for (const auto& url : urls.issuer_urls) {
      auto path = path_of(authority, url);
      if (!path) return path.error();
      auto certificate = home_.certificate(authority.name);
      if (!certificate) return certificate.error();
      out_.certificates.push_back(
          {std::move(*path), authority.name, tls::to_der(certificate->get())});
    }
    for (const auto& url : urls.ocsp_urls) {
      auto path = path_of(authority, url);
      if (!path) return path.error();
      if (auto added = add_ocsp(authority, *path); !added) return added;
    }
    return {};
  }

  Published take() {
    if (addresses_.size() == 1) out_.listen = *addresses_.begin();
    return std::move(out_);
  }

 private:
  Result<std::string> path_of(const Authority& authority, const std::string& url) {
    auto parts = parse_http_url(url);
    if (!parts) {
      auto problem = parts.error();
      problem.where = authority.where;
      return problem;
    }
    const bool loopback = parts->host == "127.0.0.1" || parts->host == "localhost";
    addresses_.insert(loopback ? fmt::format("127.0.0.1:{}", parts->port)
                               : fmt::format("{}:{}", parts->host, parts->port));
    return parts->path;
  }

  Result<void> add_crl(const Authority& authority, std::string path) {
    const auto file = home_.path(crl_file_of(authority));
    auto crls = load_crls(file);
    if (!crls) {
      return with_context(crls.error(), fmt::format("serving the CRL of \"{}\"", authority.name));
    }
    out_.crls.push_back({std::move(path), authority.name, crls->front().der()});
    return {};
  }

  Result<void> add_ocsp(const Authority& authority, const std::string& path) {
    auto made = ocsp_authority(home_, authority.name, designated_);
    if (!made) return made.error();
    auto at = std::ranges::find(out_.ocsp, path, &PublishedOcsp::path);
    if (at == out_.ocsp.end()) at = out_.ocsp.insert(at, PublishedOcsp{path, {}, {}});
    at->authorities.push_back(std::move(*made));
    at->names.push_back(authority.name);
    return {};
  }

  const Home& home_;
  const std::string& designated_;
  Published out_;
  std::set<std::string> addresses_;
};

}  // namespace

Result<UrlParts> parse_http_url(std::string_view url) {
  const auto refuse = [&](const char* why) {
    return usage_problem(fmt::format("\"{}\" cannot be served: {}", printable(url), why), {},
                         "for example http://127.0.0.1:9580/second.crl");
  };
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return refuse("it does not begin with http://");
  auto rest = url.substr(scheme.size());
  const auto slash = rest.find('/');
  UrlParts out;
  out.path = slash == std::string_view::npos ? "/" : std::string(rest.substr(slash));
  rest = rest.substr(0, slash);
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
    const auto digits = rest.substr(colon + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || out.port == 0) {
      return refuse("its port is no number from 1 to 65535");
    }
    rest = rest.substr(0, colon);
  }
  out.host = rest;
  if (out.host.empty()) return refuse("it names no host");
  return out;
}

Result<OcspAuthority> ocsp_authority(const Home& home, const std::string& name,
                                     const std::string& designated) {
  const auto* authority = home.manifest().authority(name);
  if (!authority) {
    std::vector<std::string> known;
    for (const auto& entry : home.manifest().authorities) known.push_back(entry.name);
    return usage_problem(fmt::format("there is no authority \"{}\"", printable(name)), {},
                         suggest(name, known));
  }
  auto issuer = home.certificate(name);
  if (!issuer) return issuer.error();
  auto signer = signer_of(home, *authority, designated);
  if (!signer) return signer.error();
  auto revoked = revoked_by(home, name);
  if (!revoked) return revoked.error();
  auto issued = issued_serials(home, name);
  if (!issued) return issued.error();
  return OcspAuthority{std::move(*issuer), std::move(*signer),
                       source_of(StatusTable(*revoked, std::move(*issued)))};
}

Result<Published> published(const Home& home, const std::string& designated) {
  Publisher publisher(home, designated);
  for (const auto& authority : home.manifest().authorities) {
    if (auto added = publisher.add(authority); !added) return added.error();
  }
  auto out = publisher.take();
  if (out.crls.empty() && out.certificates.empty() && out.ocsp.empty()) {
    return usage_problem("no authority of the manifest publishes anything", {},
                         "give one of them publish: {crl: URL, ocsp: URL, aia: true}");
  }
  return out;
}

Result<OcspAnswer> staple(const Home& home, const std::string& authority, const std::string& name,
                          const OcspOptions& options, WallTime now) {
  auto certificate = home.certificate(name);
  if (!certificate) return certificate.error();
  std::vector<OcspAuthority> authorities;
  auto made = ocsp_authority(home, authority);
  if (!made) return made.error();
  authorities.push_back(std::move(*made));
  auto responder = OcspResponder::make(std::move(authorities), options);
  if (!responder) return responder.error();
  return responder->staple(certificate->get(), now);
}

}  // namespace handfast::pki
