#include "pki/formats/describe.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

namespace {

using ExtensionStack = STACK_OF(X509_EXTENSION);

/// The decoded extension `nid` from a stack, freed by its deleter; null when absent, broken or
/// doubled.
template <class Pointer>
Pointer find_extension(const ExtensionStack* stack, int nid) {
  using Value = typename Pointer::element_type;
  return Pointer(static_cast<Value*>(X509V3_get_d2i(stack, nid, nullptr, nullptr)));
}

using BasicConstraintsPtr = tls::OpensslPtr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using BitStringPtr = tls::OpensslPtr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using ExtendedKeyUsagePtr = tls::OpensslPtr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using GeneralNamesPtr = tls::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;

/// In the order of their bits (RFC 5280 section 4.2.1.3).
constexpr std::array<const char*, 9> key_usages{
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign",      "cRLSign",        "encipherOnly",    "decipherOnly"};

/// RFC 5280 section 4.2.1.12 spells them so; OpenSSL's short names are its own.
std::string usage_name(const ASN1_OBJECT* object) {
  switch (OBJ_obj2nid(object)) {
    case NID_server_auth:
      return "serverAuth";
    case NID_client_auth:
      return "clientAuth";
    case NID_code_sign:
      return "codeSigning";
    case NID_email_protect:
      return "emailProtection";
    case NID_time_stamp:
      return "timeStamping";
    case NID_OCSP_sign:
      return "OCSPSigning";
    case NID_anyExtendedKeyUsage:
      return "anyExtendedKeyUsage";
    default:
      break;
  }
  std::array<char, 128> oid{};
  OBJ_obj2txt(oid.data(), oid.size(), object, 1);
  return oid.data();
}

std::string ip_text(ByteView address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.size() == 4 ? AF_INET : AF_INET6;
  if (address.size() != 4 && address.size() != 16) return "0x" + to_hex(address);
  return inet_ntop(family, address.data(), text.data(), text.size());
}

std::string general_name_text(const GENERAL_NAME* name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(name, &type);
  if (type == GEN_DIRNAME) return "DirName:" + name_text(static_cast<const X509_NAME*>(value));
  if (type != GEN_DNS && type != GEN_IPADD && type != GEN_URI && type != GEN_EMAIL)
    return "other name";
  const auto* string = static_cast<const ASN1_STRING*>(value);
  const ByteView bytes(ASN1_STRING_get0_data(string),
                       static_cast<std::size_t>(ASN1_STRING_length(string)));
  if (type == GEN_IPADD) return "IP:" + ip_text(bytes);
  const char* kind = type == GEN_DNS ? "DNS" : type == GEN_URI ? "URI" : "email";
  return fmt::format("{}:{}", kind, as_text(bytes));
}

ExtensionFacts describe_extensions(const ExtensionStack* stack) {
  ExtensionFacts out;
  if (auto basic = find_extension<BasicConstraintsPtr>(stack, NID_basic_constraints)) {
    out.ca = basic->ca != 0;
    if (basic->pathlen != nullptr)
      out.path_length = static_cast<int>(ASN1_INTEGER_get(basic->pathlen));
  }
  if (auto bits = find_extension<BitStringPtr>(stack, NID_key_usage)) {
    for (std::size_t bit = 0; bit < key_usages.size(); ++bit) {
      if (ASN1_BIT_STRING_get_bit(bits.get(), static_cast<int>(bit)) != 0)
        out.key_usage.emplace_back(key_usages[bit]);
    }
  }
  if (auto usages = find_extension<ExtendedKeyUsagePtr>(stack, NID_ext_key_usage)) {
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
      out.extended_key_usage.push_back(usage_name(sk_ASN1_OBJECT_value(usages.get(), i)));
    }
  }
  if (auto names = find_extension<GeneralNamesPtr>(stack, NID_subject_alt_name)) {
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
      out.names.push_back(general_name_text(sk_GENERAL_NAME_value(names.get(), i)));
    }
  }
  return out;
}

std::string algorithm_name(int nid) {
  const char* name = OBJ_nid2ln(nid);
  return name != nullptr ? name : "unknown";
}

/// Straight from ASN.1: certificates may end in the year 9999, which our clock cannot hold.
std::string asn1_time_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "not a time";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string decimal(const ASN1_INTEGER* number) {
  const tls::BignumPtr value(ASN1_INTEGER_to_BN(number, nullptr));
  char* digits = value ? BN_bn2dec(value.get()) : nullptr;
  std::string out = digits != nullptr ? digits : "";
  OPENSSL_free(digits);
  return out;
}

std::string hex(const ASN1_OCTET_STRING* string) {
  if (string == nullptr) return {};
  return to_hex(
      {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))});
}

}  // namespace

CertificateFacts describe(const X509* certificate) {
  // The getters of key identifiers fill caches inside the object, under OpenSSL's own lock.
  auto* cached = const_cast<X509*>(certificate);
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  CertificateFacts out{.version = static_cast<int>(X509_get_version(certificate)) + 1,
                       .subject = name_text(subject),
                       .issuer = name_text(issuer),
                       .serial = serial_hex(certificate),
                       .serial_decimal = decimal(X509_get0_serialNumber(certificate)),
                       .not_before = asn1_time_text(X509_get0_notBefore(certificate)),
                       .not_after = asn1_time_text(X509_get0_notAfter(certificate)),
                       .key = describe_key(X509_get0_pubkey(certificate)),
                       .signature_algorithm = algorithm_name(X509_get_signature_nid(certificate)),
                       .subject_key_id = hex(X509_get0_subject_key_id(cached)),
                       .authority_key_id = hex(X509_get0_authority_key_id(cached)),
                       .fingerprint = fingerprint(certificate),
                       .self_issued = X509_NAME_cmp(subject, issuer) == 0,
                       .extensions = describe_extensions(X509_get0_extensions(certificate))};
  tls::drain_errors();
  return out;
}

RequestFacts describe(const X509_REQ* request) {
  auto* plain = const_cast<X509_REQ*>(request);  // OpenSSL's getters of requests do not know const
  EVP_PKEY* key = X509_REQ_get0_pubkey(plain);
  RequestFacts out{.subject = name_text(X509_REQ_get_subject_name(request)),
                   .key = describe_key(key),
                   .signature_algorithm = algorithm_name(X509_REQ_get_signature_nid(request)),
                   .signature_valid = key != nullptr && X509_REQ_verify(plain, key) == 1,
                   .extensions = {}};
  ExtensionStack* extensions = X509_REQ_get_extensions(plain);
  out.extensions = describe_extensions(extensions);
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  tls::drain_errors();
  return out;
}

}  // namespace handfast::pki
