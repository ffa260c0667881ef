// What one kind of broker is: the descriptor that its folder fills in. A further broker is a folder
// with these functions and one line in the registry (drivers.cpp).
#pragma once

#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"

namespace handfast::broker {

struct Program {
  std::string path;
  std::string version;  ///< "2.0.11"
};

struct Driver {
  std::string name;
  std::vector<Transport> transports;
  std::string websocket_path = "/mqtt";  ///< that its listeners answer to
  /// Part of the log line that tells it is up; empty: none. Brokers listen before they have read
  /// their certificates, so connections alone do not prove that it stays.
  std::string ready_text;

  /// User to start the program as when we are root; empty: root.
  std::string (*run_as)() = nullptr;
  /// Finds the program and asks for its version; `binary` as in Settings.
  Result<Program> (*find)(const std::string& binary) = nullptr;
  /// Adds what the broker needs besides the listeners that were asked for; may be null.
  void (*complete)(Settings& settings) = nullptr;
  /// The configuration text; paths are absolute and ports set.
  std::string (*render)(const Settings& settings) = nullptr;
  /// Arguments that make the program run in the foreground with this configuration.
  std::vector<std::string> (*arguments)(const std::filesystem::path& configuration) = nullptr;
};

/// The driver called `name`; usage problem with a suggestion when there is none.
Result<const Driver*> find_driver(std::string_view name);

/// Looks for an executable file. `binary` with a slash is taken as it is; a bare name (`usual_name`
/// when `binary` is empty) is looked up in the directories of `search_path`, colon-separated as
/// $PATH. Environment problem with `install_hint` when there is none.
Result<std::string> find_program(const std::string& binary, const std::string& usual_name,
                                 const std::string& search_path, const std::string& install_hint);

/// $PATH and the directories of system programs, which a user's PATH often lacks on Debian.
std::string default_search_path();

}  // namespace handfast::broker
