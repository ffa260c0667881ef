// What every verb that runs a scenario shares: the plan, the run with its progress, and the
// reports.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/scenario/model.hpp"

namespace CLI {
class App;
}

namespace handfast::app {

/// Options of such a verb; every one has its default here.
struct ExecuteOptions {
  std::string out;            ///< empty: out/NAME of the scenario
  std::string broker_binary;  ///< empty: as installed
  std::string output = "text";
  unsigned workers = 0;  ///< 0: half of the cores, at least one
  std::string shard;     ///< "I/N" or "env/N"; empty: the whole load
  std::string start_at;  ///< when the load begins; empty: when all stands ready
  std::string metrics;   ///< where Prometheus may scrape the load: "[HOST:]PORT"; empty: nowhere
  std::string key_log;   ///< file for the TLS secrets of the fleets; empty: nothing is written
  bool dry_run = false;
  bool exceed_limits = false;  ///< runs what the plan says does not fit this machine
  bool may_load_remote = false;
  std::string command_line;  ///< for the result, so that the run can be repeated
};

/// `words` as a command line that a shell reads back as them.
std::string quoted(const std::vector<std::string>& words);

/// Declares the options that all such verbs have.
void add_execute_options(CLI::App& command, ExecuteOptions& options);

/// Runs `scenario`, or only prints its plan, and writes its reports. Answers the exit code. The
/// first Ctrl-C ends the run in order, the second one the program.
Result<int> execute(const scenario::Scenario& scenario, const ExecuteOptions& options);

}  // namespace handfast::app
