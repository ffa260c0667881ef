// `handfast broker ...`: a real broker with our PKI and all its listeners, for use by hand. What
// the verbs do lives in harness/broker; here are options and printing.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds the subcommand `broker` with up, status, down and config. Their callbacks print the result
/// on stdout, problems on stderr, and set `exit_code`, which must live until the program has
/// parsed; `status` sets 3 when no broker runs.
void add_broker_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
