// Running a RabbitMQ node: programs, environment, reload.
#include <fmt/format.h>

#include <system_error>

#include "core/base/text.hpp"
#include "harness/broker/process.hpp"
#include "harness/broker/rabbitmq/node.hpp"
#include "harness/broker/rabbitmq/rabbitmq.hpp"
#include "harness/broker/user.hpp"

namespace handfast::broker::rabbitmq {

namespace {

namespace fs = std::filesystem;

/// Debian's /usr/sbin/rabbitmq-server insists on its own user and folders; the script inside the
/// package does not.
constexpr const char* scripts = "/usr/lib/rabbitmq/bin";
constexpr const char* state = "rabbitmq-state";
constexpr const char* copies_name = "copies.erl";

std::string run_as() { return find_user("rabbitmq") ? "rabbitmq" : ""; }

Result<Program> find(const std::string& binary) {
  auto path = find_program(binary, "rabbitmq-server", scripts, driver().installing);
  if (!path) return path.error();
  std::error_code error;
  const auto real = fs::canonical(*path, error);
  auto version = version_in(real.parent_path().parent_path() / "lib");
  if (version.empty()) version = version_in(real.parent_path().parent_path().parent_path());
  if (version.empty()) {
    return environment_problem(
        "not RabbitMQ's inner script: no folder rabbitmq_server-VERSION near it", *path,
        fmt::format("name {}/rabbitmq-server", scripts));
  }
  return Program{std::move(*path), std::move(version)};
}

std::string node_name(const Settings& settings) {
  return fmt::format("handfast{}@localhost", port_of(settings, distribution_name));
}

/// What server and control program share. HOME holds the cookie, which the node makes at random.
std::vector<std::string> environment(const Settings& settings) {
  const auto folder = settings.directory / state;
  return {"HOME=" + folder.string(),
          "RABBITMQ_NODENAME=" + node_name(settings),
          "RABBITMQ_CONF_ENV_FILE=/dev/null",
          "RABBITMQ_LOG_BASE=" + (folder / "log").string(),
          fmt::format("ERL_EPMD_PORT={}", port_of(settings, names_name)),
          "ERL_EPMD_ADDRESS=127.0.0.1"};
}

/// Split at blanks by the script, so the path of the copies is one from the state folder.
std::string additional_arguments(const Settings& settings) {
  std::string arguments =
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}";
  if (!node_of(settings).copies.empty()) {
    arguments += fmt::format(" -run file eval ../{}", copies_name);
  }
  return arguments;
}

/// With RUNNING_UNDER_SYSTEMD the script becomes the virtual machine, which obeys SIGTERM, instead
/// of waiting for it.
Invocation invoke(const Program& program, const Settings& settings, const fs::path& configuration) {
  const auto folder = settings.directory / state;
  auto variables = environment(settings);
  for (auto variable :
       {"RABBITMQ_CONFIG_FILE=" + configuration.string(),
        "RABBITMQ_ADVANCED_CONFIG_FILE=" + (settings.directory / "advanced.config").string(),
        "RABBITMQ_ENABLED_PLUGINS_FILE=" + (settings.directory / "enabled_plugins").string(),
        "RABBITMQ_MNESIA_BASE=" + (folder / "mnesia").string(),
        "RABBITMQ_PID_FILE=" + (folder / "pid").string(), std::string("RABBITMQ_LOGS=-"),
        fmt::format("RABBITMQ_DIST_PORT={}", port_of(settings, distribution_name)),
        additional_arguments(settings), std::string("RUNNING_UNDER_SYSTEMD=1")}) {
    variables.push_back(std::move(variable));
  }
  return {.program = program.path, .environment = std::move(variables)};
}

std::vector<Invocation> companions(const Settings& settings) {
  return {{.program = "/usr/bin/epmd",
           .arguments = {"-port", std::to_string(port_of(settings, names_name)), "-address",
                         "127.0.0.1"}}};
}

Result<std::vector<ExtraFile>> files(const Settings& settings) {
  const auto node = node_of(settings);
  auto advanced = advanced_config(node);
  std::vector<ExtraFile> made{
      {.name = "enabled_plugins", .content = enabled_plugins(node)},
      {.name = "advanced.config", .content = advanced.empty() ? "[].\n" : std::move(advanced)},
      {.name = copies_name, .content = copy_script(node)}};
  if (!node.definitions.empty()) {
    made.push_back({.name = std::string(definitions_name), .content = definitions(settings.users)});
  }
  return made;
}

Result<void> reload(pid_t /*pid*/, const Settings& settings, const std::string& as) {
  Command command{.program = fmt::format("{}/rabbitmqctl", scripts),
                  .arguments = {"--node", node_name(settings), "eval", "ssl:clear_pem_cache()."},
                  .environment = environment(settings),
                  .directory = settings.directory / state};
  if (!as.empty()) {
    auto user = find_user(as);
    if (!user) return user.error();
    command.user = std::move(*user);
  }
  const auto said = capture(command, std::chrono::seconds(60));
  if (!said) return said.error();
  if (trim(*said) == "ok") return {};
  return environment_problem("rabbitmqctl answers \"" + printable(trim(*said), 200) + "\"",
                             command.program);
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "otp"},
                       {"tls.versions", "1.2,1.3"},
                       {"mtls", "optional,required"},
                       {"crl.cdp", "yes"},
                       {"crl.scope", "chain"},
                       {"ident", "cn,san"},
                       {"ident.password", "yes"},
                       {"ident.to", "username"},
                       {"ws", "yes"},
                       {"wss", "yes"},
                       {"proxy.v1", "yes"},
                       {"proxy.v2", "yes"},
                       {"proxy.ws", "yes"},
                       {"reload", "api"},
                       {"oob.log", "yes"},
                       {"oob.restart", "yes"}});
}

}  // namespace

const Driver& driver() {
  static const Driver driver{
      .name = "rabbitmq",
      .installing = "apt-get install rabbitmq-server",
      .ready_text = "Server startup complete",
      .start_limit = std::chrono::seconds(120),
      .stop_grace = std::chrono::seconds(30),
      .can = {.tls_version = true,
              .fetches_crls = true,
              .mqtt5 = false,  // before 3.13
              .user_from = {UserFrom::common_name, UserFrom::alternative_name},
              .account = true,
              .proxy_protocol = true},
      .state_folder = state,
      .run_as = run_as,
      .find = find,
      .complete = complete,
      .render = render,
      .files = files,
      .invoke = invoke,
      .companions = companions,
      .reload = reload,
      .can_share = can_share,
      .capabilities = capabilities};
  return driver;
}

std::string version_in(const fs::path& lib) {
  constexpr std::string_view prefix = "rabbitmq_server-";
  std::error_code error;
  for (fs::directory_iterator at(lib, error), end; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename().string();
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return {};
}

}  // namespace handfast::broker::rabbitmq
