#include "harness/app/pki_command.hpp"

#include <CLI/CLI.hpp>

#include "harness/app/pki/verbs.hpp"

namespace handfast::app {

void add_pki_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("pki", "make and look at certificates");
  command->require_subcommand(1);
  add_manifest_verbs(*command, exit_code);
  add_file_verbs(*command, exit_code);
  add_format_verbs(*command, exit_code);
  add_request_verbs(*command, exit_code);
  add_audit_verbs(*command, exit_code);
  add_revocation_verbs(*command, exit_code);
  add_responder_verbs(*command, exit_code);
  add_fleet_verbs(*command, exit_code);
  add_export_verbs(*command, exit_code);
  add_renewal_verbs(*command, exit_code);
  add_upkeep_verbs(*command, exit_code);
}

}  // namespace handfast::app
