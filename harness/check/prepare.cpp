#include "harness/check/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/base/text.hpp"
#include "harness/broker/describe.hpp"
#include "harness/broker/launch.hpp"
#include "harness/check/batches.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/session_material.hpp"
#include "pki/files/files.hpp"

namespace handfast::check {

namespace {

namespace fs = std::filesystem;

constexpr const char* material_name = "material";
constexpr const char* target_name = "target.yaml";
constexpr mode_t text_mode = 0644;
constexpr std::uint16_t first_guess = 18883;  ///< ports of a broker that we know nothing of

/// Text between double quotes, as YAML and JSON read it.
std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// What the listener has to be given, as a comment.
std::string wants(const broker::ListenerSettings& listener) {
  std::string text;
  const auto add = [&text](std::string_view what, const fs::path& file) {
    if (!file.empty()) text += fmt::format("  #   {:<12} {}\n", what, file.string());
  };
  add("certificate", listener.certificate);
  add("key", listener.key);
  add("trust", listener.trust);
  add("CRLs", listener.revoked);
  if (listener.kind.two_way) {
    text += fmt::format("  #   client certificate {}\n",
                        listener.certificate_optional ? "asked for, not required" : "required");
  }
  if (listener.user_from == broker::UserFrom::common_name) {
    text += "  #   its common name is the user name\n";
  } else if (listener.user_from == broker::UserFrom::subject) {
    text += "  #   its whole subject is the user name\n";
  } else if (listener.user_from == broker::UserFrom::alternative_name) {
    text += "  #   the first dNSName of its subjectAltName is the user name\n";
  }
  if (listener.binds_client_id) text += "  #   and the client identifier, whatever CONNECT says\n";
  if (listener.account) {
    text += fmt::format("  #   and CONNECT must name the user {} with the password {}\n",
                        listener.account->user, listener.account->password);
  }
  for (const auto& [identity, key] : listener.psk) {
    text += fmt::format("  #   pre-shared key {} of {}, which is the user name\n", to_hex(key),
                        printable(identity));
  }
  if (listener.proxy_protocol) text += "  #   behind a PROXY header\n";
  if (listener.proxy_names_users) {
    text += "  #   which must tell of a verified certificate; its common name is the user name\n";
  }
  if (listener.names_users()) {
    text +=
        "  #   nobody without a user name; topics user/NAME/# are for the user NAME alone,\n"
        "  #   handfast/# for everybody\n";
  }
  return text;
}

std::string profile_lines(const broker::ListenerSettings& listener, const std::string& url,
                          const broker::Login& login = {}) {
  auto value = url;
  if (!login.user.empty()) {
    const auto password =
        login.password ? fmt::format(", password: {}", yaml_text(*login.password)) : std::string();
    value =
        fmt::format("{{url: {}, login: {{user: {}{}{}}}}}", yaml_text(url), yaml_text(login.user),
                    password, login.from_certificate ? ", from: certificate" : "");
  }
  return fmt::format("{}  {}: {}\n", wants(listener), yaml_text(listener.name), value);
}

/// The parts of the target file.
struct Description {
  std::string name;
  std::string head;  ///< comment
  std::string profiles;
  broker::Capabilities capabilities;
  std::string reload;  ///< a suggestion; empty: none
};

std::string target_text(const Description& about) {
  auto text = fmt::format(
      "# Made by handfast check --prepare. The certificates are good for a day: some are to "
      "expire.\n"
      "{}handfast-target: 1\nname: {}\nversion: \"\"   # of the broker, for the report\n"
      "material: {}\nprofiles:\n{}",
      about.head, yaml_text(about.name), material_name, about.profiles);
  text += "capabilities:   # what the broker can do; the first check compares\n";
  for (const auto& [key, value] : about.capabilities.all()) {
    // These are for commands below to say.
    if (key == "reload" || key == "oob.log" || key == "oob.restart") continue;
    text += fmt::format("  {}: {}\n", key, yaml_text(value));
  }
  return text + fmt::format(
                    "# reload: {}\n"
                    "# restart: systemctl restart BROKER   # once, before the first check\n"
                    "# log: tail -n 0 -F /var/log/BROKER.log\n",
                    about.reload.empty() ? "kill -HUP PID" : about.reload);
}

std::string with_paths(std::string command, const broker::WrittenSettings& written) {
  const auto put = [&command](std::string_view mark, const fs::path& path) {
    for (auto at = command.find(mark); at != std::string::npos; at = command.find(mark)) {
      command.replace(at, mark.size(), broker::shell_word(path.string()));
    }
  };
  put("{configuration}", written.configuration);
  put("{folder}", written.settings.directory);
  return command;
}

std::string command_line(const broker::Invocation& invocation, const std::string& user) {
  std::vector<std::string> words;
  if (!user.empty()) {
    // Unlike su and runuser it becomes the program, whose signals are then its own.
    words = {"setpriv", "--reuid=" + user, "--regid=" + user, "--init-groups"};
  }
  if (!invocation.environment.empty()) words.emplace_back("env");
  for (const auto& variable : invocation.environment) words.push_back(broker::shell_word(variable));
  words.push_back(broker::shell_word(invocation.program));
  for (const auto& argument : invocation.arguments) words.push_back(broker::shell_word(argument));
  return join(words, " ");
}

/// The commands that start a broker which we could start ourselves: what runs beside it first.
std::vector<std::string> own_commands(const broker::Driver& driver, const broker::Program& program,
                                      const broker::WrittenSettings& written) {
  const auto user = broker::run_as(driver.name);
  std::vector<std::string> commands;
  if (driver.companions != nullptr) {
    for (const auto& beside : driver.companions(written.settings)) {
      commands.push_back(command_line(beside, user));
    }
  }
  auto command =
      command_line(driver.invoke(program, written.settings, written.configuration), user);
  if (!driver.state_folder.empty()) {
    const auto folder = written.settings.directory / driver.state_folder;
    command = fmt::format("cd {} && {}", broker::shell_word(folder.string()), command);
  }
  commands.push_back(std::move(command));
  return commands;
}

class Preparation {
 public:
  /// `left_out`: checks that nobody can set a broker up for beforehand.
  Preparation(const PrepareOptions& options, std::vector<const CheckSpec*> rows,
              std::size_t left_out)
      : directory_(fs::absolute(options.directory).lexically_normal()), rows_(std::move(rows)) {
    made_.skipped = left_out;
  }

  Result<Prepared> of_unknown() {
    auto materials = make_material({});
    if (!materials) return materials.error();
    const auto listeners = listeners_for(rows_, *materials);
    if (!listeners) return listeners.error();
    about_.name = "mybroker";
    about_.head =
        "# Give the broker a listener for each profile that it can have and take out the others.\n";
    auto port = first_guess;
    for (const auto& listener : *listeners) {
      const Endpoint endpoint{.transport = listener.kind.transport, .port = port++};
      about_.profiles += profile_lines(listener, endpoint.url());
    }
    about_.capabilities = broker::Capabilities({{"tls.versions", "1.2,1.3"},
                                                {"mtls", "optional,required"},
                                                {"ws", "yes"},
                                                {"wss", "yes"}});
    made_.profiles = listeners->size();
    return write();
  }

  Result<Prepared> of(const broker::Driver& driver) {
    auto materials = make_material(broker::run_as(driver.name));
    if (!materials) return materials.error();
    std::optional<broker::Program> program;
    if (driver.find != nullptr) {
      auto found = driver.find({});
      if (!found) return found.error();
      program = std::move(*found);
    }
    if (driver.capabilities != nullptr) {
      about_.capabilities = driver.capabilities(program ? program->version : std::string());
    }
    const auto batches = share_out(rows_, driver, about_.capabilities, *materials);
    if (!batches) return batches.error();
    about_.name = driver.name;
    about_.reload = driver.reloading;
    made_.skipped += batches->skips.size();
    for (std::size_t number = 0; number < batches->all.size(); ++number) {
      if (auto added = add(driver, program, batches->all[number], number); !added) {
        return added.error();
      }
    }
    for (const auto& command : made_.commands) about_.head += fmt::format("# start: {}\n", command);
    return write();
  }

 private:
  Result<Materials> make_material(const std::string& owner) const {
    return make_materials(
        rows_, {.directory = directory_ / material_name, .key_owner = owner, .keep = true});
  }

  Result<void> add(const broker::Driver& driver, const std::optional<broker::Program>& program,
                   const Batch& batch, std::size_t number) {
    broker::Settings settings;
    settings.directory = directory_ / fmt::format("{}-{}", driver.name, number);
    settings.listeners = batch.listeners;
    settings.user_topics = true;
    settings.users = registered_users();
    const auto written = broker::write_settings(driver, settings);
    if (!written) return written.error();
    for (const auto& listener : written->listeners) {
      const auto asked =
          std::ranges::find(batch.listeners, listener.name, &broker::ListenerSettings::name);
      about_.profiles += profile_lines(*asked, listener.endpoint.url(), listener.login);
    }
    made_.profiles += written->listeners.size();
    if (program) {
      std::ranges::move(own_commands(driver, *program, *written),
                        std::back_inserter(made_.commands));
    } else {
      made_.commands.push_back(with_paths(driver.starting, *written));
    }
    return {};
  }

  Result<Prepared> write() {
    made_.target = directory_ / target_name;
    if (auto written = pki::write_file(made_.target, target_text(about_), text_mode); !written) {
      return written.error();
    }
    return std::move(made_);
  }

  fs::path directory_;
  std::vector<const CheckSpec*> rows_;
  Description about_;
  Prepared made_;
};

}  // namespace

Result<Prepared> prepare_target(const PrepareOptions& options) {
  auto rows = select(options.selection);
  if (!rows) return rows.error();
  std::error_code error;
  fs::create_directories(options.directory / material_name, error);
  if (error) {
    return environment_problem("cannot make the folder: " + error.message(),
                               options.directory.string(), "name another one with --prepare");
  }
  const auto left_out = std::erase_if(
      *rows, [](const CheckSpec* row) { return std::ranges::any_of(row->needs, needs_responder); });
  Preparation preparation(options, std::move(*rows), left_out);
  if (options.driver.empty()) return preparation.of_unknown();
  const auto driver = broker::find_driver(options.driver);
  if (!driver) return driver.error();
  return preparation.of(**driver);
}

}  // namespace handfast::check
