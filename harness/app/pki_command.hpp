// `handfast pki ...`: the PKI's verbs on the command line. What they do lives in pki/; here are
// options and printing.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds the subcommand `pki` with init, apply, inspect, match and verify. Their callbacks print the
/// result on stdout, problems on stderr, and set `exit_code`, which must live until the program has
/// parsed.
void add_pki_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
