// The small parts of a certificate that the single and the bulk path share: names, serial, period.
#pragma once

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki::detail {

using NamePtr = tls::OpensslPtr<X509_NAME, X509_NAME_free>;

/// Null when a part is too long or no UTF-8; the manifest reader checks both before.
NamePtr make_name(const Subject& subject);
bool add_common_name(X509_NAME* name, const std::string& common_name);

/// 16 random octets, positive and never shorter (RFC 5280 section 4.1.2.2 allows 20).
bool set_random_serial(X509* certificate);
/// `magnitude` big-endian; leading zero octets are dropped, zero is kept.
bool set_serial(X509* certificate, ByteView magnitude);
/// UTCTime through 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5).
bool set_period(X509* certificate, const Period& period);

}  // namespace handfast::pki::detail
