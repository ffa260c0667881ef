// What both engines do the same way when they judge a server's chain and take a connection's
// settings.
#pragma once

#include <string>

#include "core/tls/client.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::tls {

/// Puts the trust anchors and the flags of the check into `store`. Internal problem for an anchor
/// that OpenSSL does not take.
Result<void> fill_store(X509_STORE* store, const ClientSettings& settings);

/// True for an IPv4 or IPv6 address: it is checked, but never sent as server name.
bool is_ip_literal(const std::string& host);

/// Makes the check ask for `host`, a name or an address (RFC 6125). Usage problem when it cannot be
/// asked for.
Result<void> check_for_host(X509_VERIFY_PARAM* parameters, const std::string& host);

/// RFC 7301 section 3.1: the names, each with its length in one byte. Usage problem for a name that
/// has none or too many.
Result<Bytes> alpn_list(const std::vector<std::string>& names);

/// Usage problem for an identity or a key that TLS cannot carry.
Result<void> check_psk(const ExternalPsk& psk);

}  // namespace handfast::tls
