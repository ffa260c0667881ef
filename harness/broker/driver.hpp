// What one kind of broker is: the descriptor that its folder fills in. A further broker is a folder
// with these functions and one line in the registry (drivers.cpp); docs/brokers.md walks through
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/capabilities.hpp"

namespace handfast::broker {

struct Program {
  std::string path;
  std::string version;  ///< "2.0.11"
};

/// One program to run. It inherits our environment; `environment` sets variables on top.
struct Invocation {
  std::string program;
  std::vector<std::string> arguments{};    ///< without the program itself
  std::vector<std::string> environment{};  ///< "NAME=value"
};

/// A file that the broker wants beside its configuration.
struct ExtraFile {
  std::string name;  ///< in the directory of the settings
  std::string content;
  bool secret = false;  ///< for the broker's user alone
};

/// The wishes of ListenerSettings that its configuration can express; `prepare` refuses the others,
/// so that no listener is weaker than asked for.
struct Abilities {
  bool tls_version = false;
  bool ciphers = false;
  bool revoked = false;
  bool fetches_crls = false;
  bool asks_ocsp = false;
  bool staples = false;
  bool other_certificate = false;
  bool mqtt5 = true;                  ///< else MQTT 3.1.1 alone
  bool optional_clients = true;       ///< a certificate may be asked for and not required
  std::vector<UserFrom> user_from{};  ///< besides `nothing`
  bool binds_client_id = false;       ///< the client identifier is taken from the certificate
  bool account = false;               ///< a user name and password beside the certificate
  bool psk = false;
  bool proxy_protocol = false;
  bool proxy_names_users = false;
};

/// tcp, tls, tls-two-way, ws, wss, wss-two-way.
std::vector<ListenerKind> stream_kinds();

struct Driver {
  std::string name;
  std::string installing;  ///< "apt-get install mosquitto"
  std::vector<ListenerKind> kinds = stream_kinds();
  std::string websocket_path = "/mqtt";  ///< that its listeners answer to
  /// Name of the configuration file in the directory; empty: NAME.conf.
  std::string configuration_name{};
  /// Part of the log line that tells it is up; empty: none. Brokers listen before they have read
  /// their certificates, so connections alone do not prove that it stays.
  std::string ready_text{};
  Nanos start_limit = std::chrono::seconds(10);
  Nanos stop_grace = std::chrono::seconds(5);  ///< between SIGTERM and SIGKILL
  Abilities can{};
  /// Folder in the directory of the settings that it starts in and writes to: given to its user,
  /// and emptied before each start, as the sessions of one run must not colour the next. Empty:
  /// none.
  std::string state_folder{};

  /// User to start the program as when we are root; null or empty: root.
  std::string (*run_as)() = nullptr;
  /// Finds the program and asks for its version; `binary` as in Settings. Null: a person starts
  /// this broker, with the settings that are rendered here.
  Result<Program> (*find)(const std::string& binary) = nullptr;
  /// Adds what the broker needs besides the listeners that were asked for; may be null.
  void (*complete)(Settings& settings) = nullptr;
  /// The configuration text; paths are absolute and ports set.
  std::string (*render)(const Settings& settings) = nullptr;
  /// What goes beside the configuration; null: nothing. Environment problem when a certificate file
  /// that has to be rewritten for this broker cannot be read.
  Result<std::vector<ExtraFile>> (*files)(const Settings& settings) = nullptr;
  /// What makes the program run in the foreground with this configuration. The process that it
  /// starts has to be the broker in the end (by exec): it is signalled, sampled and killed by pid.
  Invocation (*invoke)(const Program& program, const Settings& settings,
                       const std::filesystem::path& configuration) = nullptr;
  /// Programs that must run beside it, as epmd beside RabbitMQ: started before, stopped after it.
  /// Null: none.
  std::vector<Invocation> (*companions)(const Settings& settings) = nullptr;

  /// Makes the broker `pid` read its certificates again (Broker::reload); null: it cannot. `as` is
  /// the user that it runs as, empty for our own.
  Result<void> (*reload)(pid_t pid, const Settings& settings, const std::string& as) = nullptr;
  /// What CONNECT must carry at such a listener; null: nothing.
  Login (*login)(const ListenerSettings& listener) = nullptr;
  /// Two listeners with these settings can live in one process; null: any can. Asked in both
  /// orders, never for a listener and itself.
  bool (*can_share)(const ListenerSettings& a, const ListenerSettings& b) = nullptr;
  /// What a broker of this version can do, as far as it was tried; null: nothing is declared.
  Capabilities (*capabilities)(const std::string& version) = nullptr;

  /// For brokers that a person starts: the command, with {configuration} and {folder} for paths,
  /// and what makes it read its certificates again (empty: nothing does).
  std::string starting{};
  std::string reloading{};
};

/// The driver called `name`, of those that a person starts too; usage problem with a suggestion
/// when there is none.
Result<const Driver*> find_driver(std::string_view name);

/// Driver::find, or a usage problem for a broker that a person starts.
Result<Program> find_program_of(const Driver& driver, const std::string& binary);

/// A driver's can_share, in both orders.
bool can_share(const Driver& driver, const ListenerSettings& a, const ListenerSettings& b);

/// Looks for an executable file. `binary` with a slash is taken as it is; a bare name (`usual_name`
/// when `binary` is empty) is looked up in the directories of `search_path`, colon-separated as
/// $PATH. Environment problem with `install_hint` when there is none.
Result<std::string> find_program(const std::string& binary, const std::string& usual_name,
                                 const std::string& search_path, const std::string& install_hint);

/// $PATH and the directories of system programs, which a user's PATH often lacks on Debian.
std::string default_search_path();

/// Driver::reload of brokers that do it on SIGHUP.
Result<void> reload_by_hangup(pid_t pid, const Settings& settings, const std::string& as);

}  // namespace handfast::broker
