#include "harness/app/bench_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "harness/app/execute.hpp"
#include "harness/scenario/one_liner.hpp"
#include "harness/scenario/reader.hpp"
#include "harness/scenario/run.hpp"
#include "pki/manifest/manifest.hpp"

namespace handfast::app {

namespace {

struct BenchOptions : ExecuteOptions {
  scenario::OneLiner asked;
  bool print = false;
  bool no_verify = false;
};

Result<int> bench(const BenchOptions& options) {
  auto asked = options.asked;
  asked.verify = !options.no_verify;
  if (!asked.pki.empty()) {
    const auto manifest = pki::load_manifest(asked.pki);
    if (!manifest) return manifest.error();
    asked.pki_home = manifest->home.string();
  }
  const auto text = scenario::scenario_text(asked);
  if (!text) return text.error();
  if (options.print) {
    fmt::print("{}", *text);
    return 0;
  }
  // The folder of this name is the current one, where the paths of a command line start.
  auto scenario = scenario::read(*text, "scenario", scenario::known());
  if (!scenario) {
    auto problem = scenario.error();
    problem.where.clear();  // nobody wrote those lines
    return problem;
  }
  return execute(*scenario, options);
}

void add_load_options(CLI::App& command, scenario::OneLiner& asked) {
  command.add_option("url", asked.url, "The broker: tcp://, tls://, ws:// or wss://HOST:PORT")
      ->required()
      ->type_name("URL");
  command.add_option("--for", asked.duration, "How long")
      ->type_name("DURATION")
      ->capture_default_str();
  auto* rate = command.add_option(
      "--rate", asked.rate, "Starts at this rate whatever the broker does, for example 500/s");
  rate->type_name("RATE");
  command
      .add_option("--in-flight", asked.in_flight,
                  "Without --rate: connections under way at once, each ended one makes room")
      ->type_name("COUNT")
      ->capture_default_str()
      ->excludes(rate);
  command.add_option("--clients", asked.clients, "Clients, each with its own client identifier")
      ->type_name("COUNT")
      ->capture_default_str();
  command.add_option("--warm-up", asked.warm_up, "Leave the beginning out of the figures")
      ->type_name("DURATION");
  command
      .add_option("--threshold", asked.thresholds,
                  "What must hold, for example \"bench.handshake.p99 < 50ms\"")
      ->type_name("TEXT");
}

void add_tls_options(CLI::App& command, BenchOptions& options) {
  auto& asked = options.asked;
  command.add_option("--trust", asked.trust, "Trust anchors")->type_name("FILE.pem");
  auto* certificate =
      command.add_option("--certificate", asked.certificate, "One client certificate for all");
  certificate->type_name("FILE.pem");
  auto* key = command.add_option("--key", asked.key, "Its private key");
  key->type_name("FILE.pem")->needs(certificate);
  certificate->needs(key);
  auto* pki =
      command.add_option("--pki", asked.pki, "Manifest of a PKI: its first authority is trusted");
  pki->type_name("FILE.yaml");
  command.add_option("--identity", asked.identity, "Its fleet: a certificate for each client")
      ->type_name("FLEET")
      ->needs(pki)
      ->excludes(certificate);
  command.add_flag("--no-verify", options.no_verify, "Accept any server certificate");
  command.add_flag("--verify-every-time", asked.verify_every_time,
                   "Verify the chain in every handshake, also one that was verified before");
  command
      .add_option("--resume", asked.resume,
                  "This share of the handshakes resumes a session by ticket")
      ->type_name("SHARE");
  command
      .add_option("--engine", asked.engine,
                  "TLS engine: libssl, native (our own TLS 1.3 client) or auto (default: libssl)")
      ->type_name("ENGINE");
  command
      .add_option(
          "--key-shares", asked.key_shares,
          "Engine native: a fresh key share for every handshake, a pool, or related keys made "
          "in a batch (default: fresh)")
      ->type_name("fresh|pool|batch");
  command.add_option("--tls", asked.versions, "TLS versions: 1.2, 1.3")->delimiter(',');
  command.add_option("--groups", asked.groups, "Named groups")->delimiter(',');
  command.add_option("--cipher-suites", asked.cipher_suites, "TLS 1.3 cipher suites")
      ->delimiter(',');
  command.add_option("--signature-algorithms", asked.signature_algorithms, "Signature schemes")
      ->delimiter(',');
  command.add_option("--server-name", asked.server_name, "SNI, and the name to verify")
      ->type_name("NAME");
}

CLI::App* add_kind(CLI::App& bench, const char* kind, const char* what, BenchOptions& options) {
  auto* command = bench.add_subcommand(kind, what);
  add_load_options(*command, options.asked);
  add_tls_options(*command, options);
  add_execute_options(*command, options);
  command->add_flag("--print-scenario", options.print,
                    "Print the scenario that this line stands for, and start nothing");
  return command;
}

}  // namespace

void add_bench_command(CLI::App& app, const std::vector<std::string>& command_line,
                       int& exit_code) {
  auto* command = app.add_subcommand("bench", "A load in one line, without a scenario file");
  command->require_subcommand(1);
  const auto add = [&](const char* kind, const char* what) {
    auto options = std::make_shared<BenchOptions>();  // shared with the callback
    options->command_line = quoted(command_line);
    options->asked.kind = kind;
    auto* verb = add_kind(*command, kind, what, *options);
    verb->callback([options, &exit_code] {
      auto done = bench(*options);
      if (done) {
        exit_code = *done;
        return;
      }
      exit_code = handfast::exit_code(done.error().kind);
      fmt::print(stderr, "handfast bench {}: {}\n", options->asked.kind, done.error().text());
    });
    return std::pair(verb, options);
  };
  add("handshake", "TLS handshakes alone: TCP, TLS, close");
  const auto [connect, options] =
      add("connect", "CONNECT, CONNACK, DISCONNECT; or held connections");
  connect->add_flag("--hold", options->asked.hold,
                    "All clients connect at --rate, then stay connected for --for");
}

}  // namespace handfast::app
