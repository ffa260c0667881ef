// Running ActiveMQ: the JVM, its class path, and stores made from PEM files.
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "harness/broker/activemq/activemq.hpp"
#include "harness/broker/activemq/stores.hpp"
#include "harness/broker/process.hpp"
#include "harness/broker/user.hpp"

namespace handfast::broker::activemq {

namespace {

namespace fs = std::filesystem;

constexpr const char* home = "/usr/share/activemq";
constexpr const char* codec = "/usr/share/java/mqtt-client.jar";
constexpr const char* state = "activemq-state";
constexpr const char* key_store_name = "server.jks";
constexpr const char* trust_store_name = "trust.jks";
/// A store has to have one; what protects it is its mode.
constexpr const char* store_password = "handfast";

std::string run_as() { return find_user("activemq") ? "activemq" : ""; }

Result<Program> find(const std::string& binary) {
  auto java = find_program(binary, "java", default_search_path(), driver().installing);
  if (!java) return java.error();
  const auto jar = fs::path(home) / "bin/activemq.jar";
  for (const auto& needed : {jar, fs::path(codec)}) {
    std::error_code error;
    if (fs::exists(needed, error)) continue;
    return environment_problem("activemq is not installed: no such file", needed.string(),
                               driver().installing);
  }
  const auto said =
      capture(*java,
              {"-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
               std::string("-Dactivemq.home=") + home, "-jar", jar.string(), "--version"},
              std::chrono::seconds(30));
  if (!said) return said.error();
  auto version = parse_version(*said);
  if (version.empty()) {
    return environment_problem("no version of ActiveMQ in \"" + printable(trim(*said), 80) + "\"",
                               *java, "name the java program of a Java 11 or later");
  }
  return Program{std::move(*java), std::move(version)};
}

const ListenerSettings* first_tls(const Settings& settings) {
  for (const auto& listener : settings.listeners) {
    if (uses_tls(listener.kind.transport)) return &listener;
  }
  return nullptr;
}

const ListenerSettings* first_two_way(const Settings& settings) {
  for (const auto& listener : settings.listeners) {
    if (listener.kind.two_way) return &listener;
  }
  return nullptr;
}

Node node_of(const Settings& settings) {
  Node node{.data = (settings.directory / state).string(),
            .stores = {.type = "JKS", .password = store_password}};
  if (first_tls(settings) != nullptr) {
    node.stores.key = (settings.directory / key_store_name).string();
  }
  if (const auto* listener = first_two_way(settings)) {
    node.stores.trust = (settings.directory / trust_store_name).string();
    node.stores.revoked = listener->revoked.string();
  }
  for (const auto& listener : settings.listeners) {
    Connector connector{.name = listener.name,
                        .tls = uses_tls(listener.kind.transport),
                        .port = listener.port,
                        .ask_clients = listener.kind.two_way,
                        .insist = listener.kind.two_way && !listener.certificate_optional};
    if (!listener.tls_version.empty()) connector.versions = {listener.tls_version};
    node.connectors.push_back(std::move(connector));
    if (!listener.account) continue;
    node.user = listener.account->user;
    node.password = listener.account->password;
  }
  return node;
}

Result<std::vector<ExtraFile>> files(const Settings& settings) {
  std::vector<ExtraFile> made{
      {.name = "log4j.properties", .content = log_settings(settings.verbose)}};
  if (const auto* listener = first_tls(settings)) {
    const auto key = read_file(listener->key);
    if (!key) return key.error();
    const auto chain = read_file(listener->certificate);
    if (!chain) return chain.error();
    auto store = key_store(*key, *chain, store_password, listener->certificate.string());
    if (!store) return store.error();
    made.push_back({.name = key_store_name, .content = std::move(*store), .secret = true});
  }
  if (const auto* listener = first_two_way(settings)) {
    const auto anchors = read_file(listener->trust);
    if (!anchors) return anchors.error();
    auto store = trust_store(*anchors, store_password, listener->trust.string());
    if (!store) return store.error();
    made.push_back({.name = trust_store_name, .content = std::move(*store), .secret = true});
  }
  return made;
}

/// The compiler's second stage is left out: it costs more at the start than a test gets back.
Invocation invoke(const Program& program, const Settings& settings, const fs::path& configuration) {
  const auto directory = settings.directory.string();
  const auto folder = (settings.directory / state).string();
  std::vector<std::string> jars{directory, std::string(home) + "/lib/*",
                                std::string(home) + "/lib/optional/*", codec};
  for (const auto* name : {"hawtbuf", "hawtdispatch", "hawtdispatch-transport"}) {
    jars.push_back(std::string("/usr/share/java/") + name + ".jar");
  }
  return {.program = program.path,
          .arguments = {"-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                        std::string("-Dactivemq.home=") + home, "-Dactivemq.base=" + folder,
                        "-Dactivemq.conf=" + directory, "-Dactivemq.data=" + folder,
                        "-Djava.io.tmpdir=" + folder, "-cp", join(jars, ":"),
                        "org.apache.activemq.console.command.ShellCommand", "start",
                        "xbean:file:" + configuration.string()}};
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "jsse"},
                       {"tls.versions", "1.2,1.3"},
                       {"mtls", "required"},
                       {"crl.file", "yes"},
                       {"crl.scope", "chain"},
                       {"ident.password", "yes"},
                       {"reload", "restart"},
                       {"oob.log", "yes"},
                       {"oob.restart", "yes"}});
}

}  // namespace

const Driver& driver() {
  static const Driver driver{
      .name = "activemq",
      .installing = "apt-get install activemq libmqtt-client-java openjdk-17-jre-headless",
      .kinds = {{Transport::tcp}, {Transport::tls}, {Transport::tls, true}},
      .configuration_name = "activemq.xml",
      .ready_text = ") started",  // "Apache ActiveMQ 5.17.2 (handfast, ID:...) started"
      .start_limit = std::chrono::seconds(60),
      .stop_grace = std::chrono::seconds(15),
      .can = {.tls_version = true, .revoked = true, .mqtt5 = false, .account = true},
      .state_folder = state,
      .run_as = run_as,
      .find = find,
      .render = render,
      .files = files,
      .invoke = invoke,
      .can_share = can_share,
      .capabilities = capabilities};
  return driver;
}

std::string render(const Settings& settings) { return xml_settings(node_of(settings)); }

bool can_share(const ListenerSettings& a, const ListenerSettings& b) {
  if (a.account != b.account) return false;
  if (!uses_tls(a.kind.transport) || !uses_tls(b.kind.transport)) return true;
  if (a.certificate != b.certificate || a.key != b.key) return false;
  const bool both = a.kind.two_way && b.kind.two_way;
  return !both || (a.trust == b.trust && a.revoked == b.revoked);
}

std::string parse_version(std::string_view output) {
  constexpr std::string_view prefix = "ActiveMQ ";
  const auto at = output.find(prefix);
  if (at == std::string_view::npos) return {};
  output.remove_prefix(at + prefix.size());
  return std::string(output.substr(0, output.find_first_of(" \r\n")));
}

}  // namespace handfast::broker::activemq
