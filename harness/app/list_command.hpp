// handfast list checks|brokers|metrics|scenarios: what this build offers.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

void add_list_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
