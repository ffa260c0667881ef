// What came of a hello or a conversation, as the Step that a judge reads.
#pragma once

#include <string>

#include "harness/check/script.hpp"
#include "harness/probe/hello.hpp"

namespace handfast::check::tls_protocol {

/// Facts of a ServerHello, as far as it says so: version, suite, group, compression, retry,
/// extended_master_secret, renegotiation_info, downgrade mark, max_fragment_length,
/// record_size_limit, largest record.
Step step_of(std::string what, const probe::HelloAnswer& answer);

/// The value of a fact; empty when it is not there.
std::string fact(const Step& step, const std::string& name);
const Step* find_step(const ScriptEvidence& evidence, const std::string& what);

/// "reject: alert protocol_version (70)"
std::string sentence(const Step& step);

}  // namespace handfast::check::tls_protocol
