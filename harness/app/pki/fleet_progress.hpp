// What a long piece of work on a fleet shows and obeys: a progress line with its rate, and Ctrl-C.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "pki/fleet/fleet_bulk.hpp"

namespace handfast::app {

/// SIGINT and SIGTERM set a flag instead of ending the program, as long as this object lives. One
/// at a time.
class StopOnSignal {
 public:
  StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  ~StopOnSignal();
  static bool stopped();
};

/// "devices: 45,056 of 100,000, 24,310/s" on stderr: one refreshed line on a terminal, a plain line
/// every five seconds otherwise.
class FleetProgressLine {
 public:
  explicit FleetProgressLine(std::string name);
  FleetProgressLine(const FleetProgressLine&) = delete;
  FleetProgressLine& operator=(const FleetProgressLine&) = delete;
  ~FleetProgressLine();  ///< clears the refreshed line

  /// The options for work on `threads` threads that reports here and stops on a signal; they refer
  /// to this object.
  pki::BulkOptions options(unsigned threads);
  double wall_seconds() const;  ///< since this object was made

 private:
  bool show(const pki::FleetProgress& progress);

  std::string name_;
  bool terminal_;
  bool open_ = false;  ///< a refreshed line stands on the terminal
  StopOnSignal stop_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point shown_;
};

/// User and system time of the whole process so far.
double cpu_seconds();
/// "100,000".
std::string grouped(std::uint64_t number);

}  // namespace handfast::app
