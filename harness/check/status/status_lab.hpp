// Certificates that say where their status can be asked for, and the loopback responder that
// answers there: what the rows about distribution points, staples and OCSP play with.
//
//     R ──┬── branch ──┬── clients and servers: CRL and OCSP of the branch
//         └── branch ──┘   CRL of R for the branches themselves
//
// Each row works below a branch of its own, so that what a broker remembers of one row's lists
// cannot colour another row.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"
#include "harness/responder/responder.hpp"
#include "pki/revocation/ocsp.hpp"

namespace handfast::check {

/// Names of what add_fixtures() puts into Materials for these rows: the anchor R, a client of good
/// standing, and the servers that staple.
inline constexpr std::string_view status_trust = "status";
inline constexpr std::string_view status_client = "status/client";
inline constexpr std::string_view staple_server = "status/server-good";
inline constexpr std::string_view staple_server_down = "status/server-down";
inline constexpr std::string_view staple_server_short = "status/server-short";
inline constexpr std::string_view staple_server_revoked = "status/server-revoked";
inline constexpr std::string_view staple_server_must = "status/server-must";
/// Of the OCSP answers about the server of staple_server_short.
inline constexpr auto short_answer_lifetime = std::chrono::seconds(4);
inline bool is_status_name(std::string_view name) { return name.starts_with("status/"); }

struct StatusLeaf {
  tls::Identity identity;
  std::vector<Bytes> list;  ///< DER as sent, leaf first
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
};

/// What a leaf names, besides what its branch has.
struct LeafWishes {
  bool server = false;
  bool crl = false;          ///< the branch's distribution point
  bool ocsp = false;         ///< the branch's OCSP responder
  std::string other_crl{};   ///< a distribution point somewhere else, "file:///tmp/x.crl"
  bool must_staple = false;  ///< TLS feature status_request (RFC 7633)
};

/// What a published CRL says.
struct ListWishes {
  std::vector<const X509*> revoked{};
  std::uint64_t number = 1;
  Nanos lifetime = std::chrono::hours(24 * 7);  ///< until nextUpdate, whole seconds
};

class StatusLab;

/// An intermediate under R and what is published about its certificates. Not thread-safe.
class StatusBranch {
 public:
  const std::string& crl_path() const { return crl_path_; }    ///< "/fetch-3.crl"
  const std::string& ocsp_path() const { return ocsp_path_; }  ///< "/fetch-3/ocsp"
  X509* certificate() const { return certificate_.get(); }

  Result<StatusLeaf> leaf(const LeafWishes& wishes);
  /// The branch's CRL as DER, not published.
  Result<Bytes> crl(const ListWishes& wishes) const;
  Result<void> publish(const ListWishes& wishes);
  /// Answers of that lifetime, signed by the branch itself.
  Result<void> answer_ocsp(const std::vector<const X509*>& revoked, Nanos lifetime);

 private:
  friend class StatusLab;
  StatusLab* lab_ = nullptr;  ///< outlives its branches
  std::string crl_path_, ocsp_path_;
  tls::CertificatePtr certificate_;
  tls::PkeyPtr key_;
};

class StatusLab {
 public:
  /// R with its CRL, and the responder on a free port.
  static Result<std::shared_ptr<StatusLab>> start();

  /// R, PEM.
  std::string trust_pem() const;
  /// A fresh branch with an empty CRL and an OCSP responder to whom all its certificates are good.
  /// `name` is for people: [a-z-].
  Result<StatusBranch> branch(const std::string& name);
  /// One of the servers of the names above, with what is to be published about it.
  Result<StatusLeaf> server(std::string_view name);

  responder::Site& site() { return responder_->site(); }
  std::string url(const std::string& path) const { return responder_->url(path); }
  /// A port on which nobody listens while the lab lives.
  std::uint16_t closed_port() const { return closed_->port(); }
  /// The branch of a server that server() made; null when it did not.
  const StatusBranch* branch_of(std::string_view server) const;

 private:
  friend class StatusBranch;
  StatusLab() = default;
  Result<tls::CertificatePtr> issue_under_root(const std::string& name, EVP_PKEY* key) const;

  std::unique_ptr<responder::Responder> responder_;
  std::unique_ptr<responder::Responder> closed_;  ///< refuses: holds its port
  tls::CertificatePtr root_;
  tls::PkeyPtr root_key_;
  std::uint64_t branches_ = 0;
  std::vector<std::pair<std::string, StatusBranch>> servers_;
};

}  // namespace handfast::check
