// One conformance run against one kind of broker, from nothing: mints its material, starts as many
// brokers as the selected rows need listeners that cannot live in one, plays, judges, stops them.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/check.hpp"
#include "reports/result.hpp"

namespace handfast::check {

struct SessionOptions {
  std::string driver = "mosquitto";
  std::string binary;               ///< the developer's own build; empty: as installed
  std::filesystem::path directory;  ///< material, configurations and logs go here
  Selection selection;
  std::function<void(const Progress&)> progress;
  std::function<bool()> stop_requested;
};

struct Session {
  reports::BrokerInfo broker;
  std::vector<reports::CheckResult> checks;  ///< in the order of the catalogue
  bool interrupted = false;
};

/// Problems: an unknown group, id or driver (usage); a broker that is not installed or does not
/// start (environment). What the broker does wrong is in the results.
Result<Session> run_session(const SessionOptions& options);

}  // namespace handfast::check
