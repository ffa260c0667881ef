// handfast report: works on a result file that an earlier run wrote.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds `report RESULT.json` with its formats (reports/render.hpp) to `app`, on stdout or in files;
/// without options it prints the terminal summary. A matrix.json of handfast check is read, too.
/// Its callback sets `exit_code`: 0 when the report was made, whatever the result says, 2 for a
/// file that is no result or does not hold what was asked for, 3 for files that cannot be read or
/// written. `app` and `exit_code` must outlive the parsing.
void add_report_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
