// handfast report: works on a result file that an earlier run wrote.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds `report RESULT.json [--html FILE] [--junit FILE]` to `app`; without options it prints the
/// terminal summary. Its callback sets `exit_code`: 0 when the report was made, whatever the result
/// says, 2 for a file that is no result, 3 for files that cannot be read or written. `app` and
/// `exit_code` must outlive the parsing.
void add_report_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
