// Settings of mosquitto.conf(5), each with the reason why it is there.
#include <fmt/format.h>

#include <algorithm>

#include "harness/broker/mosquitto/mosquitto.hpp"
#include "harness/broker/mosquitto/password.hpp"

namespace handfast::broker::mosquitto {

namespace {

/// Connections and disconnections are notices: enough to tell which client identifier got in. Every
/// packet as well (`verbose`) cost 74 % more CPU time at 200,000 QoS 0 messages (1.20 s instead of
/// 0.69 s), so that is for conformance runs and not for load.
std::string log_settings(bool verbose) {
  std::string text =
      "log_dest stderr\n"
      "log_timestamp true\n"
      "log_timestamp_format %Y-%m-%dT%H:%M:%S\n"
      "connection_messages true\n";
  if (verbose) return text + "log_type all\n";
  for (const auto* type : {"error", "warning", "notice", "information"}) {
    text += fmt::format("log_type {}\n", type);
  }
  return text;
}

std::string listener_settings(const ListenerSettings& listener) {
  auto text = fmt::format("\n# {}\nlistener {} 127.0.0.1\n", listener.name, listener.port);
  // Without this a WebSocket listener ignores its address and binds [::], open to the network
  // (2.0.11, mosquitto issue #3045): libwebsockets takes the address only when IPv6 is off.
  text += "socket_domain ipv4\n";
  // The limit of accepted clients is the load test's to find, not a default's (-1: none).
  text += "max_connections -1\n";
  if (uses_websocket(listener.kind.transport)) text += "protocol websockets\n";
  if (!uses_tls(listener.kind.transport)) return text;
  // Unset offers TLS 1.2 and 1.3, a value that one alone.
  if (!listener.tls_version.empty()) {
    text += fmt::format("tls_version tlsv{}\n", listener.tls_version);
  }
  if (!listener.psk.empty()) {
    // The identity is the user name then, as with use_identity_as_username and certificates.
    return text + "psk_hint handfast\nuse_identity_as_username true\n";
  }
  if (!listener.ciphers.empty()) text += fmt::format("ciphers {}\n", listener.ciphers);
  text += fmt::format("certfile {}\nkeyfile {}\n", listener.certificate.string(),
                      listener.key.string());
  if (!listener.kind.two_way) {
    if (!listener.trust.empty()) text += fmt::format("cafile {}\n", listener.trust.string());
  } else {
    // require_certificate says it all by itself here, but not cafile: with that alone any client
    // without a certificate gets in.
    text += fmt::format("cafile {}\n", listener.trust.string());
    if (!listener.certificate_optional) text += "require_certificate true\n";
    if (!listener.revoked.empty()) text += fmt::format("crlfile {}\n", listener.revoked.string());
    if (listener.user_from == UserFrom::common_name) text += "use_identity_as_username true\n";
    if (listener.user_from == UserFrom::subject) text += "use_subject_as_username true\n";
    if (listener.binds_client_id) text += "use_username_as_clientid true\n";
  }
  return text;
}

constexpr const char* access_file = "acl.conf";
constexpr const char* keys_file = "psk.txt";
constexpr const char* passwords_file = "passwords.txt";

bool names_users(const Settings& settings) {
  return std::ranges::any_of(settings.listeners, &ListenerSettings::names_users);
}

bool guards_topics(const Settings& settings) {
  return settings.user_topics && names_users(settings);
}

/// One line a key, "IDENTITY:HEX".
std::string key_lines(const Settings& settings) {
  std::string text;
  for (const auto& listener : settings.listeners) {
    for (const auto& [identity, key] : listener.psk) {
      text += fmt::format("{}:{}\n", identity, to_hex(key));
    }
  }
  return text;
}

/// Of all listeners: they share a broker only when it is the same.
const Account* account_of(const Settings& settings) {
  for (const auto& listener : settings.listeners) {
    if (listener.account) return &*listener.account;
  }
  return nullptr;
}

}  // namespace

Result<std::vector<ExtraFile>> files(const Settings& settings) {
  std::vector<ExtraFile> made;
  if (guards_topics(settings)) {
    // The second pattern has no %u, of which mosquitto warns: `topic` would be for clients without
    // a name alone.
    made.push_back({.name = access_file,
                    .content = "pattern readwrite user/%u/#\npattern readwrite handfast/#\n"});
  }
  if (auto keys = key_lines(settings); !keys.empty()) {
    made.push_back({.name = keys_file, .content = std::move(keys), .secret = true});
  }
  if (const auto* account = account_of(settings)) {
    made.push_back({.name = passwords_file, .content = password_line(*account), .secret = true});
  }
  return made;
}

bool can_share(const ListenerSettings& a, const ListenerSettings& b) {
  return a.names_users() == b.names_users() && a.account == b.account;
}

std::string render(const Settings& settings) {
  // A listener may then be used without password file (2.0 refuses strangers by default);
  // retained messages and sessions of one run must not colour the next; small packets must not wait
  // for Nagle, or latency measures a timer.
  const bool guarded = guards_topics(settings);
  auto text = fmt::format(
      "# Made by handfast; changes are overwritten.\n"
      "allow_anonymous {}\n"
      "persistence false\n"
      "set_tcp_nodelay true\n",
      !guarded && account_of(settings) == nullptr);
  if (guarded) {
    text += fmt::format("acl_file {}\n", (settings.directory / access_file).string());
  }
  if (account_of(settings) != nullptr) {
    text += fmt::format("password_file {}\n", (settings.directory / passwords_file).string());
  }
  if (!key_lines(settings).empty()) {
    text += fmt::format("psk_file {}\n", (settings.directory / keys_file).string());
  }
  text += log_settings(settings.verbose);
  for (const auto& listener : settings.listeners) text += listener_settings(listener);
  return text;
}

}  // namespace handfast::broker::mosquitto
