// What can be said about settings before anything is started.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "core/base/text.hpp"
#include "harness/broker/launch.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

Result<void> check_kind(const Driver& driver, const ListenerSettings& listener) {
  const auto knows = [&](Transport transport) {
    return std::ranges::find(driver.transports, transport) != driver.transports.end();
  };
  if (knows(listener.kind.transport)) return {};
  std::vector<std::string> known;
  for (const auto& name : listener_names()) {
    if (knows(parse_listener(name)->transport)) known.push_back(name);
  }
  return usage_problem(
      fmt::format("{} has no listener of kind \"{}\"", driver.name, to_string(listener.kind)), {},
      "one of: " + join(known, ", "));
}

/// A line break in a path would end the setting and start another one.
bool has_control_character(const fs::path& path) {
  return std::ranges::any_of(path.native(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Result<void> check_files(const ListenerSettings& listener) {
  const auto need = [&](bool needed, const fs::path& path, const char* what) -> Result<void> {
    if (needed && path.empty()) {
      return usage_problem(fmt::format("listener \"{}\" needs {}", listener.name, what));
    }
    if (has_control_character(path)) {
      return usage_problem(
          fmt::format("listener \"{}\": control character in the path of {}", listener.name, what),
          printable(path.string()));
    }
    return {};
  };
  const bool tls = uses_tls(listener.kind.transport);
  if (auto ok = need(tls, listener.certificate, "a certificate file"); !ok) return ok;
  if (auto ok = need(tls, listener.key, "a private key file"); !ok) return ok;
  return need(tls && listener.kind.two_way, listener.trust,
              "a file of trust anchors for client certificates");
}

Result<void> check_listeners(const Driver& driver, const Settings& settings) {
  if (settings.listeners.empty()) return usage_problem("no listener asked for");
  std::set<std::string> names;
  std::set<std::uint16_t> ports;
  for (const auto& listener : settings.listeners) {
    if (!names.insert(listener.name).second) {
      return usage_problem(fmt::format("two listeners are called \"{}\"", listener.name));
    }
    if (listener.port != 0 && !ports.insert(listener.port).second) {
      return usage_problem(fmt::format("listener \"{}\" has the port {} of another listener",
                                       listener.name, listener.port));
    }
    if (auto ok = check_kind(driver, listener); !ok) return ok;
    if (auto ok = check_files(listener); !ok) return ok;
  }
  return {};
}

Result<void> choose_ports(std::vector<ListenerSettings>& listeners) {
  // Some spare ones, as a free port may be one that another listener names.
  const auto ports = free_ports(2 * listeners.size());
  if (!ports) return ports.error();
  std::set<std::uint16_t> used;
  for (const auto& listener : listeners) used.insert(listener.port);
  auto next = ports->begin();
  for (auto& listener : listeners) {
    if (listener.port != 0) continue;
    while (used.contains(*next)) ++next;
    listener.port = *next++;
  }
  return {};
}

void make_absolute(fs::path& path) {
  std::error_code error;  // only a missing working directory; the path then stays as it is
  if (path.empty()) return;
  if (auto absolute = fs::absolute(path, error); !error) path = absolute.lexically_normal();
}

}  // namespace

Result<Settings> prepare(const Driver& driver, Settings settings) {
  if (auto ok = check_listeners(driver, settings); !ok) return ok.error();
  if (driver.complete != nullptr) driver.complete(settings);
  make_absolute(settings.directory);
  for (auto& listener : settings.listeners) {
    make_absolute(listener.certificate);
    make_absolute(listener.key);
    make_absolute(listener.trust);
    make_absolute(listener.revoked);
  }
  if (auto ok = choose_ports(settings.listeners); !ok) return ok.error();
  return settings;
}

}  // namespace handfast::broker
