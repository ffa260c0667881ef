// Key and trust stores for a JVM in its own format, JKS, which Java still reads without asking.
//
// JKS and not PKCS#12 for two reasons: an entry holds its chain as a list, so the broker sends what
// the PEM file says and in that order, also when that is wrong on purpose (Java builds the chain of
// a PKCS#12 entry anew, from issuer to issuer); and a trusted certificate needs no attribute of
// Oracle's to count as one.
#pragma once

#include <string>
#include <string_view>

#include "core/base/problem.hpp"

namespace handfast::broker::activemq {

/// A store with one private key and its chain, both PEM. Environment problem naming `where` when
/// either cannot be read.
Result<std::string> key_store(const std::string& key_pem, const std::string& chain_pem,
                              std::string_view password, const std::string& where);

/// A store with the certificates of a PEM text as trusted ones.
Result<std::string> trust_store(const std::string& anchors_pem, std::string_view password,
                                const std::string& where);

}  // namespace handfast::broker::activemq
