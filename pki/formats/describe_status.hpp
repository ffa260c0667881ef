// What CRLs and OCSP responses say, as plain values. Texts come from the file and may hold any
// bytes. Whether a signature is good, and by whom, is the audit's to say.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pki/formats/credentials.hpp"
#include "pki/formats/extension_facts.hpp"

namespace handfast::pki {

struct RevokedFacts {
  std::string serial;  ///< hexadecimal
  std::string serial_decimal;
  std::string revoked_at;          ///< RFC 3339
  std::string reason;              ///< "keyCompromise"; empty: none is given
  std::string invalid_since;       ///< RFC 3339; empty: not said
  std::string certificate_issuer;  ///< of indirect CRLs; empty: the CRL's own
};

/// RFC 5280 section 5.
struct RevocationListFacts {
  int version = 2;
  std::string issuer;
  std::string this_update;  ///< RFC 3339
  std::string next_update;  ///< empty: none
  std::string signature_algorithm;
  std::string fingerprint;  ///< SHA-256
  std::size_t revoked_count = 0;
  std::vector<RevokedFacts> revoked;  ///< the first ones, see `describe`
  ExtensionFacts extensions;
};

/// The answer for one certificate.
struct OcspSingleFacts {
  std::string serial;
  std::string serial_decimal;
  std::string hash;              ///< of the two below: "sha1"
  std::string issuer_name_hash;  ///< hexadecimal
  std::string issuer_key_hash;
  std::string status;  ///< "good", "revoked", "unknown"
  std::string revoked_at;
  std::string reason;
  std::string this_update;
  std::string next_update;
};

/// RFC 6960 section 4.2.
struct OcspFacts {
  std::string response_status;  ///< "successful", "tryLater", ...
  std::string responder;        ///< "name CN = x" or "key 0a1b..."
  std::string produced_at;
  std::string signature_algorithm;
  std::string nonce;                      ///< hexadecimal of the extension's value; empty: none
  std::vector<std::string> certificates;  ///< subjects of those inside
  std::vector<OcspSingleFacts> singles;
};

/// Lists at most `most_entries` revoked certificates; the count is of all.
RevocationListFacts describe(const X509_CRL* crl, std::size_t most_entries = 100'000);
OcspFacts describe(const OCSP_RESPONSE* response);

}  // namespace handfast::pki
