// What a certificate, request or key says, as plain values: the one source of inspect's text and
// JSON. Texts come from the file and may hold any bytes.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/tls/openssl.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/extension_facts.hpp"

namespace handfast::pki {

/// A public key, or the public half of a private one: never more.
struct KeyFacts {
  std::string title;      ///< "P-256", "RSA 2048"
  std::string algorithm;  ///< "EC", "RSA", "RSA-PSS", "ED25519"; empty: OpenSSL does not know it
  int bits = 0;
  std::string curve;     ///< "prime256v1"; EC only
  std::string modulus;   ///< hexadecimal; RSA only
  std::string exponent;  ///< decimal; RSA only
  std::string sha256;    ///< of the SubjectPublicKeyInfo, hexadecimal: the "pin"
};

/// RSA-PSS has parameters, the others none.
struct SignatureFacts {
  std::string algorithm;   ///< "ecdsa-with-SHA256"
  std::string oid;         ///< dotted
  std::string parameters;  ///< "SHA256, MGF1 with SHA256, salt of 32 octets"; empty: none
};

struct CertificateFacts {
  int version = 3;
  std::string subject;
  std::string issuer;
  std::string serial;          ///< hexadecimal
  std::string serial_decimal;  ///< the same number as other tools print it
  std::string not_before;      ///< RFC 3339
  std::string not_after;
  std::string key;                  ///< "P-256"
  std::string signature_algorithm;  ///< "ecdsa-with-SHA256"
  std::string subject_key_id;       ///< hexadecimal; empty: none
  std::string authority_key_id;
  std::string fingerprint;       ///< SHA-256
  std::string fingerprint_sha1;  ///< as older tools print it
  bool self_issued = false;
  KeyFacts key_facts;
  SignatureFacts signature;
  ExtensionFacts extensions;
};

struct RequestFacts {
  std::string subject;
  std::string key;
  std::string signature_algorithm;
  bool signature_valid = false;
  KeyFacts key_facts;
  SignatureFacts signature;
  /// "unstructuredName: x", "challengePassword: present" (its value is a secret), or the identifier
  /// of another attribute. The requested extensions are in `extensions`.
  std::vector<std::string> attributes;
  ExtensionFacts extensions;
};

CertificateFacts describe(const X509* certificate);
RequestFacts describe(const X509_REQ* request);
/// `key` may be null: a key that OpenSSL does not know.
KeyFacts describe_key_facts(const EVP_PKEY* key);

/// How long a certificate is still valid, in whole days rounded down; negative: since when it is
/// not.
long days_left(const X509* certificate, WallTime now);
/// "30 days left", "expired 3 days ago", "not valid yet, in 1 days".
std::string remaining_text(const X509* certificate, WallTime now);

}  // namespace handfast::pki
