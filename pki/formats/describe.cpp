#include "pki/formats/describe.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>

#include <array>
#include <chrono>

#include "core/base/text.hpp"
#include "pki/formats/detail/asn1_text.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

namespace {

std::string digest_hex(const EVP_MD* digest, ByteView bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, digest, nullptr) != 1) return {};
  return to_hex({out.data(), size});
}

std::string sha1_fingerprint(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha1(), out.data(), &size) != 1) return {};
  return to_hex({out.data(), size});
}

/// A number of a public key; empty when it has none of that name.
tls::BignumPtr key_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* out = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &out) != 1) return {};
  return tls::BignumPtr(out);
}

template <class Print>
std::string number_text(const tls::BignumPtr& number, Print print) {
  char* text = number ? print(number.get()) : nullptr;
  std::string out = text != nullptr ? text : "";
  OPENSSL_free(text);
  return out;
}

std::string lower(std::string text) {
  for (auto& c : text) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

SignatureFacts describe_signature(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return {.algorithm = detail::algorithm_name(OBJ_obj2nid(object)),
          .oid = detail::oid_text(object),
          .parameters = detail::signature_parameters(algorithm)};
}

std::string attribute_text(X509_ATTRIBUTE* attribute) {
  auto* object = X509_ATTRIBUTE_get0_object(attribute);
  const int nid = OBJ_obj2nid(object);
  if (nid == NID_pkcs9_challengePassword) return "challengePassword: present";
  if (nid == NID_ext_req || nid == NID_ms_ext_req) return {};
  const auto name = detail::oid_name(object);
  const ASN1_TYPE* value = X509_ATTRIBUTE_get0_type(attribute, 0);
  const int type = value == nullptr ? 0 : ASN1_TYPE_get(value);
  if (type == V_ASN1_UTF8STRING || type == V_ASN1_IA5STRING || type == V_ASN1_PRINTABLESTRING) {
    return fmt::format("{}: {}", name, as_text(detail::octets(value->value.asn1_string)));
  }
  return name;
}

std::vector<std::string> attribute_texts(const X509_REQ* request) {
  std::vector<std::string> out;
  for (int i = 0; i < X509_REQ_get_attr_count(request); ++i) {
    auto text = attribute_text(X509_REQ_get_attr(request, i));
    if (!text.empty()) out.push_back(std::move(text));
  }
  return out;
}

using TimePtr = tls::OpensslPtr<ASN1_TIME, ASN1_TIME_free>;

TimePtr asn1_time(WallTime time) {
  return TimePtr(ASN1_TIME_set(
      nullptr, std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count()));
}

/// Whole days, rounded down; 0 for what is no time.
long days_between(const ASN1_TIME* from, const ASN1_TIME* to) {
  int days = 0;
  int seconds = 0;  // of the same sign as the days
  if (ASN1_TIME_diff(&days, &seconds, from, to) != 1) return 0;
  return seconds < 0 ? days - 1L : days;
}

}  // namespace

KeyFacts describe_key_facts(const EVP_PKEY* key) {
  KeyFacts out;
  out.title = describe_key(key);
  if (key == nullptr) return out;
  const char* algorithm = EVP_PKEY_get0_type_name(key);
  out.algorithm = algorithm != nullptr ? algorithm : "";
  out.bits = EVP_PKEY_get_bits(key);
  std::array<char, 80> curve{};
  std::size_t length = 0;
  if (out.algorithm == "EC" &&
      EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &length) == 1) {
    out.curve = curve.data();
  }
  out.modulus = lower(number_text(key_number(key, OSSL_PKEY_PARAM_RSA_N), BN_bn2hex));
  out.exponent = number_text(key_number(key, OSSL_PKEY_PARAM_RSA_E), BN_bn2dec);
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size > 0) out.sha256 = digest_hex(EVP_sha256(), {der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  tls::drain_errors();
  return out;
}

CertificateFacts describe(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const X509_NAME* issuer = X509_get_issuer_name(certificate);
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  CertificateFacts out{
      .version = static_cast<int>(X509_get_version(certificate)) + 1,
      .subject = name_text(subject),
      .issuer = name_text(issuer),
      .serial = serial_hex(certificate),
      .serial_decimal = detail::integer_decimal(X509_get0_serialNumber(certificate)),
      .not_before = detail::time_text(X509_get0_notBefore(certificate)),
      .not_after = detail::time_text(X509_get0_notAfter(certificate)),
      .key = describe_key(key),
      .signature_algorithm = detail::algorithm_name(X509_get_signature_nid(certificate)),
      .subject_key_id = {},
      .authority_key_id = {},
      .fingerprint = fingerprint(certificate),
      .fingerprint_sha1 = sha1_fingerprint(certificate),
      .self_issued = X509_NAME_cmp(subject, issuer) == 0,
      .key_facts = describe_key_facts(key),
      .signature = describe_signature(algorithm),
      .extensions = describe_extensions(X509_get0_extensions(certificate))};
  out.subject_key_id = out.extensions.subject_key_id;
  out.authority_key_id = out.extensions.authority_key_id;
  tls::drain_errors();
  return out;
}

RequestFacts describe(const X509_REQ* request) {
  auto* plain = const_cast<X509_REQ*>(request);  // OpenSSL's getters of requests do not know const
  EVP_PKEY* key = X509_REQ_get0_pubkey(plain);
  const X509_ALGOR* algorithm = nullptr;
  X509_REQ_get0_signature(request, nullptr, &algorithm);
  RequestFacts out{
      .subject = name_text(X509_REQ_get_subject_name(request)),
      .key = describe_key(key),
      .signature_algorithm = detail::algorithm_name(X509_REQ_get_signature_nid(request)),
      .signature_valid = key != nullptr && X509_REQ_verify(plain, key) == 1,
      .key_facts = describe_key_facts(key),
      .signature = describe_signature(algorithm),
      .attributes = attribute_texts(request),
      .extensions = {}};
  STACK_OF(X509_EXTENSION)* extensions = X509_REQ_get_extensions(plain);
  out.extensions = describe_extensions(extensions);
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  tls::drain_errors();
  return out;
}

long days_left(const X509* certificate, WallTime now) {
  return days_between(asn1_time(now).get(), X509_get0_notAfter(certificate));
}

std::string remaining_text(const X509* certificate, WallTime now) {
  const auto moment = asn1_time(now);
  const auto* begin = X509_get0_notBefore(certificate);
  const auto* end = X509_get0_notAfter(certificate);
  if (ASN1_TIME_compare(begin, moment.get()) == 1) {
    return fmt::format("not valid yet, in {} days", days_between(moment.get(), begin));
  }
  if (ASN1_TIME_compare(end, moment.get()) == -1) {
    return fmt::format("expired {} days ago", days_between(end, moment.get()));
  }
  return fmt::format("{} days left", days_between(moment.get(), end));
}

}  // namespace handfast::pki
