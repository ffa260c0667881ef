// What a user names as revoked or issued: serial numbers, certificates, CRLs, and lists of them.
//
//   0a1b2c                                       one serial number, hexadecimal
//   0a1b2c:keyCompromise                         with a reason (RFC 5280 section 5.3.1)
//   0a1b2c:superseded:2026-06-01T12:00:00Z       and since when
//   client.pem:certificateHold                   the certificates of a file
//   second.crl                                   the entries of a CRL
//   revoked.txt                                  a list: one serial as above on each line, "#"
//                                                begins a comment
//
// What reads as a serial number is one: write ./abc for a file of that name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/revocation/crl.hpp"

namespace handfast::pki {

/// Everything that one argument names; `now` is the time of entries that state none. Usage problem
/// with a suggestion for an unknown reason, and with the line for a mistake in a list; environment
/// problem for a file that cannot be read.
Result<std::vector<RevokedEntry>> load_revoked(const std::string& argument, WallTime now);

/// A list's text; `where` names it in problems ("revoked.txt:3").
Result<std::vector<RevokedEntry>> parse_revoked_list(std::string_view text,
                                                     const std::string& where, WallTime now);

/// The serial numbers that one argument names: "0a1b", certificates, or a list.
Result<std::vector<Bytes>> load_issued(const std::string& argument);

}  // namespace handfast::pki
