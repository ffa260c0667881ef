// How one mutation is made: what it changes before issuing, in the issued certificate's tree (which
// is then signed again), and in the finished octets.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/faults/detail/tree.hpp"
#include "pki/faults/mutation.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki::detail {

/// One certificate in the making.
struct Job {
  CertificateSpec spec;
  tls::PkeyPtr key;        ///< the subject's
  tls::PkeyPtr shown_key;  ///< what is handed out with the certificate; null: `key`
  Issuer issuer;
  tls::PkeyPtr stray;  ///< signs instead of the issuer when not null
  bool may_outlive = false;
  std::optional<Problem> problem = {};

  /// Takes the value, or remembers the problem.
  void take(tls::PkeyPtr& into, Result<tls::PkeyPtr> made) {
    if (made) {
      into = std::move(*made);
    } else {
      problem = made.error();
    }
  }
};

struct Recipe {
  Mutation about;
  std::function<void(Job&)> prepare = {};
  std::function<void(CertificateTree&, Job&)> edit = {};
  std::function<void(Bytes&)> finish = {};
};
using Recipes = std::vector<Recipe>;

Recipes signature_recipes();   ///< signatures and proof of possession
Recipes field_recipes();       ///< version, serial, validity
Recipes extension_recipes();   ///< presence, criticality, key identifiers
Recipes authority_recipes();   ///< basic constraints, usages
Recipes subject_recipes();     ///< distinguished names
Recipes alt_name_recipes();    ///< subjectAltName and size
Recipes constraint_recipes();  ///< name constraints and policies
Recipes key_recipes();         ///< kinds of keys and their encoding
Recipes encoding_recipes();    ///< what is BER and not DER, cut or prolonged

/// Sets or clears an extension's critical flag; absent extensions are left absent.
void set_critical(CertificateTree& tree, std::string_view oid, bool critical);
/// Adds a GeneralName to the subjectAltName, which is made when there is none.
void add_alt_name(CertificateTree& tree, std::uint8_t tag, std::string_view content);

}  // namespace handfast::pki::detail
