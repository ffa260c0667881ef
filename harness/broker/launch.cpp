#include "harness/broker/launch.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <system_error>

#include "harness/broker/ports.hpp"
#include "harness/broker/user.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

Result<void> make_directory(const fs::path& directory) {
  std::error_code error;
  const bool made = fs::create_directories(directory, error);
  if (error) {
    return environment_problem("cannot make the directory: " + error.message(), directory.string());
  }
  // Whatever our umask: the broker's own user has to come through.
  if (made) fs::permissions(directory, fs::perms(0755), error);
  return {};
}

Result<void> write_configuration(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return environment_problem("cannot write: " + errno_text(errno), path.string());
  std::error_code error;  // no secrets inside: keys are named, not quoted
  fs::permissions(path, fs::perms(0644), error);
  return {};
}

/// The user to start the program as; nullopt to stay who we are.
Result<std::optional<User>> user_to_become(const Driver& driver) {
  const auto name = run_as(driver.name);
  if (name.empty()) return std::optional<User>();
  auto user = find_user(name);
  if (!user) return user.error();
  return std::optional<User>(std::move(*user));
}

/// All that the broker's user has to reach, checked before the start: brokers themselves say only
/// "Unable to load server key file".
Result<void> check_reachable(const Settings& settings, const fs::path& program,
                             const fs::path& configuration, const User& user) {
  if (auto ok = check_access(program, user, Access::execute); !ok) return ok;
  if (auto ok = check_access(configuration, user, Access::read); !ok) return ok;
  for (const auto& listener : settings.listeners) {
    for (const auto* path : {&listener.certificate, &listener.key, &listener.trust}) {
      if (path->empty()) continue;
      if (auto ok = check_access(*path, user, Access::read); !ok) {
        return with_context(ok.error(), fmt::format("listener \"{}\"", listener.name));
      }
    }
  }
  return {};
}

std::vector<Listener> listeners_of(const Driver& driver, const Settings& settings, bool auxiliary) {
  std::vector<Listener> found;
  for (const auto& listener : settings.listeners) {
    if (listener.auxiliary != auxiliary) continue;
    found.push_back({.name = listener.name,
                     .kind = listener.kind,
                     .endpoint = {.transport = listener.kind.transport,
                                  .port = listener.port,
                                  .path = driver.websocket_path}});
  }
  return found;
}

}  // namespace

Result<Launched> launch(const Driver& driver, const Settings& asked, Lifetime lifetime) {
  const auto prepared = prepare(driver, asked);
  if (!prepared) return prepared.error();
  const auto& settings = *prepared;
  const auto program = driver.find(settings.binary);
  if (!program) return program.error();
  const auto user = user_to_become(driver);
  if (!user) return user.error();
  for (const auto& listener : settings.listeners) {
    if (auto free = check_port(listener.port); !free) {
      return with_context(free.error(), fmt::format("listener \"{}\"", listener.name));
    }
  }

  if (auto made = make_directory(settings.directory); !made) return made.error();
  const auto configuration = settings.directory / (driver.name + ".conf");
  const auto log = settings.directory / (driver.name + ".log");
  if (auto written = write_configuration(configuration, driver.render(settings)); !written) {
    return written.error();
  }
  const auto reachable =
      check_reachable(settings, program->path, configuration, user->value_or(current_user()));
  if (!reachable) return reachable.error();

  std::error_code error;
  const auto log_size = fs::file_size(log, error);
  const auto log_begin = error ? 0 : log_size;
  auto process = Process::spawn({.program = program->path,
                                 .arguments = driver.arguments(configuration),
                                 .log = log,
                                 .user = *user,
                                 .lifetime = lifetime});
  if (!process) return process.error();
  auto listeners = listeners_of(driver, settings, false);
  auto awaited = listeners;
  for (auto& more : listeners_of(driver, settings, true)) awaited.push_back(std::move(more));
  const auto ready = await_ready(*process, {.listeners = std::move(awaited),
                                            .log = log,
                                            .log_begin = log_begin,
                                            .ready_text = driver.ready_text});
  if (!ready) {
    // A detached one has no destructor to rely on; the first problem is the one to tell.
    [[maybe_unused]] const auto stopped = process->stop(std::chrono::seconds(1));
    return with_context(ready.error(), driver.name);
  }
  return Launched{.process = std::move(*process),
                  .version = program->version,
                  .listeners = std::move(listeners),
                  .configuration = configuration,
                  .log_file = log,
                  .log_begin = log_begin};
}

}  // namespace handfast::broker
