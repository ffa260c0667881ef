// One conformance run against one kind of broker. From nothing: mints its material, starts as many
// brokers as the selected rows need listeners that cannot live in one, plays, judges, stops them.
// Or against a broker that others started with material of ours.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/check.hpp"
#include "harness/check/target.hpp"
#include "reports/result.hpp"

namespace handfast::check {

struct SessionOptions {
  std::string driver = "mosquitto";
  std::string binary;               ///< the developer's own build; empty: as installed
  std::filesystem::path directory;  ///< material, configurations and logs go here
  std::optional<Target> target;     ///< a broker that others started, in place of driver and binary
  Selection selection;
  std::function<void(const Progress&)> progress;
  std::function<bool()> stop_requested;
};

struct Session {
  reports::BrokerInfo broker;
  std::vector<reports::CheckResult> checks;  ///< in the order of the catalogue
  bool interrupted = false;
};

/// Problems: an unknown group, id or driver (usage); a broker that is not installed, does not start
/// or cannot be reached (environment). What the broker does wrong is in the results.
Result<Session> run_session(const SessionOptions& options);

}  // namespace handfast::check
