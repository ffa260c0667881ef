// OCSP over HTTP GET: the request as the last part of the path (RFC 6960 appendix A.1).
#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki {

/// What to append to "URL/" to ask: base64, percent-encoded where it has to be.
std::string ocsp_get_path(ByteView request);
/// The request in that part of a path: percent-decoded, then base64 (missing padding is
/// tolerated). Usage problem when it is no base64.
Result<Bytes> ocsp_request_in_path(std::string_view path);

}  // namespace handfast::pki
