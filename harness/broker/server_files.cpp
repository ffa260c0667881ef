#include "harness/broker/server_files.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <system_error>

#include "core/base/text.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

/// File names of one preset; the client's are the same in all of them.
struct Layout {
  const char* certificate;
  const char* key;
};

constexpr std::array<Layout, 2> layouts{{{"server-chain.pem", "server.key"},  // emqx-two-tier
                                         {"emqx-chain.pem", "emqx.key"}}};    // emqx-single
constexpr const char* trust_name = "cacert.pem";

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

Result<std::uint16_t> parse_port(std::string_view text, const std::string& listener) {
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc{} && stop == text.data() + text.size() && port != 0) return port;
  return usage_problem(fmt::format("listener \"{}\" has the port \"{}\", expected 1 to 65535",
                                   printable(listener), printable(text)));
}

}  // namespace

ServerFiles server_file_names(const fs::path& directory) {
  const Layout* layout = &layouts.front();
  for (const auto& candidate : layouts) {
    if (is_there(directory / candidate.certificate)) {
      layout = &candidate;
      break;
    }
  }
  return {.certificate = directory / layout->certificate,
          .key = directory / layout->key,
          .trust = directory / trust_name,
          .client = {.trust = directory / trust_name,
                     .certificate = directory / "client-chain.pem",
                     .key = directory / "client.key"}};
}

Result<ServerFiles> server_files(const fs::path& directory) {
  auto files = server_file_names(directory);
  for (const auto* path : {&files.certificate, &files.key, &files.trust, &files.client.certificate,
                           &files.client.key}) {
    if (is_there(*path)) continue;
    return environment_problem("no such file in the PKI directory", path->string(),
                               "make one with: handfast pki init --preset emqx-two-tier, then "
                               "handfast pki apply");
  }
  return files;
}

Result<std::vector<ListenerSettings>> listener_settings(const std::vector<std::string>& names,
                                                        const ServerFiles& files) {
  std::vector<ListenerSettings> listeners;
  for (const auto& name : names) {
    const auto colon = name.find(':');
    const auto kind = parse_listener(name.substr(0, colon));
    if (!kind) return kind.error();
    ListenerSettings listener{.name = to_string(*kind), .kind = *kind};
    if (colon != std::string::npos) {
      const auto port = parse_port(std::string_view(name).substr(colon + 1), listener.name);
      if (!port) return port.error();
      listener.port = *port;
    }
    if (uses_tls(kind->transport)) {
      listener.certificate = files.certificate;
      listener.key = files.key;
    }
    if (kind->two_way) listener.trust = files.trust;
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

}  // namespace handfast::broker
