// Section A11 and client-cv-sha1: what the broker's CertificateRequest says, and clients that go by
// it or do not.
#pragma once

#include <string_view>
#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> request_specs();

// Steps are called "TLS 1.3" and "TLS 1.2". Facts: "schemes", hexadecimal ("0403 0804"), and
// "authorities", a list of names or "none".
inline constexpr std::string_view no_authorities = "none";

// The judges, pure.
/// Records the authorities that are named.
Judgement judge_named_authorities(const ScriptEvidence& evidence);
/// No scheme with MD5, and none with SHA-1 under TLS 1.3 (RFC 8446 section 4.2.3, RFC 9155
/// section 3).
Judgement judge_asked_schemes(Level level, const ScriptEvidence& evidence);
/// All steps but those of the request are clients that must be accepted.
Judgement judge_clients_accepted(Level level, const ScriptEvidence& evidence);

}  // namespace handfast::check
