#include "pki/audit/detail/naming.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/text.hpp"
#include "pki/mint/names.hpp"

namespace handfast::pki::detail {

namespace {

constexpr unsigned email_kind = 1;
constexpr unsigned dns_kind = 2;
constexpr unsigned directory_kind = 4;
constexpr unsigned uri_kind = 6;
constexpr unsigned ip_kind = 7;
constexpr std::string_view email_attribute = "1.2.840.113549.1.9.1";

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// The octets of an IPv4 or IPv6 literal; empty for other text.
std::string address_octets(const std::string& text) {
  std::array<char, sizeof(in6_addr)> octets{};
  if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1) return {octets.data(), 4};
  if (inet_pton(AF_INET6, text.c_str(), octets.data()) == 1) return {octets.data(), 16};
  return {};
}

/// True for a whole left-most label and at least one label behind it.
bool is_proper_wildcard(std::string_view name) {
  return name.starts_with("*.") && name.size() > 2 && name.find('*', 1) == std::string_view::npos;
}

void judge_dns_entry(const std::string& name, Findings& findings) {
  const auto add = [&](DefectKind kind, std::string_view what) {
    findings.push_back({kind, fmt::format("the DNS name \"{}\" {}", printable(name), what)});
  };
  if (name.find('*') != std::string::npos) {
    if (!is_proper_wildcard(name)) return add(DefectKind::wildcard_malformed, "is no wildcard");
    if (name.find('.', 2) == std::string::npos) {
      add(DefectKind::wildcard_too_wide, "covers a whole top-level domain");
    }
    return;
  }
  if (!address_octets(name).empty()) return add(DefectKind::san_malformed, "is an address");
  if (name.find('\0') != std::string::npos || !is_dns_name(name)) {
    add(DefectKind::san_malformed, "is none");
  }
}

/// RFC 9525 section 6.3: equal without regard to case, or a wildcard for exactly one label.
bool dns_matches(const std::string& pattern, const std::string& host) {
  const auto want = lower(host);
  const auto have = lower(pattern);
  if (have == want) return true;
  const auto dot = want.find('.');
  if (!is_proper_wildcard(have) || dot == std::string::npos || dot == 0) return false;
  return have.find('.', 2) != std::string::npos && have.substr(1) == want.substr(dot);
}

/// `base` itself and what is below it; with a leading dot only what is below; empty: everything.
bool is_within_domain(const std::string& host, const std::string& base) {
  if (base.empty()) return true;
  if (base.front() == '.') return host.size() > base.size() && host.ends_with(base);
  return host == base || host.ends_with("." + base);
}

bool email_matches(const std::string& mailbox, const std::string& base) {
  const auto at = mailbox.rfind('@');
  if (at == std::string::npos) return false;
  const auto host = lower(std::string_view(mailbox).substr(at + 1));
  if (base.find('@') != std::string::npos) return lower(mailbox) == lower(base);
  if (base.starts_with('.')) return is_within_domain(host, lower(base));
  return host == lower(base);
}

std::string host_of_uri(const std::string& uri) {
  const auto scheme = uri.find("://");
  if (scheme == std::string::npos) return {};
  auto authority = uri.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string::npos) authority.erase(0, at + 1);
  return lower(authority.substr(0, authority.find(':')));
}

bool uri_matches(const std::string& uri, const std::string& base) {
  const auto host = host_of_uri(uri);
  if (host.empty()) return false;
  return base.starts_with('.') ? is_within_domain(host, lower(base)) : host == lower(base);
}

bool ip_matches(const std::string& address, const std::string& range) {
  if (range.size() != address.size() * 2) return false;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const auto mask = static_cast<unsigned char>(range[address.size() + i]);
    const auto difference = static_cast<unsigned char>(address[i] ^ range[i]);
    if ((difference & mask) != 0) return false;
  }
  return true;
}

bool matches(const ReadGeneralName& name, const ReadGeneralName& base) {
  switch (name.kind) {
    case email_kind:
      return email_matches(name.text, base.text);
    case dns_kind:
      return is_within_domain(lower(name.text), lower(base.text));
    case uri_kind:
      return uri_matches(name.text, base.text);
    case ip_kind:
      return ip_matches(name.text, base.text);
    case directory_kind:
      return is_below(name.directory, base.directory);
    default:
      return false;
  }
}

/// Every name that constraints speak of; the subject's mail address only when there is no SAN for
/// it.
std::vector<ReadGeneralName> constrained_names(const ReadCertificate& certificate) {
  auto out = certificate.names.value_or(std::vector<ReadGeneralName>{});
  if (!certificate.subject.empty()) out.push_back({directory_kind, {}, certificate.subject});
  if (certificate.names) return out;
  for (const auto& set : certificate.subject) {
    for (const auto& part : set) {
      if (part.oid != email_attribute) continue;
      out.push_back({email_kind, std::string(part.content.begin(), part.content.end()), {}});
    }
  }
  return out;
}

}  // namespace

void judge_alt_names(const ReadCertificate& certificate, Findings& findings) {
  if (certificate.subject.empty() && certificate.names && !certificate.names_critical) {
    findings.push_back({DefectKind::empty_subject_san_not_critical,
                        "no subject, and the subjectAltName is not critical"});
  }
  if (!certificate.names) return;
  if (certificate.names->empty()) {
    findings.push_back({DefectKind::san_malformed, "the subjectAltName is empty"});
  }
  for (const auto& name : *certificate.names) {
    if (name.kind == dns_kind) judge_dns_entry(name.text, findings);
    if (name.kind == ip_kind && name.text.size() != 4 && name.text.size() != 16) {
      findings.push_back(
          {DefectKind::san_malformed, fmt::format("an address of {} octets", name.text.size())});
    }
  }
}

void judge_host(const ReadCertificate& leaf, const std::string& host, Findings& findings) {
  if (host.empty()) return;
  if (!leaf.names) {
    findings.push_back({DefectKind::san_missing, "there is no subjectAltName"});
    return;
  }
  const auto address = address_octets(host);
  const bool found = std::ranges::any_of(*leaf.names, [&](const ReadGeneralName& name) {
    return address.empty() ? name.kind == dns_kind && dns_matches(name.text, host)
                           : name.kind == ip_kind && name.text == address;
  });
  if (found) return;
  findings.push_back(
      {DefectKind::name_mismatch, fmt::format("{} is not among the names", printable(host))});
}

void judge_constraints(const ReadCertificate& certificate, const ReadConstraints& constraints,
                       Findings& findings) {
  for (const auto& name : constrained_names(certificate)) {
    const auto of_kind = [&](const ReadGeneralName& base) { return base.kind == name.kind; };
    const auto covers = [&](const ReadGeneralName& base) {
      return base.kind == name.kind && matches(name, base);
    };
    const bool limited = std::ranges::any_of(constraints.permitted, of_kind);
    const auto shown = printable(name.kind == directory_kind ? text_of(name.directory) : name.text);
    if (limited && std::ranges::none_of(constraints.permitted, covers)) {
      findings.push_back({DefectKind::name_constraint_violated,
                          fmt::format("\"{}\" is not within what an issuer permits", shown)});
    } else if (std::ranges::any_of(constraints.excluded, covers)) {
      findings.push_back({DefectKind::name_constraint_violated,
                          fmt::format("\"{}\" is what an issuer forbids", shown)});
    }
  }
}

}  // namespace handfast::pki::detail
