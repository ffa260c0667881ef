#include "harness/responder/site.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "pki/revocation/crl.hpp"
#include "pki/revocation/ocsp_http.hpp"

namespace handfast::responder {

namespace {

constexpr std::string_view ocsp_request_type = "application/ocsp-request";

/// The path of a request target, without query, and without scheme and host of an absolute one.
std::string_view path_of(std::string_view target) {
  if (target.starts_with("http://")) {
    target.remove_prefix(7);
    const auto slash = target.find('/');
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  return target.substr(0, target.find('?'));
}

HttpReply refused(unsigned status, std::string_view path, std::string kind,
                  std::string allow = {}) {
  HttpReply out;
  out.status = status;
  out.kind = std::move(kind);
  out.path = printable(path);
  out.allow = std::move(allow);
  return out;
}

void answer_ocsp(HttpReply& out, const pki::OcspResponder& ocsp, ByteView request, WallTime now) {
  auto variant = out.faults.ocsp;
  if (out.faults.stale && variant == pki::OcspVariant::none) variant = pki::OcspVariant::stale;
  auto answer = ocsp.answer(request, now, variant);
  out.content_type = "application/ocsp-response";
  out.body = std::move(answer.der);
  out.note = std::move(answer.summary);
}

std::uint64_t value_or_zero(const std::map<std::string, std::uint64_t>& counts,
                            const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

std::uint64_t Counts::kind(const std::string& name) const { return value_or_zero(by_kind, name); }
std::uint64_t Counts::path(const std::string& name) const { return value_or_zero(by_path, name); }

Result<void> Site::put_crl(const std::string& path, Bytes der, std::optional<Bytes> stale) {
  return put(path, {.kind = "crl",
                    .content_type = "application/pkix-crl",  // RFC 2585 section 4.2
                    .body = std::move(der),
                    .stale = std::move(stale)});
}

Result<void> Site::put_certificate(const std::string& path, Bytes der) {
  return put(path, {.kind = "certificate",
                    .content_type = "application/pkix-cert",  // RFC 2585 section 4.1
                    .body = std::move(der)});
}

Result<void> Site::put_ocsp(const std::string& path,
                            std::shared_ptr<const pki::OcspResponder> ocsp) {
  return put(path, {.kind = "ocsp", .ocsp = std::move(ocsp)});
}

Result<void> Site::put(const std::string& path, Entry entry) {
  if (!path.starts_with('/') || path.find_first_of("? \t\r\n#") != std::string::npos) {
    return usage_problem(fmt::format("\"{}\" is no path to serve", printable(path)), {},
                         "write it as /second.crl");
  }
  const std::scoped_lock lock(mutex_);
  const auto old = entries_.find(path);
  if (old != entries_.end()) entry.faults = old->second.faults;
  entries_[path] = std::move(entry);
  return {};
}

void Site::remove(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  entries_.erase(path);
}

void Site::set_faults(const Faults& faults) {
  const std::scoped_lock lock(mutex_);
  faults_ = faults;
}

void Site::set_faults(const std::string& path, std::optional<Faults> faults) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(path);
  if (found != entries_.end()) found->second.faults = faults;
}

Faults Site::faults() const {
  const std::scoped_lock lock(mutex_);
  return faults_;
}

HttpReply Site::answer(const HttpRequest& request, WallTime now) {
  auto out = reply_to(request, now);
  if (out.faults.http_status) {
    out.status = *out.faults.http_status;
    out.content_type.clear();
    out.body.clear();
  } else if (out.faults.wrong_content_type && !out.content_type.empty()) {
    out.content_type = "text/html";
  }
  const std::scoped_lock lock(mutex_);
  ++counts_.requests;
  ++counts_.by_kind[out.kind];
  if (entries_.contains(out.path)) ++counts_.by_path[out.path];
  return out;
}

HttpReply Site::reply_to(const HttpRequest& request, WallTime now) const {
  const auto path = path_of(request.target);
  const auto found = find(path);
  if (!found) {
    auto out = refused(404, path, "not-found");
    out.faults = faults();
    return out;
  }
  const bool get = request.method == "GET" || request.method == "HEAD";
  const auto faults_here = found->entry.faults.value_or(faults());
  HttpReply out;
  out.path = found->path;
  out.kind = found->entry.kind;
  out.faults = faults_here;
  if (!found->entry.ocsp) {
    if (!get) {
      out = refused(405, found->path, "refused", "GET, HEAD");
    } else {
      const bool stale = out.faults.stale && found->entry.stale;
      out.content_type = found->entry.content_type;
      out.body = stale ? *found->entry.stale : found->entry.body;
      if (out.faults.pem && out.kind == "crl") {
        const auto pem = pki::crl_pem(out.body);
        out.body.assign(pem.begin(), pem.end());
      }
    }
  } else if (request.method == "GET") {
    out.kind = "ocsp-get";
    // What is no base64 is no request either: answered with malformedRequest.
    const auto der = pki::ocsp_request_in_path(found->rest);
    answer_ocsp(out, *found->entry.ocsp, der ? ByteView(*der) : ByteView(), now);
  } else if (request.method != "POST") {
    out = refused(405, found->path, "refused", "GET, POST");
  } else if (!request.content_type.empty() && request.content_type != ocsp_request_type) {
    out = refused(415, found->path, "refused");
  } else {
    out.kind = "ocsp-post";
    answer_ocsp(out, *found->entry.ocsp, request.body, now);
  }
  out.faults = faults_here;
  return out;
}

std::optional<Site::Found> Site::find(std::string_view path) const {
  const std::scoped_lock lock(mutex_);
  const auto exact = entries_.find(std::string(path));
  if (exact != entries_.end()) return Found{exact->first, {}, exact->second};
  // The longest path of an OCSP responder that this one lies below.
  std::optional<Found> best;
  for (const auto& [served, entry] : entries_) {
    if (!entry.ocsp || (best && best->path.size() >= served.size())) continue;
    const auto prefix = served.ends_with('/') ? served : served + "/";
    if (!path.starts_with(prefix)) continue;
    best = Found{served, std::string(path.substr(prefix.size())), entry};
  }
  return best;
}

void Site::count_connection() {
  const std::scoped_lock lock(mutex_);
  ++counts_.connections;
}

Counts Site::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

void Site::reset_counts() {
  const std::scoped_lock lock(mutex_);
  counts_ = {};
}

}  // namespace handfast::responder
