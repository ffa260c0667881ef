// The order of the certificates in a chain or bundle, computed from who issued whom: files come in
// any order, peers want one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki {

/// What becomes of self-issued certificates, and which way round the bundle goes.
enum class RootPlace : std::uint8_t {
  last,   ///< every certificate before its issuer: leaf, intermediates, root
  none,   ///< the same without roots: what a TLS server sends (RFC 8446 section 4.4.2)
  first,  ///< the other way round: root first, and the lowest authority last, where EMQX's
          ///< partial_chain looks for its anchor
};
std::string_view to_string(RootPlace place);
/// Usage problem with a suggestion for anything but "last", "none" and "first".
Result<RootPlace> parse_root_place(std::string_view text);

/// True when `issuer` signed `certificate`: the names fit and the signature verifies. Whether it
/// was allowed to is the verifier's to say.
bool issued(X509* issuer, X509* certificate);
/// Names fit and it signed itself.
bool is_self_signed(X509* certificate);

/// `certificates` (not owned) in order, each once; equal input in another order gives the same
/// chains, and independent chains stay in the order in which they came. Environment problem when
/// certificates issued each other in a circle, or when nothing is left.
Result<std::vector<X509*>> in_order(const std::vector<X509*>& certificates, RootPlace place,
                                    const std::string& where);

/// The certificate of `key` first, then its issuers as far as `certificates` has them; those that
/// are not on the way are left out. Environment problem when none belongs to the key.
Result<std::vector<X509*>> chain_of(const EVP_PKEY* key, const std::vector<X509*>& certificates,
                                    const std::string& where);

}  // namespace handfast::pki
