#include "harness/broker/launch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "harness/broker/descriptor.hpp"
#include "harness/broker/ports.hpp"
#include "harness/broker/user.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

void give(const fs::path& path, const std::optional<User>& user) {
  if (!user) return;
  // What it cannot have shows when the broker is refused; root can give anything.
  [[maybe_unused]] const int failed = chown(path.c_str(), user->uid, user->gid);
}

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

Result<void> write_file(const fs::path& path, const std::string& text, bool secret) {
  std::error_code error;
  // Secrets go into a file that was never open to others.
  if (secret) fs::remove(path, error);
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                             static_cast<mode_t>(secret ? 0600 : 0644)));
  for (std::size_t done = 0; file && done < text.size();) {
    const auto written = write(file.get(), text.data() + done, text.size() - done);
    if (written < 0) {
      return environment_problem("cannot write: " + errno_text(errno), path.string());
    }
    done += static_cast<std::size_t>(written);
  }
  if (!file) return environment_problem("cannot write: " + errno_text(errno), path.string());
  if (!secret) fs::permissions(path, fs::perms(0644), error);  // whatever our umask
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

/// Configuration, the files beside it and the folders that the broker writes to.
Result<void> write_all(const Driver& driver, const Settings& settings,
                       const fs::path& configuration, const std::optional<User>& user,
                       StateFolder state = StateFolder::emptied) {
  if (auto made = make_directory(settings.directory); !made) return made;
  if (!driver.state_folder.empty()) {
    const auto folder = settings.directory / driver.state_folder;
    std::error_code error;
    if (state == StateFolder::emptied) fs::remove_all(folder, error);
    if (error) return environment_problem("cannot empty: " + error.message(), folder.string());
    if (auto made = make_directory(folder); !made) return made;
    give(folder, user);
  }
  // The configuration names keys and does not quote them: no secret.
  if (auto done = write_file(configuration, driver.render(settings), false); !done) return done;
  return write_extra_files(driver, settings, user);
}

/// All that the broker's user has to reach, checked before the start: brokers themselves say only
/// "Unable to load server key file".
Result<void> check_reachable(const Settings& settings, const fs::path& program,
                             const fs::path& configuration, const User& user) {
  if (auto ok = check_access(program, user, Access::execute); !ok) return ok;
  if (auto ok = check_access(configuration, user, Access::read); !ok) return ok;
  for (const auto& listener : settings.listeners) {
    for (const auto* path :
         {&listener.certificate, &listener.key, &listener.trust, &listener.revoked}) {
      if (path->empty()) continue;
      if (auto ok = check_access(*path, user, Access::read); !ok) {
        return with_context(ok.error(), fmt::format("listener \"{}\"", listener.name));
      }
    }
  }
  return {};
}

/// Companions and then the broker, all or none; the broker comes first in the result.
Result<std::vector<Process>> spawn_all(const Driver& driver, const Settings& settings,
                                       const Invocation& broker, Command command) {
  std::vector<Process> processes;
  auto invocations =
      driver.companions != nullptr ? driver.companions(settings) : std::vector<Invocation>();
  invocations.push_back(broker);
  for (auto& invocation : invocations) {
    command.program = fs::absolute(invocation.program).string();  // it starts in another directory
    command.arguments = std::move(invocation.arguments);
    command.environment = std::move(invocation.environment);
    auto process = Process::spawn(command);
    if (!process) {
      [[maybe_unused]] const auto stopped = stop_all(processes, std::chrono::seconds(1));
      return process.error();
    }
    processes.insert(processes.begin(), std::move(*process));
  }
  return processes;
}

fs::path configuration_of(const Driver& driver, const Settings& settings) {
  return settings.directory /
         (driver.configuration_name.empty() ? driver.name + ".conf" : driver.configuration_name);
}

Login login_of(const Driver& driver, const ListenerSettings& listener) {
  if (listener.account) {
    return {.user = listener.account->user, .password = listener.account->password};
  }
  return driver.login != nullptr ? driver.login(listener) : Login();
}

std::vector<Listener> listeners_of(const Driver& driver, const Settings& settings, bool auxiliary) {
  std::vector<Listener> found;
  for (const auto& listener : settings.listeners) {
    if (listener.auxiliary != auxiliary) continue;
    found.push_back({.name = listener.name,
                     .kind = listener.kind,
                     .endpoint = {.transport = listener.kind.transport,
                                  .port = listener.port,
                                  .path = driver.websocket_path},
                     .login = login_of(driver, listener)});
  }
  return found;
}

}  // namespace

Result<void> write_extra_files(const Driver& driver, const Settings& settings,
                               const std::optional<User>& user) {
  if (driver.files == nullptr) return {};
  const auto files = driver.files(settings);
  if (!files) return files.error();
  for (const auto& file : *files) {
    const auto path = settings.directory / file.name;
    if (auto done = write_file(path, file.content, file.secret); !done) return done;
    if (file.secret) give(path, user);
  }
  return {};
}

Result<WrittenSettings> write_settings(const Driver& driver, const Settings& asked) {
  auto prepared = prepare(driver, asked);
  if (!prepared) return prepared.error();
  const auto user = user_to_become(driver);
  if (!user) return user.error();
  WrittenSettings written{.settings = std::move(*prepared)};
  const auto& settings = written.settings;
  written.configuration = configuration_of(driver, settings);
  if (auto done = write_all(driver, settings, written.configuration, *user); !done) {
    return done.error();
  }
  written.listeners = listeners_of(driver, settings, false);
  return written;
}

Result<void> stop_all(std::vector<Process>& processes, Nanos grace) {
  Result<void> first;
  for (auto& process : processes) {
    if (auto stopped = process.stop(grace); !stopped && first) first = stopped;
  }
  return first;
}

Result<Launched> launch(const Driver& driver, const Settings& asked, Lifetime lifetime,
                        StateFolder state) {
  const auto prepared = prepare(driver, asked);
  if (!prepared) return prepared.error();
  const auto& settings = *prepared;
  const auto program = find_program_of(driver, settings.binary);
  if (!program) return program.error();
  const auto user = user_to_become(driver);
  if (!user) return user.error();
  for (const auto& listener : settings.listeners) {
    if (auto free = check_port(listener.port); !free) {
      return with_context(free.error(), fmt::format("listener \"{}\"", listener.name));
    }
  }

  const auto configuration = configuration_of(driver, settings);
  const auto log = settings.directory / (driver.name + ".log");
  if (auto done = write_all(driver, settings, configuration, *user, state); !done)
    return done.error();
  const auto reachable =
      check_reachable(settings, program->path, configuration, user->value_or(current_user()));
  if (!reachable) return reachable.error();

  std::error_code error;
  const auto log_size = fs::file_size(log, error);
  const auto log_begin = error ? 0 : log_size;
  auto processes = spawn_all(driver, settings, driver.invoke(*program, settings, configuration),
                             {.directory = settings.directory / driver.state_folder,
                              .log = log,
                              .user = *user,
                              .lifetime = lifetime});
  if (!processes) return processes.error();
  auto listeners = listeners_of(driver, settings, false);
  auto awaited = listeners;
  for (auto& more : listeners_of(driver, settings, true)) awaited.push_back(std::move(more));
  const auto ready = await_ready(*processes, {.listeners = std::move(awaited),
                                              .log = log,
                                              .log_begin = log_begin,
                                              .ready_text = driver.ready_text,
                                              .limit = driver.start_limit});
  if (!ready) {
    // A detached one has no destructor to rely on; the first problem is the one to tell.
    [[maybe_unused]] const auto stopped = stop_all(*processes, std::chrono::seconds(1));
    return with_context(ready.error(), driver.name);
  }
  return Launched{.processes = std::move(*processes),
                  .settings = settings,
                  .version = program->version,
                  .listeners = std::move(listeners),
                  .configuration = configuration,
                  .log_file = log,
                  .log_begin = log_begin};
}

}  // namespace handfast::broker
