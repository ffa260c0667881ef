#include "harness/app/check_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "harness/app/check_run.hpp"
#include "harness/app/execute.hpp"

namespace handfast::app {

namespace {

void add_what(CLI::App& command, CheckOptions& options) {
  command
      .add_option("--broker", options.brokers,
                  "Broker to start and check; again for another one (default: mosquitto)")
      ->type_name("NAME")
      ->take_all();
  command
      .add_option("--broker-bin", options.broker_binary,
                  "The broker's program, instead of the installed one")
      ->type_name("PATH");
  command
      .add_option("--target", options.target,
                  "Check a broker that you started: one listener by its URL, or all that a file "
                  "describes")
      ->type_name("URL|FILE.yaml");
  command.add_option("--trust", options.trust, "With a URL: trust anchors")->type_name("FILE.pem");
  auto* certificate = command.add_option("--certificate", options.certificate,
                                         "With a URL: a client certificate that it asks for");
  auto* key = command.add_option("--key", options.key, "Its private key");
  certificate->type_name("FILE.pem")->needs(key);
  key->type_name("FILE.pem")->needs(certificate);
  command
      .add_option("--server-name", options.server_name, "With a URL: SNI, and the name to verify")
      ->type_name("NAME");
  command
      .add_option("--prepare", options.prepare,
                  "Play nothing: write what you need to start a broker and its file for --target")
      ->type_name("DIR");
  command.add_flag("--i-may-load-this-target", options.may_load_remote,
                   "The target may be outside loopback and private addresses");
  command
      .add_option("--group", options.selection.groups, "Only checks of this group; again for more")
      ->type_name("GROUP")
      ->take_all();
  command.add_option("--id", options.selection.ids, "Only this check; again for more")
      ->type_name("ID")
      ->take_all();
  command.add_flag("--core", options.selection.core_only, "Only checks of the core set");
  command.add_flag("--slow", options.selection.slow,
                   "Also checks that wait for deadlines of the broker, for minutes");
}

void add_reports(CLI::App& command, CheckOptions& options) {
  command
      .add_option("--baseline", options.baseline,
                  "Known deviations; other fails, and entries no longer true, fail the run")
      ->type_name("FILE.yaml");
  command.add_flag("--update-baseline", options.update_baseline,
                   "Rewrite the baseline from this run; reasons of entries that stay are kept");
  command
      .add_option("--out", options.out,
                  "Where matrix.json, certificates, broker settings and logs go")
      ->type_name("DIR")
      ->capture_default_str();
  command.add_option("--junit", options.junit, "Write JUnit XML into this file")->type_name("FILE");
  command.add_option("--markdown", options.markdown, "Write the matrix as Markdown into this file")
      ->type_name("FILE");
  command.add_option("--html", options.html, "Write the matrix as an HTML page into this file")
      ->type_name("FILE");
  command.add_option("--output", options.output, "What stdout gets")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command.add_flag("-v,--verbose", options.verbose, "List the checks that passed, too");
}

}  // namespace

void add_check_command(CLI::App& app, const std::vector<std::string>& command_line,
                       int& exit_code) {
  auto options =
      std::make_shared<CheckOptions>();  // shared with the callback, which outlives this function
  options->command_line = quoted(command_line);
  auto* command = app.add_subcommand(
      "check", "Play the conformance checks at brokers: a matrix with evidence for every verdict");
  add_what(*command, *options);
  add_reports(*command, *options);
  command->callback([options, &exit_code] {
    auto done = run_check(*options);
    if (done) {
      exit_code = *done;
      return;
    }
    exit_code = handfast::exit_code(done.error().kind);
    fmt::print(stderr, "handfast check: {}\n", done.error().text());
  });
}

}  // namespace handfast::app
