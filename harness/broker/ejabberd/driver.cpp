// Running ejabberd: the virtual machine with ejabberd's code, and its control program.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "harness/broker/ejabberd/ejabberd.hpp"
#include "harness/broker/launch.hpp"
#include "harness/broker/user.hpp"

namespace handfast::broker::ejabberd {

namespace {

namespace fs = std::filesystem;

constexpr const char* state = "ejabberd-state";
constexpr const char* bundle_name = "server-bundle.pem";
constexpr const char* node_port_name = "distribution";
/// Whoever names it at a one-way listener gets in; at a two-way one the certificate names the user.
constexpr const char* user_name = "handfast";
constexpr std::string_view folder_prefix = "ejabberd-";

std::string run_as() { return find_user("ejabberd") ? "ejabberd" : ""; }

Result<Program> find(const std::string& binary) {
  auto erl = find_program(binary, "erl", default_search_path(), driver().installing);
  if (!erl) return erl.error();
  const auto library = find_library("/usr/lib");
  if (library.empty()) {
    return environment_problem("ejabberd is not installed: no folder of its code", "/usr/lib",
                               driver().installing);
  }
  return Program{std::move(*erl), library.filename().string().substr(folder_prefix.size())};
}

void complete(Settings& settings) {
  settings.listeners.push_back({.name = node_port_name, .kind = {}, .auxiliary = true});
}

bool insists(const ListenerSettings& listener) {
  return listener.kind.two_way && !listener.certificate_optional;
}

const ListenerSettings* first_tls(const Settings& settings) {
  const auto at = std::ranges::find_if(
      settings.listeners, [](const auto& listener) { return uses_tls(listener.kind.transport); });
  return at == settings.listeners.end() ? nullptr : &*at;
}

Node node_of(const Settings& settings) {
  Node node{.verbose = settings.verbose};
  if (first_tls(settings) != nullptr) node.bundle = (settings.directory / bundle_name).string();
  for (const auto& listener : settings.listeners) {
    if (listener.auxiliary) continue;
    if (!listener.trust.empty()) node.trust = listener.trust.string();
    node.certificates_only |= insists(listener);
    node.listeners.push_back({.name = listener.name,
                              .transport = listener.kind.transport,
                              .port = listener.port,
                              .ask_clients = listener.kind.two_way,
                              .proxied = listener.proxy_protocol});
  }
  return node;
}

Result<std::vector<ExtraFile>> files(const Settings& settings) {
  // The lookup order of names; without the file the virtual machine reports its absence.
  std::vector<ExtraFile> made{{.name = "inetrc", .content = "{lookup,[\"file\",\"native\"]}.\n"}};
  if (const auto* listener = first_tls(settings)) {
    const auto chain = read_file(listener->certificate);
    if (!chain) return chain.error();
    const auto key = read_file(listener->key);
    if (!key) return key.error();
    made.push_back({.name = bundle_name, .content = *chain + "\n" + *key, .secret = true});
  }
  return made;
}

std::uint16_t node_port(const Settings& settings) {
  return std::ranges::find(settings.listeners, node_port_name, &ListenerSettings::name)->port;
}

/// What server and control program share. HOME holds the cookie, which the node makes at random.
std::vector<std::string> environment(const Settings& settings) {
  const auto folder = settings.directory / state;
  return {"HOME=" + folder.string(),
          "EJABBERD_CONFIG_PATH=" + (settings.directory / "ejabberd.yml").string(),
          "EJABBERD_LOG_PATH=" + (folder / "ejabberd.log").string(),
          "ERL_LIBS=" + find_library("/usr/lib").parent_path().string(),
          "ERL_INETRC=" + (settings.directory / "inetrc").string(),
          "ERL_CRASH_DUMP=" + (folder / "erl_crash.dump").string(),
          fmt::format("ERL_DIST_PORT={}", node_port(settings))};
}

std::vector<std::string> node_arguments(const Settings& settings, const char* name) {
  return {"-noinput",
          "-sname",
          name,
          "-kernel",
          "inet_dist_use_interface",
          "{127,0,0,1}",
          "-erl_epmd_port",
          std::to_string(node_port(settings)),
          "-start_epmd",
          "false"};
}

Invocation invoke(const Program& program, const Settings& settings,
                  const fs::path& /*configuration*/) {
  auto arguments = node_arguments(settings, "handfast@localhost");
  for (auto argument : {std::string("-mnesia"), std::string("dir"),
                        fmt::format("\"{}\"", (settings.directory / state / "mnesia").string()),
                        std::string("-s"), std::string("ejabberd")}) {
    arguments.push_back(std::move(argument));
  }
  return {.program = program.path,
          .arguments = std::move(arguments),
          .environment = environment(settings)};
}

Result<void> reload(pid_t /*pid*/, const Settings& settings, const std::string& as) {
  std::optional<User> user;
  if (!as.empty()) {
    auto found = find_user(as);
    if (!found) return found.error();
    user = std::move(*found);
  }
  if (auto done = write_extra_files(driver(), settings, user); !done) return done;
  const auto program = find(settings.binary);
  if (!program) return program.error();
  const auto name = fmt::format("handfast-ctl{}@localhost", getpid());
  auto arguments = node_arguments(settings, name.c_str());
  for (const auto* argument : {"-hidden", "-dist_listen", "false", "-s", "ejabberd_ctl", "-extra",
                               "handfast@localhost", "reload_config"}) {
    arguments.emplace_back(argument);
  }
  const auto said = capture({.program = program->path,
                             .arguments = std::move(arguments),
                             .environment = environment(settings),
                             .directory = settings.directory / state,
                             .user = user},
                            std::chrono::seconds(30));
  if (!said) return said.error();
  if (trim(*said).empty()) return {};
  return environment_problem(
      "ejabberd's control program answers \"" + printable(trim(*said), 200) + "\"", program->path);
}

/// A password would be asked for in place of the certificate.
Login login(const ListenerSettings& listener) {
  if (insists(listener)) {
    return {.user = user_name, .password = std::nullopt, .from_certificate = true};
  }
  return {.user = user_name, .password = "any"};
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "openssl"},
                       {"tls.versions", "1.2,1.3"},
                       {"mtls", "optional,required"},
                       {"ident", "cn"},
                       {"ident.to", "username"},
                       {"ws", "yes"},
                       {"wss", "yes"},
                       {"proxy.v1", "yes"},
                       {"proxy.v2", "yes"},
                       {"proxy.ws", "yes"},
                       {"reload", "api"},
                       {"oob.log", "yes"},
                       {"oob.restart", "yes"}});
}

}  // namespace

const Driver& driver() {
  static const Driver driver{.name = "ejabberd",
                             .installing = "apt-get install ejabberd",
                             .kinds = {{Transport::tcp},
                                       {Transport::tls},
                                       {Transport::tls, true},
                                       {Transport::ws},
                                       {Transport::wss}},
                             .configuration_name = "ejabberd.yml",
                             .ready_text = "is started in the node",
                             .start_limit = std::chrono::seconds(120),
                             .stop_grace = std::chrono::seconds(20),
                             .can = {.proxy_protocol = true},
                             .state_folder = state,
                             .run_as = run_as,
                             .find = find,
                             .complete = complete,
                             .render = render,
                             .files = files,
                             .invoke = invoke,
                             .reload = reload,
                             .login = login,
                             .can_share = can_share,
                             .capabilities = capabilities};
  return driver;
}

std::string render(const Settings& settings) { return yaml(node_of(settings)); }

bool can_share(const ListenerSettings& a, const ListenerSettings& b) {
  if (insists(a) != insists(b)) return false;
  if (!a.trust.empty() && !b.trust.empty() && a.trust != b.trust) return false;
  const bool both = uses_tls(a.kind.transport) && uses_tls(b.kind.transport);
  return !both || (a.certificate == b.certificate && a.key == b.key);
}

fs::path find_library(const fs::path& lib) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(lib, error), end; !error && at != end; at.increment(error)) {
    std::error_code inner;
    for (fs::directory_iterator in(at->path(), inner), last; !inner && in != last;
         in.increment(inner)) {
      const auto& path = in->path();
      std::error_code none;
      if (path.filename().string().starts_with(folder_prefix) &&
          fs::is_regular_file(path / "ebin/ejabberd.app", none)) {
        found.push_back(path);
      }
    }
  }
  return found.empty() ? fs::path() : *std::ranges::min_element(found);
}

}  // namespace handfast::broker::ejabberd
