// Running aedes with server.mjs. nlohmann's exceptions end here.
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "harness/broker/aedes/aedes.hpp"

namespace handfast::broker::aedes {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* script_name = "aedes-server.mjs";

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
  return value != nullptr ? value : "";
}

Result<Program> find(const std::string& binary) {
  auto node = find_program(binary, "node", default_search_path(), "apt-get install nodejs");
  if (!node) return node.error();
  const auto package = modules_folder() / "node_modules/aedes/package.json";
  const auto text = read_text(package);
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("version") || !json["version"].is_string()) {
    return environment_problem("aedes is not installed: no such package", package.string(),
                               driver().installing);
  }
  return Program{std::move(*node), json["version"].get<std::string>()};
}

Invocation invoke(const Program& program, const Settings& settings, const fs::path& configuration) {
  return {.program = program.path,
          .arguments = {(settings.directory / script_name).string(), configuration.string(),
                        modules_folder().string()}};
}

Result<std::vector<ExtraFile>> files(const Settings& /*settings*/) {
  return std::vector<ExtraFile>{{.name = script_name, .content = std::string(script())}};
}

const char* field_of(UserFrom user_from) { return user_from == UserFrom::common_name ? "CN" : ""; }

Json listener_json(const ListenerSettings& listener) {
  Json json{{"name", listener.name},
            {"transport", to_string(listener.kind.transport)},
            {"port", listener.port}};
  if (!uses_tls(listener.kind.transport)) return json;
  json["certificate"] = listener.certificate.string();
  json["key"] = listener.key.string();
  json["ask"] = listener.kind.two_way;
  json["insist"] = listener.kind.two_way && !listener.certificate_optional;
  if (!listener.trust.empty()) json["trust"] = listener.trust.string();
  if (listener.kind.two_way) {
    json["revoked"] = listener.revoked.string();
    json["user_from"] = field_of(listener.user_from);
    json["binds_client_id"] = listener.binds_client_id;
    if (listener.account) {
      json["account"] = {{"user", listener.account->user},
                         {"password", listener.account->password}};
    }
  }
  json["version"] = listener.tls_version;
  json["ciphers"] = listener.ciphers;
  return json;
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "openssl"},
                       {"tls.versions", "1.2,1.3"},
                       {"mtls", "required"},
                       {"crl.file", "yes"},
                       {"crl.scope", "chain"},
                       {"ident", "cn"},
                       {"ident.to", "username,clientid"},
                       {"ident.password", "yes"},
                       {"ws", "yes"},
                       {"wss", "yes"},
                       {"reload", "signal"},
                       {"oob.log", "yes"},
                       {"oob.restart", "yes"}});
}

}  // namespace

const Driver& driver() {
  static const Driver driver{.name = "aedes",
                             .installing = "apt-get install nodejs, then .ci/install test",
                             .configuration_name = "aedes.json",
                             .ready_text = "aedes is ready",
                             .start_limit = std::chrono::seconds(30),
                             .can = {.tls_version = true,
                                     .ciphers = true,
                                     .revoked = true,
                                     .mqtt5 = false,
                                     .user_from = {UserFrom::common_name},
                                     .binds_client_id = true,
                                     .account = true},
                             .find = find,
                             .render = render,
                             .files = files,
                             .invoke = invoke,
                             .reload = reload_by_hangup,
                             .capabilities = capabilities};
  return driver;
}

std::string render(const Settings& settings) {
  Json json{{"listeners", Json::array()},
            {"verbose", settings.verbose},
            {"user_topics", settings.user_topics}};
  for (const auto& listener : settings.listeners) {
    json["listeners"].push_back(listener_json(listener));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

fs::path modules_folder() {
  if (auto folder = variable("HANDFAST_AEDES"); !folder.empty()) return folder;
  const auto cache = variable("XDG_CACHE_HOME");
  const auto base = cache.empty() ? fs::path(variable("HOME")) / ".cache" : fs::path(cache);
  return base / "handfast" / "aedes";
}

}  // namespace handfast::broker::aedes
