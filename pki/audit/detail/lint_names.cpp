// Rules about names: what clients dial and what the certificate says.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "pki/audit/detail/lint_view.hpp"
#include "pki/mint/names.hpp"

namespace handfast::pki::detail {

namespace {

bool is_address(const std::string& text) {
  std::array<unsigned char, 16> octets{};
  return inet_pton(AF_INET, text.c_str(), octets.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), octets.data()) == 1;
}

bool is_server(const CertificateView& view) { return view.usages.has_extended("serverAuth"); }

/// RFC 9525 section 6.3: the wildcard is a whole label, the leftmost one.
bool is_bent_wildcard(const std::string& name) {
  const auto star = name.find('*');
  if (star == std::string::npos) return false;
  return !(name.starts_with("*.") && name.find('*', 1) == std::string::npos);
}

bool is_wide_wildcard(const std::string& name) {
  return name == "*" || (name.starts_with("*.") && std::count(name.begin(), name.end(), '.') == 1);
}

bool carries(const CertificateView& view, const std::string& host) {
  // CN fallback would hide the very thing that is looked for.
  const bool found = is_address(host) ? X509_check_ip_asc(view.x509, host.c_str(), 0) == 1
                                      : X509_check_host(view.x509, host.c_str(), host.size(),
                                                        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
                                                            X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                                                        nullptr) == 1;
  tls::drain_errors();
  return found;
}

}  // namespace

void lint_names(const CertificateView& view, LintContext& context) {
  auto& findings = context.findings;
  if (view.ca) return;
  if (is_server(view) && !view.has_san) {
    findings.add("pki.san-absent", "it has no subject alternative name; clients look nowhere else");
  }
  const bool host_in_cn =
      is_dns_name(view.common_name) && view.common_name.find('.') != std::string::npos;
  if (is_server(view) && host_in_cn &&
      std::find(view.dns.begin(), view.dns.end(), view.common_name) == view.dns.end() &&
      !carries(view, view.common_name)) {
    findings.add("pki.name-in-cn-only",
                 fmt::format("\"{}\" is in the common name, not in the alternative names",
                             printable(view.common_name)));
  }
  if (is_server(view)) {
    for (const auto& host : context.options.hosts) {
      if (!carries(view, host)) {
        findings.add("pki.name-missing",
                     fmt::format("clients dial \"{}\", which it does not name", printable(host)));
      }
    }
  }
  for (const auto& name : view.dns) {
    const auto shown = printable(name);
    if (is_address(name)) {
      findings.add("pki.ip-as-dns",
                   fmt::format("\"{}\" is an address but stands as DNS name", shown));
    }
    if (is_wide_wildcard(name)) {
      findings.add("pki.name-wildcard-wide",
                   fmt::format("\"{}\" covers a top-level domain", shown));
    } else if (is_bent_wildcard(name)) {
      findings.add("pki.name-wildcard-deep",
                   fmt::format("the wildcard of \"{}\" is not the whole leftmost label", shown));
    }
  }
  if (X509_NAME_entry_count(X509_get_subject_name(view.x509)) == 0 && view.has_san &&
      !view.critical(NID_subject_alt_name)) {
    findings.add("pki.san-not-critical", "there is no subject, yet the names are not critical");
  }
}

}  // namespace handfast::pki::detail
