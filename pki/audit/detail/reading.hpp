// A certificate taken apart for judging: fields as they are encoded, and what was wrong with the
// encoding. Nothing here trusts OpenSSL's parser.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"
#include "pki/faults/defect.hpp"
#include "pki/faults/detail/der.hpp"

namespace handfast::pki::detail {

/// A kind and a sentence; the certificate is known to whoever asked.
struct Finding {
  DefectKind kind;
  std::string sentence;
};
using Findings = std::vector<Finding>;

struct NamePart {
  std::string oid;
  std::uint8_t tag = 0;
  Bytes content;
  /// UTF-8, lower case, blanks folded: what RFC 5280 section 7.1 compares.
  std::string folded;
};
/// A distinguished name: relative names in order, each a set of parts.
using ReadName = std::vector<std::vector<NamePart>>;

/// RFC 5280 section 7.1: types equal, values equal without regard to string type, case and blanks.
bool same_name(const ReadName& a, const ReadName& b);
/// True when `name` begins with all relative names of `base`.
bool is_below(const ReadName& name, const ReadName& base);
std::string text_of(const ReadName& name);
ReadName read_name(const der::Value& value);

/// A GeneralName: its context tag (1 e-mail, 2 DNS, 4 directory, 6 URI, 7 address) and value.
struct ReadGeneralName {
  unsigned kind = 0;
  std::string text;    ///< octets of the primitive ones
  ReadName directory;  ///< kind 4
};

struct ReadExtension {
  std::string oid;
  bool critical = false;
  Bytes value;
};

struct ReadConstraints {
  std::vector<ReadGeneralName> permitted;
  std::vector<ReadGeneralName> excluded;
};

struct ReadCertificate {
  Bytes der;  ///< exactly the certificate
  bool parsed = false;
  Findings findings;  ///< of the encoding

  int version = 1;
  Bytes serial;
  Bytes tbs;  ///< as signed
  der::Value inner_algorithm;
  der::Value outer_algorithm;
  ReadName issuer;
  ReadName subject;
  std::int64_t not_before = 0;  ///< seconds since 1970
  std::int64_t not_after = 0;
  Bytes key_info;  ///< SubjectPublicKeyInfo
  der::Value key_value;
  Bytes signature;
  std::vector<ReadExtension> extensions;
  tls::PkeyPtr key;  ///< null when OpenSSL cannot decode it

  // From the extensions.
  bool has_constraints = false;  ///< basicConstraints
  bool constraints_critical = false;
  bool ca = false;
  std::optional<int> path_length;
  std::optional<std::uint16_t> key_usage;  ///< bit n of RFC 5280 is 1 << n
  std::optional<std::vector<std::string>> extended_usages;
  std::optional<std::vector<ReadGeneralName>> names;  ///< subjectAltName
  bool names_critical = false;
  Bytes subject_key_id;
  bool has_authority = false;
  Bytes authority_key_id;
  Bytes authority_serial;
  ReadName authority_issuer;
  std::optional<ReadConstraints> name_constraints;
  bool name_constraints_critical = false;
  std::vector<std::string> policies;
  std::optional<int> require_explicit_policy;
  bool must_staple = false;

  /// Version 1, which cannot say what it lacks.
  bool bare() const { return version == 1 && extensions.empty(); }
  bool self_issued() const { return same_name(issuer, subject); }
};

/// Never fails: octets that are no certificate come back with `parsed` false and a finding.
ReadCertificate read_certificate(ByteView der);

/// Fills what the extensions say and judges their encoding.
void read_extensions(ReadCertificate& out);
/// UTCTime or GeneralizedTime in any BER form; a form that RFC 5280 forbids is a finding.
std::optional<std::int64_t> read_time(const der::Value& value, Findings& findings);
/// Judges a distinguished name's strings.
void judge_strings(const ReadName& name, Findings& findings);

}  // namespace handfast::pki::detail
