// What a certificate, request or key says, as plain values: the one source of inspect's text and
// JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/tls/openssl.hpp"
#include "pki/formats/credentials.hpp"

namespace handfast::pki {

/// Extensions that certificates and requests share; words as RFC 5280 spells them.
struct ExtensionFacts {
  std::optional<bool> ca;  ///< nullopt: no basicConstraints
  std::optional<int> path_length;
  std::vector<std::string> key_usage;           ///< "digitalSignature"
  std::vector<std::string> extended_key_usage;  ///< "serverAuth"; a dotted OID for unknown ones
  std::vector<std::string> names;               ///< "DNS:localhost"
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
  std::string fingerprint;  ///< SHA-256
  bool self_issued = false;
  ExtensionFacts extensions;
};

struct RequestFacts {
  std::string subject;
  std::string key;
  std::string signature_algorithm;
  bool signature_valid = false;
  ExtensionFacts extensions;
};

CertificateFacts describe(const X509* certificate);
RequestFacts describe(const X509_REQ* request);

}  // namespace handfast::pki
