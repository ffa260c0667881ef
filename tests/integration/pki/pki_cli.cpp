// The `pki` subcommand alone, as a program for tests.
#include <CLI/CLI.hpp>

#include "harness/app/pki_command.hpp"

int main(int argc, char** argv) {
  CLI::App app("handfast");
  app.require_subcommand(1);
  int exit_code = 0;
  handfast::app::add_pki_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_code;
}
