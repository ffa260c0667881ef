// Readiness: every listener accepts connections, and it is our broker that does.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/broker/descriptor.hpp"
#include "harness/broker/launch.hpp"
#include "harness/broker/ports.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t quoted_lines = 5;

/// A blocking connect to a loopback address answers at once: yes or ECONNREFUSED.
bool accepts(std::uint16_t port) {
  const Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return fd && connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::string last_lines(const fs::path& log, std::uint64_t begin) {
  auto lines = lines_with(log, begin, "", SIZE_MAX);
  if (lines.size() > quoted_lines) lines.erase(lines.begin(), lines.end() - quoted_lines);
  for (auto& line : lines) line = printable(line);
  return lines.empty() ? "its log is empty" : "its last log lines: " + join(lines, " | ");
}

/// A port that was free when we looked may have got another owner before the broker bound it.
Result<void> check_owner(const Process& process, const std::vector<Listener>& listeners) {
  const auto own = socket_inodes(process.pid());
  if (own.empty()) return {};  // not ours to read; the connection has to do
  const auto all = listening_sockets();
  for (const auto& listener : listeners) {
    const auto port = listener.endpoint.port;
    const bool is_own = std::ranges::any_of(
        all, [&](const auto& socket) { return socket.port == port && own.contains(socket.inode); });
    if (!is_own) {
      return environment_problem(
          fmt::format("the port of listener \"{}\" is taken by {}", listener.name,
                      port_holder(port).value_or("another program")),
          listener.endpoint.authority(), "stop that program, or choose another port");
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> lines_with(const fs::path& log, std::uint64_t begin, std::string_view text,
                                    std::size_t limit) {
  std::ifstream in(log, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(begin));
  std::vector<std::string> found;
  for (std::string line; found.size() < limit && std::getline(in, line);) {
    if (line.find(text) != std::string::npos) found.push_back(line);
  }
  return found;
}

Result<void> await_ready(Process& process, const std::vector<Listener>& listeners,
                         const fs::path& log, std::uint64_t log_begin, Nanos limit) {
  const auto deadline = Clock::now() + limit;
  auto next = listeners.begin();
  while (next != listeners.end()) {
    if (const auto exit = process.ended()) {
      return environment_problem(fmt::format("the broker {} before it was ready; {}", exit->text(),
                                             last_lines(log, log_begin)),
                                 log.string());
    }
    if (accepts(next->endpoint.port)) {
      ++next;
    } else if (Clock::now() >= deadline) {
      return environment_problem(
          fmt::format("the broker does not accept connections of listener \"{}\" within {}; {}",
                      next->name, format_duration(limit), last_lines(log, log_begin)),
          next->endpoint.authority());
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  return check_owner(process, listeners);
}

}  // namespace handfast::broker
