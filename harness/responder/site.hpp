// What a responder serves and what it was asked for: CRLs and certificates by path, OCSP below
// paths, faults, counts. Answers requests as values; the sockets are in responder.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/responder/faults.hpp"
#include "pki/revocation/ocsp.hpp"

namespace handfast::responder {

struct HttpRequest {
  std::string method;
  std::string target;        ///< as in the request line: path with query, or an absolute URL
  std::string content_type;  ///< empty: none was sent
  Bytes body;
};

struct HttpReply {
  unsigned status = 200;
  std::string content_type;  ///< empty with an empty body
  Bytes body;
  std::string allow;  ///< for 405
  Faults faults;      ///< what else has to go wrong while sending it
  std::string kind;   ///< "crl", "certificate", "ocsp-get", "ocsp-post", "not-found", "refused"
  std::string path;   ///< the served path, or the requested one when nothing is served there
  std::string note;   ///< what an OCSP answer says
};

struct Counts {
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t> by_kind;
  std::map<std::string, std::uint64_t> by_path;  ///< served paths only

  std::uint64_t kind(const std::string& name) const;
  std::uint64_t path(const std::string& name) const;
};

/// Thread-safe. Paths begin with '/' and have neither '?' nor blanks; all put_ functions answer a
/// usage problem for others, and replace what was there.
class Site {
 public:
  /// DER; `stale` is served instead while the fault `stale` is set.
  Result<void> put_crl(const std::string& path, Bytes der, std::optional<Bytes> stale = {});
  Result<void> put_certificate(const std::string& path, Bytes der);
  /// For POST to `path` and GET below it (RFC 6960 appendix A).
  Result<void> put_ocsp(const std::string& path, std::shared_ptr<const pki::OcspResponder> ocsp);
  void remove(const std::string& path);

  /// For every path without faults of its own.
  void set_faults(const Faults& faults);
  /// For one served path; nullopt: like all others. Down::refuse acts like close here.
  void set_faults(const std::string& path, std::optional<Faults> faults);
  Faults faults() const;

  /// Counts the request and answers it; never fails: 400, 404, 405 and 415 are answers.
  HttpReply answer(const HttpRequest& request, WallTime now);
  void count_connection();
  Counts counts() const;
  void reset_counts();

 private:
  struct Entry {
    std::string kind;
    std::string content_type;
    Bytes body;
    std::optional<Bytes> stale;
    std::shared_ptr<const pki::OcspResponder> ocsp;  ///< shared with an answer being made
    std::optional<Faults> faults;
  };
  struct Found {
    std::string path;
    std::string rest;  ///< behind the path of an OCSP responder
    Entry entry;
  };

  Result<void> put(const std::string& path, Entry entry);
  std::optional<Found> find(std::string_view path) const;
  HttpReply reply_to(const HttpRequest& request, WallTime now) const;

  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  Faults faults_;
  Counts counts_;
};

}  // namespace handfast::responder
