// The CRLs of a PEM file as the octets between the lines, whatever they hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki::detail {

/// Every "X509 CRL" block in order; other blocks are passed over, nothing is decrypted. Environment
/// problem with `where` for a block that is no base64 or has no end.
Result<std::vector<Bytes>> pem_crl_blocks(std::string_view text, const std::string& where);

}  // namespace handfast::pki::detail
