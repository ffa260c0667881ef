// What `handfast check` does once its command line is read.
#pragma once

#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/check/check.hpp"

namespace handfast::app {

/// Options of the verb; every one has its default here.
struct CheckOptions {
  std::vector<std::string> brokers;  ///< drivers, one after the other; empty: mosquitto
  std::string broker_binary;         ///< empty: as installed
  std::string target;                ///< file or URL of a broker that others started; empty: none
  /// With a URL: the broker's anchors, a client that it lets in, the name that it proves.
  std::string trust, certificate, key, server_name;
  std::string prepare;           ///< folder for what a person needs to start one; empty: not
  bool may_load_remote = false;  ///< a target outside loopback and private ranges is ours to try
  check::Selection selection;
  std::string baseline;          ///< empty: none
  bool update_baseline = false;  ///< rewrite it from what was seen
  std::string out = "out/check";
  std::string junit, markdown, html;  ///< files to write; empty: not
  std::string output = "text";
  bool verbose = false;
  std::string command_line;  ///< for the report, so that the run can be repeated
};

/// Checks every broker, compares with the baseline, writes and prints the matrix. Answers the exit
/// code. A problem means that nothing was started, or that a report could not be written. The first
/// Ctrl-C ends the run in order, the second one the program.
Result<int> run_check(const CheckOptions& options);

}  // namespace handfast::app
