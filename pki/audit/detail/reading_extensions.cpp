// What the extensions say (RFC 5280 section 4.2), read for the verifier.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "pki/audit/detail/reading.hpp"
#include "pki/faults/detail/tree.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::string_view tls_feature = "1.3.6.1.5.5.7.1.24";
constexpr std::string_view policy_mappings = "2.5.29.33";
constexpr std::string_view inhibit_any_policy = "2.5.29.54";

constexpr std::array known_critical{
    oid::key_usage,        oid::alt_name,           oid::basic_constraints,  oid::name_constraints,
    oid::policies,         oid::policy_constraints, oid::extended_key_usage, oid::subject_key_id,
    oid::authority_key_id, policy_mappings,         inhibit_any_policy};

int small_number(const Bytes& content) {
  int out = 0;
  for (const auto octet : content) out = std::min(out, 0x7fff) * 256 + octet;
  return out;
}

bool read_basic(const der::Value& value, ReadCertificate& out) {
  if (value.tag != der::tag::sequence) return false;
  for (const auto& child : value.children) {
    if (child.tag == der::tag::boolean && child.content.size() == 1) {
      out.ca = child.content[0] != 0;
    } else if (child.tag == der::tag::integer && !child.content.empty()) {
      out.path_length = small_number(child.content);
    } else {
      return false;
    }
  }
  return true;
}

bool read_usage(const der::Value& value, ReadCertificate& out) {
  if (value.tag != der::tag::bit_string || value.content.empty()) return false;
  std::uint16_t bits = 0;
  for (std::size_t octet = 1; octet < value.content.size() && octet < 3; ++octet) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      if ((value.content[octet] & (0x80U >> bit)) == 0) continue;
      bits = static_cast<std::uint16_t>(bits | 1U << ((octet - 1) * 8 + bit));
    }
  }
  out.key_usage = bits;
  return true;
}

ReadGeneralName read_general_name(const der::Value& value) {
  ReadGeneralName out;
  out.kind = value.tag & 0x1fU;
  out.text.assign(value.content.begin(), value.content.end());
  if (out.kind == 4 && !value.children.empty()) out.directory = read_name(value.children[0]);
  return out;
}

std::vector<ReadGeneralName> read_general_names(const der::Value& value) {
  std::vector<ReadGeneralName> out;
  for (const auto& child : value.children) out.push_back(read_general_name(child));
  return out;
}

void read_authority(const der::Value& value, ReadCertificate& out) {
  for (const auto& child : value.children) {
    const unsigned kind = child.tag & 0x1fU;
    if (kind == 0) out.authority_key_id = child.content;
    if (kind == 2) out.authority_serial = child.content;
    if (kind != 1) continue;
    for (const auto& name : read_general_names(child)) {
      if (name.kind == 4) out.authority_issuer = name.directory;
    }
  }
  out.has_authority = !value.children.empty();
}

ReadConstraints read_subtrees(const der::Value& value) {
  ReadConstraints out;
  for (const auto& list : value.children) {
    auto& into = (list.tag & 0x1fU) == 0 ? out.permitted : out.excluded;
    for (const auto& subtree : list.children) {
      if (!subtree.children.empty()) into.push_back(read_general_name(subtree.children[0]));
    }
  }
  return out;
}

std::vector<std::string> read_objects(const der::Value& value) {
  std::vector<std::string> out;
  for (const auto& child : value.children) out.push_back(der::dotted(child.content));
  return out;
}

void read_policies(const der::Value& value, ReadCertificate& out) {
  for (const auto& policy : value.children) {
    if (!policy.children.empty()) out.policies.push_back(der::dotted(policy.children[0].content));
  }
}

/// False for a value that is not of its extension's type.
bool take(const ReadExtension& extension, const der::Value& value, ReadCertificate& out) {
  const auto& id = extension.oid;
  if (id == oid::basic_constraints) {
    out.has_constraints = true;
    out.constraints_critical = extension.critical;
    return read_basic(value, out);
  }
  if (id == oid::key_usage) return read_usage(value, out);
  if (id == oid::subject_key_id) out.subject_key_id = value.content;
  if (id == oid::authority_key_id) read_authority(value, out);
  if (id == oid::extended_key_usage) out.extended_usages = read_objects(value);
  if (id == oid::alt_name) {
    out.names = read_general_names(value);
    out.names_critical = extension.critical;
  }
  if (id == oid::name_constraints) {
    out.name_constraints = read_subtrees(value);
    out.name_constraints_critical = extension.critical;
  }
  if (id == oid::policies) read_policies(value, out);
  if (id == oid::policy_constraints) {
    for (const auto& child : value.children) {
      if ((child.tag & 0x1fU) == 0) out.require_explicit_policy = small_number(child.content);
    }
  }
  if (id == tls_feature) out.must_staple = true;
  return true;
}

bool is_standard(std::string_view id) {
  return id.starts_with("2.5.29.") || id.starts_with("1.3.6.1.5.5.7.1.");
}

}  // namespace

void read_extensions(ReadCertificate& out) {
  std::set<std::string> seen;
  for (const auto& extension : out.extensions) {
    if (!seen.insert(extension.oid).second) {
      out.findings.push_back({DefectKind::duplicate_extension, extension.oid + " stands twice"});
      continue;
    }
    if (extension.critical &&
        std::ranges::find(known_critical, extension.oid) == known_critical.end()) {
      out.findings.push_back(
          {DefectKind::unknown_critical_extension, extension.oid + " is critical and unknown"});
    }
    if (!is_standard(extension.oid)) continue;  // a stranger's value need not be ASN.1
    const auto value = der::read(extension.value);
    if (!value || !take(extension, *value, out)) {
      out.findings.push_back({DefectKind::malformed, extension.oid + " cannot be read"});
    } else if (value->size != extension.value.size()) {
      out.findings.push_back(
          {DefectKind::trailing_data, "octets behind the value of " + extension.oid});
    }
  }
}

}  // namespace handfast::pki::detail
