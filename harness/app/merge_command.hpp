// handfast merge: one result out of those of all shards of a load.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace handfast::app {

/// Adds the subcommand. When it runs, `exit_code` becomes that of the merged result, which carries
/// `command_line`.
void add_merge_command(CLI::App& app, const std::vector<std::string>& command_line, int& exit_code);

}  // namespace handfast::app
