// broker.json. nlohmann's exceptions end here.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/broker/detached.hpp"

namespace handfast::broker {

namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

Json listener_json(const Listener& listener) {
  return {{"name", listener.name},
          {"kind", to_string(listener.kind)},
          {"url", listener.endpoint.url()}};
}

/// A listener as written, or nullopt when kind and URL are none.
std::optional<Listener> parse_listener_json(const Json& json) {
  const auto kind = parse_listener(json.at("kind").get<std::string>());
  const auto endpoint = parse_url(json.at("url").get<std::string>());
  if (!kind || !endpoint || kind->transport != endpoint->transport) return std::nullopt;
  return Listener{json.at("name").get<std::string>(), *kind, *endpoint};
}

Problem not_state(const std::string& why, const std::string& where) {
  return environment_problem("not the state of a broker: " + why, where,
                             "remove the file when no broker runs there");
}

}  // namespace

std::string to_json(const State& state) {
  Json json{{"handfast-broker", format_version},
            {"driver", state.driver},
            {"version", state.version},
            {"pid", state.pid},
            {"start_ticks", state.start_ticks},
            {"companions", state.companions},
            {"listeners", Json::array()},
            {"configuration", state.configuration.string()},
            {"log", state.log_file.string()},
            {"client",
             {{"trust", state.client.trust.string()},
              {"certificate", state.client.certificate.string()},
              {"key", state.client.key.string()}}}};
  for (const auto& listener : state.listeners) {
    json["listeners"].push_back(listener_json(listener));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<State> parse_state(std::string_view text, const std::string& where) {
  try {
    const auto json = Json::parse(text);
    if (json.at("handfast-broker").get<int>() != format_version) {
      return not_state(
          fmt::format("format {}, expected {}", json["handfast-broker"].dump(), format_version),
          where);
    }
    const auto& client = json.at("client");
    State state{.driver = json.at("driver").get<std::string>(),
                .version = json.at("version").get<std::string>(),
                .pid = json.at("pid").get<pid_t>(),
                .start_ticks = json.at("start_ticks").get<std::uint64_t>(),
                .configuration = json.at("configuration").get<std::string>(),
                .log_file = json.at("log").get<std::string>(),
                .client = {.trust = client.at("trust").get<std::string>(),
                           .certificate = client.at("certificate").get<std::string>(),
                           .key = client.at("key").get<std::string>()}};
    // kill(2) gives 0 and negative pids the meaning of groups, and 1 is nobody's broker.
    if (state.pid <= 1) return not_state(fmt::format("pid {}", state.pid), where);
    state.companions = json.value("companions", state.companions);
    for (const auto& [pid, start_ticks] : state.companions) {
      if (pid <= 1) return not_state(fmt::format("pid {}", pid), where);
    }
    for (const auto& item : json.at("listeners")) {
      auto listener = parse_listener_json(item);
      if (!listener) return not_state("listener " + item.dump(), where);
      state.listeners.push_back(std::move(*listener));
    }
    return state;
  } catch (const Json::exception& error) {
    return not_state(error.what(), where);
  }
}

}  // namespace handfast::broker
