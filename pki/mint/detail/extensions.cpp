#include "pki/mint/detail/extensions.hpp"

#include <openssl/sha.h>

namespace handfast::pki::detail {

namespace {

using BasicConstraintsPtr = tls::OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using ExtendedKeyUsagePtr = tls::OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using AuthorityKeyIdPtr = tls::OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using OctetStringPtr = tls::OpensslPtr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using BitStringPtr = tls::OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using GeneralNamesPtr = tls::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;
using GeneralNamePtr = tls::OpensslPtr<GENERAL_NAME, GENERAL_NAME_free>;

constexpr int critical = 1;
constexpr int not_critical = 0;

// Bit numbers of KeyUsage (RFC 5280 section 4.2.1.3).
constexpr int digital_signature = 0;
constexpr int key_encipherment = 2;
constexpr int key_cert_sign = 5;
constexpr int crl_sign = 6;

OctetStringPtr octets(ByteView bytes) {
  OctetStringPtr out(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(out.get(), bytes.data(), static_cast<int>(bytes.size()));
  return out;
}

GeneralNamePtr general_name(const AltName& name) {
  GeneralNamePtr out(GENERAL_NAME_new());
  if (name.kind == AltNameKind::ip) {
    GENERAL_NAME_set0_value(out.get(), GEN_IPADD, a2i_IPADDRESS(name.value.c_str()));
    return out;
  }
  auto* text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, name.value.data(), static_cast<int>(name.value.size()));
  const int type = name.kind == AltNameKind::dns   ? GEN_DNS
                   : name.kind == AltNameKind::uri ? GEN_URI
                                                   : GEN_EMAIL;
  GENERAL_NAME_set0_value(out.get(), type, text);
  return out;
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

ExtensionPtr key_usage(Profile profile, bool rsa) {
  BitStringPtr bits(ASN1_BIT_STRING_new());
  if (profile == Profile::ca) {
    ASN1_BIT_STRING_set_bit(bits.get(), key_cert_sign, 1);
    ASN1_BIT_STRING_set_bit(bits.get(), crl_sign, 1);
  } else {
    ASN1_BIT_STRING_set_bit(bits.get(), digital_signature, 1);
    if (rsa && profile != Profile::client) ASN1_BIT_STRING_set_bit(bits.get(), key_encipherment, 1);
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_key_usage, critical, bits.get()));
}

ExtensionPtr extended_key_usage(Profile profile) {
  if (profile == Profile::ca) return nullptr;
  ExtendedKeyUsagePtr usages(EXTENDED_KEY_USAGE_new());
  if (profile != Profile::client) {
    sk_ASN1_OBJECT_push(usages.get(), OBJ_nid2obj(NID_server_auth));
  }
  if (profile != Profile::server) {
    sk_ASN1_OBJECT_push(usages.get(), OBJ_nid2obj(NID_client_auth));
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_ext_key_usage, not_critical, usages.get()));
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

ExtensionPtr alt_names(const std::vector<AltName>& names) {
  GeneralNamesPtr list(GENERAL_NAMES_new());
  for (const auto& name : names) {
    sk_GENERAL_NAME_push(list.get(), general_name(name).release());
  }
  return ExtensionPtr(X509V3_EXT_i2d(NID_subject_alt_name, not_critical, list.get()));
}

Bytes key_id_of(ByteView public_key_bits) {
  Bytes digest(SHA_DIGEST_LENGTH);
  SHA1(public_key_bits.data(), public_key_bits.size(), digest.data());
  return digest;
}

}  // namespace handfast::pki::detail
