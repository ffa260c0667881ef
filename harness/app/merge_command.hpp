// handfast merge: one result out of those of all shards of a load.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds the subcommand. When it runs, `exit_code` becomes that of the merged result.
void add_merge_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
