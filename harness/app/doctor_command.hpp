// `handfast doctor`: what this machine gives, what it does not, and what would help.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds the subcommand to `app`; `exit_code` is set when it runs: 0 in order, 1 when something
/// stands in the way.
void add_doctor_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
