#include "pki/formats/detail/asn1_text.hpp"

#include <fmt/format.h>
#include <openssl/rsa.h>

#include <array>
#include <ctime>

namespace handfast::pki::detail {

namespace {

using PssPtr = tls::OpensslPtr<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free>;

/// "SHA256"; SHA-1 where it is left out (RFC 4055 section 3.1).
std::string hash_name(const X509_ALGOR* algorithm) {
  if (algorithm == nullptr) return "SHA1";
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const char* name = OBJ_nid2sn(OBJ_obj2nid(object));
  return name != nullptr && OBJ_obj2nid(object) != NID_undef ? name : oid_text(object);
}

}  // namespace

std::string oid_text(const ASN1_OBJECT* object) {
  if (object == nullptr) return "?";
  std::array<char, 256> text{};
  return OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1) > 0 ? text.data() : "?";
}

std::string oid_name(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  const char* name = nid == NID_undef ? nullptr : OBJ_nid2sn(nid);
  return name != nullptr ? name : oid_text(object);
}

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
      return oid_text(object);
  }
}

std::string integer_hex(const ASN1_INTEGER* number) {
  if (number == nullptr) return {};
  const auto digits = to_hex(octets(number));
  return (ASN1_STRING_type(number) & V_ASN1_NEG) != 0 ? "-" + digits : digits;
}

std::string integer_decimal(const ASN1_INTEGER* number) {
  if (number == nullptr) return {};
  const tls::BignumPtr value(ASN1_INTEGER_to_BN(number, nullptr));
  char* digits = value ? BN_bn2dec(value.get()) : nullptr;
  std::string out = digits != nullptr ? digits : "";
  OPENSSL_free(digits);
  return out;
}

std::string time_text(const ASN1_TIME* time) {
  if (time == nullptr) return {};
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "not a time";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

ByteView octets(const ASN1_STRING* string) {
  if (string == nullptr || ASN1_STRING_get0_data(string) == nullptr) return {};
  return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

std::string octets_hex(const ASN1_STRING* string) { return to_hex(octets(string)); }

std::string hex_dump(ByteView bytes, std::size_t limit) {
  if (bytes.size() <= limit) return "0x" + to_hex(bytes);
  return fmt::format("0x{}... ({} octets)", to_hex(bytes.first(limit)), bytes.size());
}

std::string algorithm_name(int nid) {
  const char* name = nid == NID_undef ? nullptr : OBJ_nid2ln(nid);
  return name != nullptr ? name : "unknown";
}

std::string algorithm_name(const X509_ALGOR* algorithm) {
  if (algorithm == nullptr) return "unknown";
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int nid = OBJ_obj2nid(object);
  return nid == NID_undef ? oid_text(object) : OBJ_nid2ln(nid);
}

std::string signature_parameters(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(&object, &type, &value, algorithm);
  if (OBJ_obj2nid(object) != NID_rsassaPss || type != V_ASN1_SEQUENCE) return {};
  const PssPtr pss(static_cast<RSA_PSS_PARAMS*>(
      ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), ASN1_ITEM_rptr(RSA_PSS_PARAMS))));
  if (!pss) return "broken parameters";
  const tls::OpensslPtr<X509_ALGOR, X509_ALGOR_free> mask(
      pss->maskGenAlgorithm == nullptr
          ? nullptr
          : static_cast<X509_ALGOR*>(ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_ALGOR),
                                                               pss->maskGenAlgorithm->parameter)));
  return fmt::format("{}, MGF1 with {}, salt of {} octets", hash_name(pss->hashAlgorithm),
                     hash_name(mask.get()),
                     pss->saltLength == nullptr ? "20" : integer_decimal(pss->saltLength));
}

}  // namespace handfast::pki::detail
