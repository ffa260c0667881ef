#include <algorithm>

#include "core/base/text.hpp"
#include "harness/broker/mosquitto/mosquitto.hpp"
#include "harness/broker/process.hpp"
#include "harness/broker/user.hpp"

namespace handfast::broker::mosquitto {

namespace {

/// What mosquitto itself would choose (`user` in mosquitto.conf(5)).
std::string run_as() { return find_user("mosquitto") ? "mosquitto" : "nobody"; }

Result<Program> find(const std::string& binary) {
  const auto path = find_program(binary, "mosquitto", default_search_path(), driver().installing);
  if (!path) return path.error();
  const auto help = capture(*path, {"-h"});
  if (!help) return help.error();
  auto version = parse_version(*help);
  if (version.empty()) {
    return environment_problem(
        "not mosquitto: -h answers \"" + printable(split(*help, '\n').front(), 80) + "\"", *path,
        "name the mosquitto program");
  }
  return Program{*path, std::move(version)};
}

Invocation invoke(const Program& program, const Settings& /*settings*/,
                  const std::filesystem::path& configuration) {
  return {.program = program.path, .arguments = {"-c", configuration.string()}};
}

}  // namespace

const Driver& driver() {
  static const Driver driver{.name = "mosquitto",
                             .installing = "apt-get install mosquitto",
                             .ready_text = " running",  // "mosquitto version 2.0.11 running"
                             .can = {.tls_version = true,
                                     .ciphers = true,
                                     .revoked = true,
                                     .optional_clients = false,
                                     .user_from = {UserFrom::common_name, UserFrom::subject},
                                     .binds_client_id = true,
                                     .account = true,
                                     .psk = true},
                             .run_as = run_as,
                             .find = find,
                             .complete = complete,
                             .render = render,
                             .files = files,
                             .invoke = invoke,
                             .reload = reload_by_hangup,
                             .can_share = can_share,
                             .capabilities = capabilities};
  return driver;
}

void complete(Settings& settings) {
  const bool only_websockets = std::ranges::all_of(settings.listeners, [](const auto& listener) {
    return uses_websocket(listener.kind.transport);
  });
  if (only_websockets) {
    settings.listeners.push_back({.name = "auxiliary", .kind = {}, .auxiliary = true});
  }
}

std::string parse_version(std::string_view help) {
  constexpr std::string_view prefix = "mosquitto version ";
  if (!help.starts_with(prefix)) return {};
  help.remove_prefix(prefix.size());
  return std::string(help.substr(0, help.find_first_of(" \n")));
}

}  // namespace handfast::broker::mosquitto
