#include "pki/mint/detail/extensions.hpp"

#include <openssl/objects.h>
#include <openssl/sha.h>

#include "pki/mint/detail/naming.hpp"

namespace handfast::pki::detail {

namespace {

using BasicConstraintsPtr = tls::OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using ExtendedKeyUsagePtr = tls::OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using AuthorityKeyIdPtr = tls::OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using OctetStringPtr = tls::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using BitStringPtr = tls::OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using GeneralNamesPtr = tls::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;
using ObjectPtr = tls::OpensslPtr<ASN1_OBJECT, ASN1_OBJECT_free>;
using NameConstraintsPtr = tls::OpensslPtr<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using PoliciesPtr = tls::OpensslPtr<CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free>;
using PolicyConstraintsPtr = tls::OpensslPtr<POLICY_CONSTRAINTS, POLICY_CONSTRAINTS_free>;
using DistributionPointsPtr = tls::OpensslPtr<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using InfoAccessPtr = tls::OpensslPtr<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;
using GeneralNamePtr = tls::OpensslPtr<GENERAL_NAME, GENERAL_NAME_free>;

constexpr int critical = 1;
constexpr int not_critical = 0;

OctetStringPtr octets(ByteView bytes) {
  OctetStringPtr out(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(out.get(), bytes.data(), static_cast<int>(bytes.size()));
  return out;
}

/// An IA5String as the choice `type` of GeneralName.
GeneralNamePtr text_name(int type, const std::string& value) {
  GeneralNamePtr out(GENERAL_NAME_new());
  auto* text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, value.data(), static_cast<int>(value.size()));
  GENERAL_NAME_set0_value(out.get(), type, text);
  return out;
}

/// "OID;text" as an otherName that holds a UTF8String.
GeneralNamePtr other_name(const std::string& value) {
  const auto semicolon = value.find(';');
  GeneralNamePtr out(GENERAL_NAME_new());
  ObjectPtr type(OBJ_txt2obj(value.substr(0, semicolon).c_str(), 1));
  if (!type || semicolon == std::string::npos) return nullptr;
  auto* text = ASN1_UTF8STRING_new();
  ASN1_STRING_set(text, value.data() + semicolon + 1,
                  static_cast<int>(value.size() - semicolon - 1));
  auto* any = ASN1_TYPE_new();
  ASN1_TYPE_set(any, V_ASN1_UTF8STRING, text);
  GENERAL_NAME_set0_othername(out.get(), type.release(), any);
  return out;
}

GeneralNamePtr general_name(const AltName& name) {
  switch (name.kind) {
    case AltNameKind::ip: {
      GeneralNamePtr out(GENERAL_NAME_new());
      GENERAL_NAME_set0_value(out.get(), GEN_IPADD, a2i_IPADDRESS(name.value.c_str()));
      return out;
    }
    case AltNameKind::other:
      return other_name(name.value);
    case AltNameKind::dns:
      return text_name(GEN_DNS, name.value);
    case AltNameKind::uri:
      return text_name(GEN_URI, name.value);
    case AltNameKind::email:
      return text_name(GEN_EMAIL, name.value);
  }
  return nullptr;
}

GeneralNamePtr subtree_name(const Subtree& subtree) {
  switch (subtree.kind) {
    case SubtreeKind::dns:
      return text_name(GEN_DNS, subtree.value);
    case SubtreeKind::uri:
      return text_name(GEN_URI, subtree.value);
    case SubtreeKind::email:
      return text_name(GEN_EMAIL, subtree.value);
    case SubtreeKind::ip: {
      const auto range = cidr_octets(subtree.value);
      if (range.empty()) return nullptr;
      GeneralNamePtr out(GENERAL_NAME_new());
      GENERAL_NAME_set0_value(
          out.get(), GEN_IPADD,
          octets({reinterpret_cast<const unsigned char*>(range.data()), range.size()}).release());
      return out;
    }
    case SubtreeKind::directory: {
      const auto subject = parse_subject(subtree.value);
      auto name = subject ? make_name(*subject) : nullptr;
      if (!name) return nullptr;
      GeneralNamePtr out(GENERAL_NAME_new());
      GENERAL_NAME_set0_value(out.get(), GEN_DIRNAME, name.release());
      return out;
    }
  }
  return nullptr;
}

/// False for a subtree that cannot be encoded.
bool add_subtrees(const std::vector<Subtree>& subtrees, STACK_OF(GENERAL_SUBTREE) * *out) {
  if (subtrees.empty()) return true;
  *out = sk_GENERAL_SUBTREE_new_null();
  for (const auto& subtree : subtrees) {
    auto base = subtree_name(subtree);
    if (!base) return false;
    auto* entry = GENERAL_SUBTREE_new();
    GENERAL_NAME_free(entry->base);
    entry->base = base.release();
    sk_GENERAL_SUBTREE_push(*out, entry);
  }
  return true;
}

void add_access(AUTHORITY_INFO_ACCESS* out, int method, const std::vector<std::string>& urls) {
  for (const auto& url : urls) {
    auto* entry = ACCESS_DESCRIPTION_new();
    ASN1_OBJECT_free(entry->method);
    entry->method = OBJ_nid2obj(method);
    GENERAL_NAME_free(entry->location);
    entry->location = text_name(GEN_URI, url).release();
    sk_ACCESS_DESCRIPTION_push(out, entry);
  }
}

}  // namespace

ExtensionPtr basic_constraints(bool ca, std::optional<int> path_length) {
  BasicConstraintsPtr value(BASIC_CONSTRAINTS_new());
  value->ca = ca ? 0xff : 0;
  if (ca && path_length) {
    value->pathlen = ASN1_INTEGER_new();
    ASN1_INTEGER_set(value->pathlen, *path_length);
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_basic_constraints, critical, value.get()));
}

ExtensionPtr key_usage(const KeyUsages& usages) {
  BitStringPtr bits(ASN1_BIT_STRING_new());
  for (const auto usage : usages.list()) {
    ASN1_BIT_STRING_set_bit(bits.get(), static_cast<int>(usage), 1);
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_key_usage, critical, bits.get()));
}

ExtensionPtr extended_key_usage(const std::vector<std::string>& usages) {
  ExtendedKeyUsagePtr out(EXTENDED_KEY_USAGE_new());
  for (const auto& usage : usages) {
    auto* object = OBJ_txt2obj(usage.c_str(), 0);
    if (object == nullptr) return nullptr;
    sk_ASN1_OBJECT_push(out.get(), object);
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_ext_key_usage, not_critical, out.get()));
}

ExtensionPtr subject_key_id(ByteView key_id) {
  return ExtensionPtr(
      X509V3_EXT_i2d(NID_subject_key_identifier, not_critical, octets(key_id).get()));
}

ExtensionPtr authority_key_id(ByteView issuer_key_id) {
  AuthorityKeyIdPtr value(AUTHORITY_KEYID_new());
  value->keyid = octets(issuer_key_id).release();
  return ExtensionPtr(X509V3_EXT_i2d(NID_authority_key_identifier, not_critical, value.get()));
}

ExtensionPtr alt_names(const std::vector<AltName>& names, bool is_critical) {
  GeneralNamesPtr list(GENERAL_NAMES_new());
  for (const auto& name : names) {
    auto entry = general_name(name);
    if (!entry) return nullptr;
    sk_GENERAL_NAME_push(list.get(), entry.release());
  }
  return ExtensionPtr(
      X509V3_EXT_i2d(NID_subject_alt_name, is_critical ? critical : not_critical, list.get()));
}

ExtensionPtr name_constraints(const NameConstraints& constraints) {
  NameConstraintsPtr out(NAME_CONSTRAINTS_new());
  if (!add_subtrees(constraints.permit, &out->permittedSubtrees) ||
      !add_subtrees(constraints.forbid, &out->excludedSubtrees)) {
    return nullptr;
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_name_constraints, critical, out.get()));
}

ExtensionPtr certificate_policies(const std::vector<std::string>& policies) {
  PoliciesPtr out(CERTIFICATEPOLICIES_new());
  for (const auto& policy : policies) {
    auto* object = policy == "any" ? OBJ_nid2obj(NID_any_policy) : OBJ_txt2obj(policy.c_str(), 1);
    if (object == nullptr) return nullptr;
    auto* entry = POLICYINFO_new();
    ASN1_OBJECT_free(entry->policyid);
    entry->policyid = object;
    sk_POLICYINFO_push(out.get(), entry);
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_certificate_policies, not_critical, out.get()));
}

ExtensionPtr policy_constraints(int require_explicit_policy) {
  PolicyConstraintsPtr out(POLICY_CONSTRAINTS_new());
  out->requireExplicitPolicy = ASN1_INTEGER_new();
  ASN1_INTEGER_set(out->requireExplicitPolicy, require_explicit_policy);
  return ExtensionPtr(X509V3_EXT_i2d(NID_policy_constraints, critical, out.get()));
}

ExtensionPtr crl_distribution_points(const std::vector<std::string>& urls) {
  DistributionPointsPtr out(CRL_DIST_POINTS_new());
  for (const auto& url : urls) {
    auto* point = DIST_POINT_new();
    point->distpoint = DIST_POINT_NAME_new();
    point->distpoint->type = 0;  // fullName
    point->distpoint->name.fullname = GENERAL_NAMES_new();
    sk_GENERAL_NAME_push(point->distpoint->name.fullname, text_name(GEN_URI, url).release());
    sk_DIST_POINT_push(out.get(), point);
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_crl_distribution_points, not_critical, out.get()));
}

ExtensionPtr authority_information(const std::vector<std::string>& ocsp_urls,
                                   const std::vector<std::string>& issuer_urls) {
  InfoAccessPtr out(AUTHORITY_INFO_ACCESS_new());
  add_access(out.get(), NID_ad_OCSP, ocsp_urls);
  add_access(out.get(), NID_ad_ca_issuers, issuer_urls);
  return ExtensionPtr(X509V3_EXT_i2d(NID_info_access, not_critical, out.get()));
}

ExtensionPtr must_staple() {
  // SEQUENCE OF INTEGER with the one value status_request(5).
  const Bytes features{0x30, 0x03, 0x02, 0x01, 0x05};
  return raw("1.3.6.1.5.5.7.1.24", false, features);
}

ExtensionPtr ocsp_no_check() {
  const Bytes null{0x05, 0x00};
  return raw("1.3.6.1.5.5.7.48.1.5", false, null);
}

ExtensionPtr raw(const std::string& oid, bool is_critical, ByteView der) {
  const ObjectPtr object(OBJ_txt2obj(oid.c_str(), 1));
  if (!object) return nullptr;
  return ExtensionPtr(X509_EXTENSION_create_by_OBJ(
      nullptr, object.get(), is_critical ? critical : not_critical, octets(der).get()));
}

Bytes key_id_of(ByteView public_key_bits) {
  Bytes digest(SHA_DIGEST_LENGTH);
  SHA1(public_key_bits.data(), public_key_bits.size(), digest.data());
  return digest;
}

}  // namespace handfast::pki::detail
