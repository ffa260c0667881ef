#include "pki/formats/extension_facts.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <array>

#include "core/base/text.hpp"
#include "pki/formats/detail/asn1_text.hpp"
#include "pki/formats/detail/general_names.hpp"
#include "pki/formats/detail/more_extensions.hpp"

namespace handfast::pki {

namespace {

using detail::decoded;
using detail::Words;

using BasicConstraintsPtr = tls::OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using BitStringPtr = tls::OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using ExtendedKeyUsagePtr = tls::OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using GeneralNamesPtr = tls::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;
using OctetsPtr = tls::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using AuthorityKeyPtr = tls::OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;

/// In the order of their bits (RFC 5280 section 4.2.1.3).
constexpr std::array<const char*, 9> key_usages{
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly"};

Words basic_constraints(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto basic = decoded<BasicConstraintsPtr>(extension);
  if (!basic) return {};
  facts.ca = basic->ca != 0;
  std::string out = basic->ca != 0 ? "CA" : "no CA";
  if (basic->pathlen != nullptr) {
    facts.path_length = static_cast<int>(ASN1_INTEGER_get(basic->pathlen));
    out += fmt::format(", path length {}", detail::integer_decimal(basic->pathlen));
  }
  return out;
}

Words key_usage(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto bits = decoded<BitStringPtr>(extension);
  if (!bits) return {};
  for (std::size_t bit = 0; bit < key_usages.size(); ++bit) {
    if (ASN1_BIT_STRING_get_bit(bits.get(), static_cast<int>(bit)) != 0) {
      facts.key_usage.emplace_back(key_usages.at(bit));
    }
  }
  return join(facts.key_usage, ", ");
}

Words extended_key_usage(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto usages = decoded<ExtendedKeyUsagePtr>(extension);
  if (!usages) return {};
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
    facts.extended_key_usage.push_back(detail::usage_name(sk_ASN1_OBJECT_value(usages.get(), i)));
  }
  return join(facts.extended_key_usage, ", ");
}

Words subject_names(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto names = decoded<GeneralNamesPtr>(extension);
  if (!names) return {};
  facts.names = detail::general_name_texts(names.get());
  return detail::general_names_title(names.get());
}

Words issuer_names(const X509_EXTENSION* extension, ExtensionFacts&) {
  const auto names = decoded<GeneralNamesPtr>(extension);
  if (!names) return {};
  return detail::general_names_title(names.get());
}

Words subject_key_id(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto id = decoded<OctetsPtr>(extension);
  if (!id) return {};
  facts.subject_key_id = detail::octets_hex(id.get());
  return facts.subject_key_id;
}

Words authority_key_id(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto id = decoded<AuthorityKeyPtr>(extension);
  if (!id) return {};
  facts.authority_key_id = detail::octets_hex(id->keyid);
  facts.authority_issuer = detail::general_names_title(id->issuer);
  facts.authority_serial = detail::integer_hex(id->serial);
  std::vector<std::string> parts;
  if (!facts.authority_key_id.empty()) parts.push_back("key " + facts.authority_key_id);
  if (!facts.authority_issuer.empty()) parts.push_back("issuer " + facts.authority_issuer);
  if (!facts.authority_serial.empty()) parts.push_back("serial " + facts.authority_serial);
  return parts.empty() ? "empty" : join(parts, ", ");
}

struct Known {
  int nid;
  const char* name;  ///< as RFC 5280 calls it
  Words (*describe)(const X509_EXTENSION*, ExtensionFacts&);
};

const std::array known_extensions{
    Known{NID_basic_constraints, "basicConstraints", basic_constraints},
    Known{NID_key_usage, "keyUsage", key_usage},
    Known{NID_ext_key_usage, "extKeyUsage", extended_key_usage},
    Known{NID_subject_alt_name, "subjectAltName", subject_names},
    Known{NID_issuer_alt_name, "issuerAltName", issuer_names},
    Known{NID_subject_key_identifier, "subjectKeyIdentifier", subject_key_id},
    Known{NID_authority_key_identifier, "authorityKeyIdentifier", authority_key_id},
    Known{NID_name_constraints, "nameConstraints", detail::name_constraints},
    Known{NID_certificate_policies, "certificatePolicies", detail::policies},
    Known{NID_policy_constraints, "policyConstraints", detail::policy_constraints},
    Known{NID_policy_mappings, "policyMappings", detail::policy_mappings},
    Known{NID_inhibit_any_policy, "inhibitAnyPolicy", detail::inhibit_any_policy},
    Known{NID_crl_distribution_points, "cRLDistributionPoints", detail::crl_distribution_points},
    Known{NID_freshest_crl, "freshestCRL", detail::freshest_crl},
    Known{NID_info_access, "authorityInfoAccess", detail::authority_info_access},
    Known{NID_tlsfeature, "tlsFeature", detail::tls_feature},
    Known{NID_id_pkix_OCSP_noCheck, "ocspNoCheck", detail::ocsp_no_check},
    Known{NID_issuing_distribution_point, "issuingDistributionPoint",
          detail::issuing_distribution_point},
    Known{NID_crl_number, "cRLNumber", detail::crl_number},
    Known{NID_delta_crl, "deltaCRLIndicator", detail::delta_crl},
    Known{NID_netscape_comment, "netscapeComment", detail::comment},
};

ExtensionFact describe_one(X509_EXTENSION* extension, ExtensionFacts& facts, bool again) {
  const ASN1_OBJECT* object = X509_EXTENSION_get_object(extension);
  ExtensionFact out{.oid = detail::oid_text(object),
                    .name = detail::oid_name(object),
                    .critical = X509_EXTENSION_get_critical(extension) == 1,
                    .known = false,
                    .value = detail::hex_dump(detail::octets(X509_EXTENSION_get_data(extension)))};
  for (const auto& known : known_extensions) {
    if (known.nid != OBJ_obj2nid(object)) continue;
    out.name = known.name;
    if (again) {
      out.value += " (stands here a second time)";
      return out;
    }
    const auto words = known.describe(extension, facts);
    out.known = words.has_value();
    out.value = words ? *words : "broken: " + out.value;
  }
  return out;
}

}  // namespace

ExtensionFacts describe_extensions(const STACK_OF(X509_EXTENSION) * extensions) {
  ExtensionFacts out;
  for (int i = 0; i < sk_X509_EXTENSION_num(extensions); ++i) {
    auto* extension = sk_X509_EXTENSION_value(extensions, i);
    const auto oid = detail::oid_text(X509_EXTENSION_get_object(extension));
    bool again = false;
    for (const auto& earlier : out.all) again = again || earlier.oid == oid;
    out.all.push_back(describe_one(extension, out, again));
  }
  tls::drain_errors();
  return out;
}

}  // namespace handfast::pki
