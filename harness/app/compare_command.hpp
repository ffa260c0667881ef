// handfast compare: what changed between two sides of runs, with noise taken into account.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds `compare --base A.json... --new B.json...` to `app`. Its callback sets `exit_code`: 0
/// without a regression, 1 with one, 2 for runs that may not be compared, 3 for files that cannot
/// be read or written, 5 for runs that are not valid. `app` and `exit_code` must outlive the
/// parsing.
void add_compare_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
