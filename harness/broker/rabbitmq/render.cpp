// rabbitmq.conf, and advanced.config for what has no keys there (3.10): client certificates of
// WebSocket over TLS, and CRLs to fetch.
#include "harness/broker/rabbitmq/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace handfast::broker::rabbitmq {

namespace {

bool has(const Node& node, Transport transport) {
  return std::ranges::any_of(node.listeners,
                             [&](const auto& listener) { return listener.transport == transport; });
}

std::string_view verify(const TlsOptions& tls) {
  return tls.ask_clients ? "verify_peer" : "verify_none";
}

/// One set for all TLS listeners of MQTT: RabbitMQ has no other.
std::string tls_settings(const TlsOptions& tls) {
  auto settings = fmt::format("\nssl_options.certfile = {}\nssl_options.keyfile = {}\n",
                              tls.certificate, tls.key);
  if (!tls.trust.empty()) settings += fmt::format("ssl_options.cacertfile = {}\n", tls.trust);
  settings += fmt::format("ssl_options.verify = {}\nssl_options.fail_if_no_peer_cert = {}\n",
                          verify(tls), tls.insist);
  if (tls.depth) settings += fmt::format("ssl_options.depth = {}\n", *tls.depth);
  int number = 1;
  for (const auto& version : tls.versions) {
    settings += fmt::format("ssl_options.versions.{} = tlsv{}\n", number++, version);
  }
  return settings;
}

std::string login_settings(const Node& node) {
  if (!node.user.empty()) {
    return fmt::format("\nmqtt.allow_anonymous = false\ndefault_user = {}\ndefault_pass = {}\n",
                       node.user, node.password);
  }
  if (node.user_from.empty()) {
    return "\nmqtt.allow_anonymous = true\nmqtt.default_user = guest\nmqtt.default_pass = guest\n";
  }
  const auto field = node.user_from == "cn"   ? "common_name"
                     : node.user_from == "dn" ? "distinguished_name"
                                              : "subject_alternative_name";
  return fmt::format(
      "\nmqtt.allow_anonymous = false\nmqtt.ssl_cert_login = true\nssl_cert_login_from = {}\n{}",
      field, node.user_from == "san" ? "ssl_cert_login_san_type = dns\n" : "");
}

/// An Erlang string.
std::string in_quotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// `true` checks the whole chain; lists come from the distribution points alone, each within 5 s.
constexpr auto fetching_options =
    "{crl_check, true}, {crl_cache, {ssl_crl_cache, {internal, [{http, 5000}]}}}";

/// The options of Erlang's ssl, without the brackets of their list.
std::string erlang_options(const TlsOptions& tls) {
  auto options = fmt::format("    {{certfile, {}}}, {{keyfile, {}}},\n", in_quotes(tls.certificate),
                             in_quotes(tls.key));
  if (!tls.trust.empty()) options += fmt::format("    {{cacertfile, {}}},\n", in_quotes(tls.trust));
  if (tls.depth) options += fmt::format("    {{depth, {}}},\n", *tls.depth);
  std::string offered;
  for (const auto& version : tls.versions) {
    offered += fmt::format("{}'tlsv{}'", offered.empty() ? "" : ", ", version);
  }
  options +=
      fmt::format("    {{versions, [{}]}},\n    {{verify, {}}}, {{fail_if_no_peer_cert, {}}}",
                  offered, verify(tls), tls.insist);
  if (tls.fetches_crls) options += fmt::format(",\n    {}", fetching_options);
  return options;
}

/// Everything of a listener is copied from the original's but the port and these options.
constexpr std::string_view copying = R"erl(
Own = [port, certfile, keyfile, cacertfile, verify, fail_if_no_peer_cert, versions, depth,
       crl_check, crl_cache],
Await = fun Await(Port) ->
  All = try ranch:info() catch _:_ -> #{} end,
  case [Ref || {Ref, #{port := At}} <- maps:to_list(All), At =:= Port] of
    [Ref | _] -> Ref;
    [] -> timer:sleep(50), Await(Port)
  end
end,
Copy = fun(From, To, Tls) ->
  Ref = Await(From),
  Options = ranch:get_transport_options(Ref),
  #{protocol := Protocol, transport := Transport} = ranch:info(Ref),
  Kept = [One || One <- maps:get(socket_opts, Options, []),
                 not (is_tuple(One) andalso lists:member(element(1, One), Own))],
  {ok, _} = ranch:start_listener({handfast, To}, Transport,
    Options#{socket_opts => [{port, To} | Tls] ++ Kept},
    Protocol, ranch:get_protocol_options(Ref))
end,
)erl";

}  // namespace

std::string conf(const Node& node) {
  std::string text =
      "# Made by handfast; changes are overwritten.\n"
      "# no AMQP, and nothing on other addresses\n"
      "listeners.tcp = none\nlog.console = true\nlog.file = false\n";
  if (node.verbose) text += "log.console.level = debug\n";
  text += "mqtt.vhost = /\nmqtt.exchange = amq.topic\n";
  if (!has(node, Transport::tcp)) text += "mqtt.listeners.tcp = none\n";
  int number = 1;
  auto websocket_port = node.spare_port;
  for (const auto& listener : node.listeners) {
    if (listener.transport == Transport::ws) websocket_port = listener.port;
    if (uses_websocket(listener.transport)) continue;
    text += fmt::format("# {}\nmqtt.listeners.{}.{} = 127.0.0.1:{}\n", listener.name,
                        uses_tls(listener.transport) ? "ssl" : "tcp", number++, listener.port);
  }
  if (has(node, Transport::ws) || has(node, Transport::wss)) {
    // The plugin opens a plain listener whether or not one is asked for.
    text += fmt::format(
        "# ws\nweb_mqtt.tcp.ip = 127.0.0.1\nweb_mqtt.tcp.port = {}\nweb_mqtt.ws_path = /mqtt\n",
        websocket_port);
  }
  if (node.proxied) text += "mqtt.proxy_protocol = true\n";
  if (node.proxied_web) text += "web_mqtt.proxy_protocol = true\n";
  text += login_settings(node);
  if (!node.definitions.empty()) text += fmt::format("load_definitions = {}\n", node.definitions);
  return node.tls && !node.tls->fetches_crls ? text + tls_settings(*node.tls) : text;
}

std::string advanced_config(const Node& node) {
  std::vector<std::string> applications;
  if (node.tls && node.tls->fetches_crls) {
    applications.push_back(
        fmt::format("{{rabbit, [{{ssl_options, [\n{}]}}]}}", erlang_options(*node.tls)));
  }
  const auto listener = std::ranges::find(node.listeners, Transport::wss, &NodeListener::transport);
  if (listener != node.listeners.end() && node.wss) {
    applications.push_back(fmt::format(
        "{{rabbitmq_web_mqtt, [{{ssl_config, [{{ip, {{127,0,0,1}}}}, {{port, {}}},\n{}]}}]}}",
        listener->port, erlang_options(*node.wss)));
  }
  if (applications.empty()) return {};
  return fmt::format("%% Made by handfast; changes are overwritten.\n[{}].\n",
                     fmt::join(applications, ",\n"));
}

std::string copy_script(const Node& node) {
  if (node.copies.empty()) return {};
  std::string text =
      "%% Made by handfast; changes are overwritten.\n"
      "%% RabbitMQ's settings have one set of TLS options for MQTT and one for WebSocket.\n" +
      std::string(copying) + "spawn(fun() ->\n";
  for (const auto& copy : node.copies) {
    const auto options =
        copy.tls ? fmt::format("rabbit_ssl_options:fix([\n{}])", erlang_options(*copy.tls)) : "[]";
    text += fmt::format("  %% {}\n  Copy({}, {}, {}),\n", copy.name, copy.of, copy.port, options);
  }
  return text + "  ok\nend).\n";
}

std::string enabled_plugins(const Node& node) {
  std::string names = "rabbitmq_mqtt";
  if (has(node, Transport::ws) || has(node, Transport::wss)) names += ",rabbitmq_web_mqtt";
  if (!node.user_from.empty()) names += ",rabbitmq_auth_mechanism_ssl";
  return fmt::format("[{}].\n", names);
}

std::string definitions(const std::vector<std::string>& users) {
  using nlohmann::json;
  // Topics of MQTT have dots here. RabbitMQ puts the user's name in place of {username}.
  const std::string topics = R"(^(handfast\..*|user\.{username}\..*)$)";
  json text{{"vhosts", {{{"name", "/"}}}},
            {"users", json::array()},
            {"permissions", json::array()},
            {"topic_permissions", json::array()}};
  for (const auto& user : users) {
    text["users"].push_back({{"name", user}, {"password_hash", ""}, {"tags", ""}});
    text["permissions"].push_back(
        {{"user", user}, {"vhost", "/"}, {"configure", ".*"}, {"write", ".*"}, {"read", ".*"}});
    text["topic_permissions"].push_back({{"user", user},
                                         {"vhost", "/"},
                                         {"exchange", "amq.topic"},
                                         {"write", topics},
                                         {"read", topics}});
  }
  return text.dump(1) + "\n";
}

}  // namespace handfast::broker::rabbitmq
