// A detached broker told to its user: where it listens, and commands to paste.
#pragma once

#include <optional>
#include <string>

#include "core/stats/resources.hpp"
#include "harness/broker/detached.hpp"

namespace handfast::broker {

/// Several lines: the process, a line for each listener, the files that clients need and the log.
std::string describe(const State& state);

/// Lines that work when pasted into a shell: mosquitto_sub for each native listener, openssl
/// s_client for each TLS one.
std::string example_commands(const State& state);

/// "CPU 1.25 s, memory 13.0 MiB, 14 open files, 1 thread".
std::string describe(const stats::ProcessSample& sample);

/// `word` as one word of a POSIX shell, in quotes only when it needs them.
std::string shell_word(const std::string& word);

}  // namespace handfast::broker
