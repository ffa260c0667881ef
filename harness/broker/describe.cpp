#include "harness/broker/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/base/units.hpp"

namespace handfast::broker {

namespace {

void add_line(std::string& text, const char* label, const std::filesystem::path& path) {
  if (!path.empty()) text += fmt::format("  {:<20} {}\n", label, path.string());
}

std::string option(const char* name, const std::filesystem::path& path) {
  return path.empty() ? std::string() : fmt::format(" {} {}", name, shell_word(path.string()));
}

std::string subscribe_command(const Listener& listener, const ClientFiles& files) {
  auto text = fmt::format("  mosquitto_sub -h {} -p {} -t '#' -v", listener.endpoint.host,
                          listener.endpoint.port);
  if (uses_tls(listener.kind.transport)) text += option("--cafile", files.trust);
  if (listener.kind.two_way) {
    text += option("--cert", files.certificate) + option("--key", files.key);
  }
  return text + "\n";
}

std::string openssl_command(const Listener& listener, const ClientFiles& files) {
  auto text = fmt::format("  openssl s_client -connect {} -verify_return_error{}",
                          listener.endpoint.authority(), option("-CAfile", files.trust));
  if (listener.kind.two_way) {
    // -cert sends the leaf alone; the broker may need the rest to reach its anchor.
    text += option("-cert", files.certificate) + option("-cert_chain", files.certificate) +
            option("-key", files.key);
  }
  return text + "\n";
}

}  // namespace

std::string describe(const State& state) {
  auto text = fmt::format("{} {} runs as process {}\n", state.driver, state.version, state.pid);
  for (const auto& listener : state.listeners) {
    text += fmt::format("  {:<20} {}\n", listener.name, listener.endpoint.url());
  }
  add_line(text, "trust", state.client.trust);
  add_line(text, "client certificate", state.client.certificate);
  add_line(text, "client key", state.client.key);
  add_line(text, "settings", state.configuration);
  add_line(text, "log", state.log_file);
  return text;
}

std::string example_commands(const State& state) {
  std::string text;
  for (const auto& listener : state.listeners) {
    // mosquitto_sub 2.0 speaks no WebSocket.
    if (!uses_websocket(listener.kind.transport)) text += subscribe_command(listener, state.client);
  }
  for (const auto& listener : state.listeners) {
    if (uses_tls(listener.kind.transport)) text += openssl_command(listener, state.client);
  }
  return text;
}

std::string describe(const stats::ProcessSample& sample) {
  return fmt::format("CPU {:.2f} s, memory {}, {} open files, {} thread{}", sample.cpu_seconds,
                     format_size(sample.rss_bytes), sample.open_files, sample.threads,
                     sample.threads == 1 ? "" : "s");
}

std::string shell_word(const std::string& word) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./:=@%+,").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace handfast::broker
