// handfast explain ID|ALERT|VERIFY-CODE: what a check does, and what a number or name of TLS means.
#pragma once

namespace CLI {
class App;
}

namespace handfast::app {

void add_explain_command(CLI::App& app, int& exit_code);

}  // namespace handfast::app
