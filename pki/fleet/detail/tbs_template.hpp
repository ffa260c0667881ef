// A certificate with holes: everything that the members of a fleet share is kept as the bytes it
// is, and each member's own values are put between them. No object is built, nothing is encoded
// twice.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

/// What is different in each member.
struct TbsValues {
  ByteView serial;               ///< big-endian magnitude, 1 to 20 octets
  ByteView validity;             ///< DER of Validity, see validity_der
  std::string_view common_name;  ///< UTF-8; not used when the sample has no common name
  ByteView key;                  ///< DER of SubjectPublicKeyInfo
  ByteView key_id;               ///< the octets of the subject key identifier
  ByteView alt_names;            ///< GeneralName elements; not used when the sample has none
};

/// Thread-safe once made.
class TbsTemplate {
 public:
  /// Learns from a certificate that `issue` made with values of its own. Internal problem for one
  /// that is not of version 3.
  static Result<TbsTemplate> of(const X509* sample);

  /// Appends the DER of a TBSCertificate (RFC 5280 section 4.1.2).
  void stamp(const TbsValues& values, Bytes& out) const;
  /// DER of the signature's AlgorithmIdentifier.
  ByteView algorithm() const { return algorithm_; }

 private:
  enum class Hole : std::uint8_t { none, key_id, alt_names };
  /// One extension: whole, or what stands before the OCTET STRING whose content is a member's own.
  struct Extension {
    Hole hole = Hole::none;
    Bytes bytes;
  };

  bool read(ByteView tbs);
  bool read_subject(ByteView rdns);
  bool read_extensions(ByteView wrapped);
  std::size_t subject_octets(const TbsValues& values) const;
  void put_subject(const TbsValues& values, Bytes& out) const;
  static std::size_t inner_octets(Hole hole, const TbsValues& values);
  void put_extensions(const TbsValues& values, std::size_t octets, Bytes& out) const;

  Bytes algorithm_;
  Bytes version_;
  Bytes between_;         ///< signature algorithm and issuer
  Bytes subject_before_;  ///< RDNs before the common name
  Bytes subject_after_;
  std::uint8_t name_tag_ = 0;  ///< string type of the common name; 0: the sample has none
  std::vector<Extension> extensions_;
};

/// DER of Validity: UTCTime through 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5).
Bytes validity_der(WallTime not_before, WallTime not_after);

}  // namespace handfast::pki::detail
