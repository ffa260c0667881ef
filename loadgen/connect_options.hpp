// What CONNECT carries besides client identifier and keep alive, as values (MQTT 5.0 §3.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/mqtt/connect.hpp"
#include "core/mqtt/types.hpp"
#include "loadgen/template.hpp"

namespace handfast::loadgen {

/// User name and password of one client.
struct Login {
  std::string user;
  std::string password;
};

struct WillSpec {
  std::string topic;      ///< a template with {fleet} {i} {n}
  std::string payload{};  ///< likewise
  std::uint8_t qos = 0;   ///< 0 to 2
  bool retain = false;
  std::optional<std::chrono::seconds> delay{};  ///< Will Delay Interval; 5.0 only
};

struct ConnectSpec {
  std::optional<std::string> user{};      ///< a template with {fleet} {i} {n}
  std::optional<std::string> password{};  ///< likewise
  std::vector<Login> logins{};            ///< by client index, modulo; instead of the two
  std::optional<WillSpec> will{};
  bool clean_start = true;  ///< 3.1.1: Clean Session
  // 5.0 only.
  std::optional<std::chrono::seconds> session_expiry{};
  std::optional<std::uint16_t> receive_maximum{};  ///< 1 to 65535
  std::vector<std::pair<std::string, std::string>> user_properties{};
};

/// A ConnectSpec made ready: templates parsed, properties listed.
class ConnectPlan {
 public:
  /// Usage problem for templates and settings that no CONNECT could carry.
  static Result<ConnectPlan> make(const ConnectSpec& spec, mqtt::Version version,
                                  std::string fleet);

  /// Adds to `connect` what the plan says for one client.
  void apply(mqtt::Connect& connect, std::uint64_t client, std::uint64_t number) const;

 private:
  struct WillPlan {
    Template topic;
    Template payload;
    mqtt::Will base;  ///< everything that is the same for all clients
  };

  std::string fleet_;
  std::optional<Template> user_;
  std::optional<Template> password_;
  std::vector<Login> logins_;
  std::optional<WillPlan> will_;
  bool clean_start_ = true;
  mqtt::Properties properties_;
};

}  // namespace handfast::loadgen
