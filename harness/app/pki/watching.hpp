// `pki watch` as a running program: the clock, the signals and the files around pki::Watch.
#pragma once

#include <filesystem>

#include "harness/app/pki/home_options.hpp"

namespace handfast::app {

struct WatchVerbOptions {
  HomeOptions home;
  bool once = false;
  std::filesystem::path metrics;  ///< empty: what the manifest says
};

/// Looks until SIGINT or SIGTERM, or once. Warnings go to stdout, one line each; what cannot be
/// done goes to stderr, and the next look tries again. Returns the exit code: 0, or with `once`
/// that of `due` over the longest warning time.
int run_watch(const WatchVerbOptions& options);

}  // namespace handfast::app
