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
  if (std::ranges::find(driver.kinds, listener.kind) != driver.kinds.end()) return {};
  std::vector<std::string> known;
  for (const auto kind : driver.kinds) known.push_back(to_string(kind));
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
  const bool tls = uses_tls(listener.kind.transport) && listener.psk.empty();
  if (auto ok = need(tls, listener.certificate, "a certificate file"); !ok) return ok;
  if (auto ok = need(tls, listener.key, "a private key file"); !ok) return ok;
  return need(tls && listener.kind.two_way, listener.trust,
              "a file of trust anchors for client certificates");
}

/// A wish that cannot be kept is refused: a listener that is weaker than asked for proves nothing.
Result<void> check_wishes(const Driver& driver, const ListenerSettings& listener) {
  const auto need = [&](bool wanted, bool can, const char* what) -> Result<void> {
    if (!wanted || can) return {};
    return usage_problem(
        fmt::format("listener \"{}\": {} cannot be given {}", listener.name, driver.name, what));
  };
  const auto& can = driver.can;
  const bool user = std::ranges::find(can.user_from, listener.user_from) != can.user_from.end();
  if (auto ok = need(!listener.tls_version.empty(), can.tls_version, "a TLS version"); !ok) {
    return ok;
  }
  if (auto ok = need(!listener.ciphers.empty(), can.ciphers, "a cipher list"); !ok) return ok;
  if (auto ok = need(!listener.revoked.empty(), can.revoked, "revocation lists"); !ok) return ok;
  if (auto ok = need(listener.fetches_crls, can.fetches_crls, "CRLs to fetch"); !ok) return ok;
  if (auto ok = need(listener.asks_ocsp, can.asks_ocsp, "an OCSP responder to ask"); !ok) return ok;
  if (auto ok = need(listener.staples, can.staples, "OCSP answers to staple"); !ok) return ok;
  if (auto ok =
          need(!listener.other_certificate.empty(), can.other_certificate, "a second certificate");
      !ok) {
    return ok;
  }
  if (auto ok = need(!listener.psk.empty(), can.psk, "pre-shared keys"); !ok) return ok;
  if (auto ok = need(listener.proxy_protocol, can.proxy_protocol, "the PROXY protocol"); !ok) {
    return ok;
  }
  if (auto ok = need(listener.proxy_names_users, can.proxy_names_users, "users by PROXY headers");
      !ok) {
    return ok;
  }
  if (auto ok = need(listener.binds_client_id, can.binds_client_id,
                     "client identifiers from certificates");
      !ok) {
    return ok;
  }
  if (auto ok = need(listener.account.has_value(), can.account, "a password beside certificates");
      !ok) {
    return ok;
  }
  const bool optional = listener.kind.two_way && listener.certificate_optional;
  if (auto ok = need(optional, can.optional_clients, "an optional client certificate"); !ok) {
    return ok;
  }
  return need(listener.user_from != UserFrom::nothing, user,
              "this way from a certificate to a user name");
}

/// Pairs, as later ones are what a caller can leave out.
Result<void> check_sharing(const Driver& driver, const std::vector<ListenerSettings>& listeners) {
  for (auto later = listeners.begin(); later != listeners.end(); ++later) {
    for (auto earlier = listeners.begin(); earlier != later; ++earlier) {
      if (can_share(driver, *earlier, *later)) continue;
      return usage_problem(fmt::format("listeners \"{}\" and \"{}\" cannot share one {}",
                                       earlier->name, later->name, driver.name),
                           {}, "start one broker for each");
    }
  }
  return {};
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
    if (auto ok = check_wishes(driver, listener); !ok) return ok;
  }
  return check_sharing(driver, settings.listeners);
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
    make_absolute(listener.other_certificate);
    make_absolute(listener.other_key);
  }
  if (auto ok = choose_ports(settings.listeners); !ok) return ok.error();
  return settings;
}

}  // namespace handfast::broker
