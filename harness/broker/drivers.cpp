// The registry: one line for each broker.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "core/base/text.hpp"
#include "harness/broker/activemq/activemq.hpp"
#include "harness/broker/aedes/aedes.hpp"
#include "harness/broker/driver.hpp"
#include "harness/broker/ejabberd/ejabberd.hpp"
#include "harness/broker/mosquitto/mosquitto.hpp"
#include "harness/broker/prepared/prepared.hpp"
#include "harness/broker/rabbitmq/rabbitmq.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

const std::vector<const Driver*>& registry() {
  static const std::vector<const Driver*> all{&mosquitto::driver(), &rabbitmq::driver(),
                                              &activemq::driver(), &ejabberd::driver(),
                                              &aedes::driver()};
  return all;
}

const std::vector<const Driver*>& prepared_registry() {
  static const std::vector<const Driver*> all{
      &prepared::emqx4(),  &prepared::emqx5(),  &prepared::emqx5_mqttsn(), &prepared::emqx5_coap(),
      &prepared::nanomq(), &prepared::hivemq(), &prepared::vernemq()};
  return all;
}

std::vector<std::string> names_of(const std::vector<const Driver*>& drivers) {
  std::vector<std::string> names;
  for (const auto* driver : drivers) names.push_back(driver->name);
  return names;
}

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

}  // namespace

const std::vector<std::string>& drivers() {
  static const auto names = names_of(registry());
  return names;
}

const std::vector<std::string>& prepared_drivers() {
  static const auto names = names_of(prepared_registry());
  return names;
}

Result<const Driver*> find_driver(std::string_view name) {
  for (const auto* all : {&registry(), &prepared_registry()}) {
    const auto found =
        std::ranges::find_if(*all, [&](const auto* driver) { return driver->name == name; });
    if (found != all->end()) return *found;
  }
  return usage_problem(fmt::format("unknown broker \"{}\"", printable(name)), {},
                       suggest(name, drivers()));
}

Result<Program> find_program_of(const Driver& driver, const std::string& binary) {
  if (driver.find != nullptr) return driver.find(binary);
  return usage_problem(
      fmt::format("{} is started by you, not by handfast", driver.name), {},
      fmt::format("handfast check --broker {} --prepare DIR writes its settings", driver.name));
}

std::string run_as(std::string_view driver) {
  const auto found = find_driver(driver);
  const bool changes = found && geteuid() == 0 && (*found)->run_as != nullptr;
  return changes ? (*found)->run_as() : std::string();
}

std::vector<ListenerKind> stream_kinds() {
  std::vector<ListenerKind> kinds;
  for (const auto* name : {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"}) {
    kinds.push_back(parse_listener(name).value());
  }
  return kinds;
}

bool can_share(const Driver& driver, const ListenerSettings& a, const ListenerSettings& b) {
  return driver.can_share == nullptr || (driver.can_share(a, b) && driver.can_share(b, a));
}

Result<void> reload_by_hangup(pid_t pid, const Settings& /*settings*/, const std::string& /*as*/) {
  if (kill(pid, SIGHUP) == 0) return {};
  return environment_problem(fmt::format("cannot signal process {}: {}", pid, errno_text(errno)));
}

Result<std::string> find_program(const std::string& binary, const std::string& usual_name,
                                 const std::string& search_path, const std::string& install_hint) {
  if (binary.find('/') != std::string::npos) {
    if (is_program(binary)) return binary;
    std::error_code error;
    return environment_problem(
        fs::exists(binary, error) ? "not an executable file" : "no such program", binary,
        fmt::format("leave the path out to use the installed {}, or {}", usual_name, install_hint));
  }
  const auto& name = binary.empty() ? usual_name : binary;
  for (const auto& directory : split(search_path, ':')) {
    if (directory.empty()) continue;
    const auto path = fs::path(directory) / name;
    if (is_program(path)) return path.string();
  }
  return environment_problem(
      fmt::format("{} is not installed: no program of that name in {}", name, search_path), {},
      install_hint);
}

std::string default_search_path() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return fmt::format("{}{}/usr/sbin:/usr/local/sbin", path != nullptr ? path : "",
                     path != nullptr && *path != '\0' ? ":" : "");
}

}  // namespace handfast::broker
