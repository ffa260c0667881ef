// The broker of a target file: it is not our process, so its commands stand in for what a driver
// does.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/check/target.hpp"

namespace handfast::check {

/// Runs the restart command, waits until a listener accepts connections (60 s after a restart, 2 s
/// without one), and begins to collect the log in `directory`. Environment problem when the restart
/// fails or nobody listens.
Result<std::unique_ptr<broker::Broker>> attach(const Target& target,
                                               const std::filesystem::path& directory);

}  // namespace handfast::check
