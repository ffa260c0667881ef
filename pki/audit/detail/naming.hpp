// Host names, subject alternative names and name constraints (RFC 5280 sections 4.2.1.6
// and 4.2.1.10, RFC 9525 section 6).
#pragma once

#include <string>

#include "pki/audit/detail/reading.hpp"

namespace handfast::pki::detail {

/// The entries of subjectAltName as such: impossible DNS names and addresses, wildcards.
void judge_alt_names(const ReadCertificate& certificate, Findings& findings);

/// Whether `host`, a DNS name or an address, is among the names. The common name does not count.
void judge_host(const ReadCertificate& leaf, const std::string& host, Findings& findings);

/// The names of `certificate` against the constraints of one authority above it.
void judge_constraints(const ReadCertificate& certificate, const ReadConstraints& constraints,
                       Findings& findings);

}  // namespace handfast::pki::detail
