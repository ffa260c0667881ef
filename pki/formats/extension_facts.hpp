// What the extensions of certificates, requests and CRLs say (RFC 5280 sections 4.2 and 5.2), as
// plain values: a list of all of them in words, and the well-known ones as fields.
#pragma once

#include <openssl/x509.h>

#include <optional>
#include <string>
#include <vector>

namespace handfast::pki {

/// One extension in words.
struct ExtensionFact {
  std::string oid;   ///< dotted
  std::string name;  ///< "keyUsage"; the dotted identifier for an unknown one
  bool critical = false;
  bool known = false;  ///< false: `value` is a dump
  std::string value;   ///< "digitalSignature, keyEncipherment", "0x0500"; may hold any bytes
};

/// Words as RFC 5280 spells them. Texts come from the file and may hold any bytes.
struct ExtensionFacts {
  std::optional<bool> ca;  ///< nullopt: no basicConstraints
  std::optional<int> path_length;
  std::vector<std::string> key_usage;           ///< "digitalSignature"
  std::vector<std::string> extended_key_usage;  ///< "serverAuth"; a dotted OID for unknown ones
  std::vector<std::string> names;               ///< "DNS:localhost", "other:1.2.3;text"

  std::vector<std::string> permitted;  ///< name constraints: "DNS:lab.test", "IP:10.0.0.0/8"
  std::vector<std::string> excluded;
  std::vector<std::string> policies;  ///< dotted
  std::optional<int> require_explicit_policy;
  std::optional<int> inhibit_policy_mapping;
  std::optional<int> inhibit_any_policy;
  std::vector<std::string> crl_urls;     ///< CRL distribution points, full names: "URI:http://..."
  std::vector<std::string> ocsp_urls;    ///< authority information access
  std::vector<std::string> issuer_urls;  ///< CA Issuers
  bool must_staple = false;              ///< TLS feature status_request (RFC 7633)
  bool ocsp_no_check = false;            ///< RFC 6960 section 4.2.2.2.1
  std::string subject_key_id;            ///< hexadecimal; empty: none
  std::string authority_key_id;
  std::string authority_issuer;            ///< of the issuer and serial form: "DirName:CN = root"
  std::string authority_serial;            ///< hexadecimal
  std::string crl_number;                  ///< decimal; CRLs
  std::string delta_base;                  ///< decimal; the CRL that a delta CRL starts from
  std::string issuing_distribution_point;  ///< in words; CRLs

  std::vector<ExtensionFact> all;  ///< in the order of the file
};

/// `extensions` may be null: none. Of an extension that stands there twice the first counts.
ExtensionFacts describe_extensions(const STACK_OF(X509_EXTENSION) * extensions);

}  // namespace handfast::pki
