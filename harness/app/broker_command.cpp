#include "harness/app/broker_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/base/text.hpp"
#include "harness/broker/describe.hpp"
#include "harness/broker/detached.hpp"
#include "harness/broker/driver.hpp"
#include "harness/broker/launch.hpp"
#include "harness/broker/server_files.hpp"
#include "pki/manifest/presets.hpp"
#include "pki/store/pki.hpp"

namespace handfast::app {

namespace {

namespace fs = std::filesystem;

constexpr int not_running = 3;  // design.md section 2: the broker is not available

struct Options {
  std::string name;
  std::string directory;  ///< empty: out/broker/NAME
  std::string pki;        ///< empty: DIR/pki, minted when needed
  std::string listeners;  ///< empty: all that one process can have
  std::string binary;
  bool verbose = false;

  fs::path home() const {
    return directory.empty() ? fs::path("out") / "broker" / name : fs::path(directory);
  }
  fs::path pki_home() const { return pki.empty() ? home() / "pki" : fs::path(pki); }
};

/// What a verb answers: the text for stdout, and what the program exits with.
struct Answer {
  std::string text;
  int exit = 0;
};

int finish(const Result<Answer>& answer) {
  if (!answer) {
    fmt::print(stderr, "handfast broker: {}\n", answer.error().text());
    return exit_code(answer.error().kind);
  }
  fmt::print("{}", answer->text);
  return answer->exit;
}

/// The files of --pki, or of a PKI of our own beside the broker, which is minted first; applying it
/// again changes nothing.
Result<broker::ServerFiles> make_server_files(const Options& options) {
  if (options.pki.empty()) {
    const auto manifest = pki::preset("emqx-two-tier");
    if (!manifest) return manifest.error();
    const pki::ApplyOptions apply{.home = options.pki_home(),
                                  .key_owner = broker::run_as(options.name)};
    if (const auto applied = pki::apply(*manifest, apply); !applied) return applied.error();
  }
  return broker::server_files(fs::absolute(options.pki_home()).lexically_normal());
}

/// One listener of each kind, as far as one process of this broker can serve them together: in the
/// order of the kinds, so that one-way ones win where a broker has to choose.
Result<std::vector<broker::ListenerSettings>> usual_listeners(const broker::Driver& driver,
                                                              const broker::ServerFiles& files) {
  std::vector<broker::ListenerSettings> usual;
  for (const auto kind : driver.kinds) {
    auto made = broker::listener_settings({to_string(kind)}, files);
    if (!made) return made.error();
    const bool fits = std::ranges::all_of(usual, [&](const auto& earlier) {
      return broker::can_share(driver, earlier, made->front());
    });
    if (fits) usual.push_back(std::move(made->front()));
  }
  return usual;
}

Result<broker::Settings> make_settings(const Options& options, const broker::ServerFiles& files) {
  const auto driver = broker::find_driver(options.name);
  if (!driver) return driver.error();
  auto listeners = options.listeners.empty()
                       ? usual_listeners(**driver, files)
                       : broker::listener_settings(split(options.listeners, ','), files);
  if (!listeners) return listeners.error();
  return broker::Settings{.directory = options.home(),
                          .listeners = std::move(*listeners),
                          .binary = options.binary,
                          .verbose = options.verbose};
}

Result<Answer> run_up(const Options& options) {
  if (const auto driver = broker::find_driver(options.name); !driver) return driver.error();
  // Checked before anything is minted, so that a typing error leaves no files behind.
  if (const auto tried = make_settings(options, {}); !tried) return tried.error();
  const auto files = make_server_files(options);
  if (!files) return files.error();
  const auto settings = make_settings(options, *files);
  if (!settings) return settings.error();
  const auto state = broker::start_detached(options.name, *settings, files->client);
  if (!state) return state.error();
  const auto where =
      options.directory.empty() ? std::string() : " --dir " + broker::shell_word(options.directory);
  return Answer{fmt::format("{}\nto try it:\n{}\nto stop it:\n  handfast broker down {}{}\n",
                            broker::describe(*state), broker::example_commands(*state),
                            options.name, where)};
}

Answer not_running_answer(const Options& options, int exit) {
  return {fmt::format("{}: not running in {}\n", options.name, options.home().string()), exit};
}

Result<Answer> run_status(const Options& options) {
  if (const auto driver = broker::find_driver(options.name); !driver) return driver.error();
  const auto state = broker::find_running(options.home());
  if (!state) return state.error();
  if (!*state) return not_running_answer(options, not_running);
  const auto sample = stats::sample_process((*state)->pid);
  if (!sample) return not_running_answer(options, not_running);  // it ended just now
  return Answer{
      fmt::format("{}  {:<20} {}\n", broker::describe(**state), "use", broker::describe(*sample))};
}

Result<Answer> run_down(const Options& options) {
  if (const auto driver = broker::find_driver(options.name); !driver) return driver.error();
  const auto stopped = broker::stop_detached(options.home());
  if (!stopped) return stopped.error();
  if (!*stopped) return not_running_answer(options, 0);
  return Answer{fmt::format("{}: stopped process {}\n", options.name, (*stopped)->pid)};
}

Result<Answer> run_config(const Options& options) {
  const auto driver = broker::find_driver(options.name);
  if (!driver) return driver.error();
  const auto settings = make_settings(options, broker::server_file_names(options.pki_home()));
  if (!settings) return settings.error();
  const auto prepared = broker::prepare(**driver, *settings);
  if (!prepared) return prepared.error();
  return Answer{(*driver)->render(*prepared)};
}

using Verb = Result<Answer> (*)(const Options&);

CLI::App* add_verb(CLI::App& parent, int& exit_code, const std::shared_ptr<Options>& options,
                   const char* name, const char* description, Verb verb) {
  auto* command = parent.add_subcommand(name, description);
  command
      ->add_option("NAME", options->name,
                   fmt::format("the broker: {}", fmt::join(broker::drivers(), ", ")))
      ->required();
  command->add_option("--dir", options->directory,
                      "its settings, log and state are there; default out/broker/NAME");
  command->callback([options, verb, &exit_code] { exit_code = finish(verb(*options)); });
  return command;
}

void add_listener_options(CLI::App& command, Options& options) {
  command.add_option("--listeners", options.listeners,
                     fmt::format("kinds with commas, each with :PORT when it shall not be a free "
                                 "one; of {}; default: all that one process of it can have",
                                 fmt::join(listener_names(), ", ")));
  command.add_option("--pki", options.pki,
                     "folder of an applied PKI; default: emqx-two-tier, minted into DIR/pki");
  command.add_flag("--verbose", options.verbose, "let the broker log every packet");
}

}  // namespace

void add_broker_command(CLI::App& app, int& exit_code) {
  auto* broker = app.add_subcommand("broker", "run a real broker with our PKI and its listeners");
  broker->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  auto* up = add_verb(*broker, exit_code, options, "up", "start it; it stays after this", run_up);
  add_listener_options(*up, *options);
  up->add_option("--broker-bin", options->binary, "its program; default: as installed");
  add_verb(*broker, exit_code, options, "status", "its listeners and use; exit 3: not running",
           run_status);
  add_verb(*broker, exit_code, options, "down", "stop it; nothing to do is no error", run_down);
  auto* config = add_verb(*broker, exit_code, options, "config",
                          "print the settings that `up` would write", run_config);
  add_listener_options(*config, *options);
}

}  // namespace handfast::app
