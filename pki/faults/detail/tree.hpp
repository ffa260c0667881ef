// One certificate as an ASN.1 tree: where its fields are, changing its extensions, and signing it
// again. The way to what X.509 libraries refuse to write.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/faults/detail/der.hpp"
#include "pki/mint/signature.hpp"

namespace handfast::pki::detail {

namespace oid {
inline constexpr std::string_view subject_key_id = "2.5.29.14";
inline constexpr std::string_view key_usage = "2.5.29.15";
inline constexpr std::string_view alt_name = "2.5.29.17";
inline constexpr std::string_view basic_constraints = "2.5.29.19";
inline constexpr std::string_view name_constraints = "2.5.29.30";
inline constexpr std::string_view policies = "2.5.29.32";
inline constexpr std::string_view authority_key_id = "2.5.29.35";
inline constexpr std::string_view policy_constraints = "2.5.29.36";
inline constexpr std::string_view extended_key_usage = "2.5.29.37";
inline constexpr std::string_view common_name = "2.5.4.3";
/// RFC 5612's arc for documentation: nobody knows it, which is the point.
inline constexpr std::string_view unknown = "1.3.6.1.4.1.32473.1.9";
}  // namespace oid

class CertificateTree {
 public:
  /// Internal problem for octets that are no certificate.
  static Result<CertificateTree> of(ByteView der);

  der::Value& root() { return root_; }
  der::Value& tbs() { return root_.children[0]; }
  der::Value& outer_algorithm() { return root_.children[1]; }
  der::Value& signature() { return root_.children[2]; }

  bool has_version() const { return root_.children[0].children[0].tag == der::tag::context_of(0); }
  void remove_version();
  der::Value& version() { return tbs().children[0].children[0]; }  ///< the INTEGER
  der::Value& serial() { return field(0); }
  der::Value& algorithm() { return field(1); }
  der::Value& issuer() { return field(2); }
  der::Value& validity() { return field(3); }
  der::Value& not_before() { return field(3).children[0]; }
  der::Value& not_after() { return field(3).children[1]; }
  der::Value& subject() { return field(4); }
  der::Value& key() { return field(5); }

  void remove_extensions();
  void remove_extension(std::string_view oid);
  /// Nullptr when there is none.
  der::Value* extension(std::string_view oid);
  /// Replaces the value and criticality of one, or adds it at the end.
  void set_extension(std::string_view oid, bool critical, const Bytes& value);
  void add_extension(std::string_view oid, bool critical, const Bytes& value);
  /// The octets inside the OCTET STRING.
  static Bytes& value_of(der::Value& extension) { return extension.children.back().content; }

  /// Signs the TBS as it now is. `options` must be those that the algorithm fields speak of.
  Result<void> sign(EVP_PKEY* key, const SignatureOptions& options);
  Bytes encode() const { return der::encode(root_); }

 private:
  der::Value& field(std::size_t index) { return tbs().children[index + (has_version() ? 1 : 0)]; }
  std::vector<der::Value>& extensions();
  der::Value root_;
};

}  // namespace handfast::pki::detail
