// Readiness: every listener accepts connections, and it is our broker that does.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

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

/// A connect to a loopback address answers at once, yes or ECONNREFUSED, unless the backlog of
/// somebody who does not accept is full: then after a second.
bool accepts(std::uint16_t port) {
  const Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval limit{.tv_sec = 1};  // connect(2) obeys it, see socket(7)
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
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
Result<void> check_owner(std::span<const Process> processes,
                         const std::vector<Listener>& listeners) {
  std::set<std::uint64_t> own;
  for (const auto& process : processes) {
    const auto inodes = socket_inodes(process.pid());
    if (inodes.empty()) return {};  // not ours to read; the connection has to do
    own.insert(inodes.begin(), inodes.end());
  }
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

Result<void> await_ready(std::span<Process> processes, const Readiness& readiness) {
  const auto deadline = Clock::now() + readiness.limit;
  const auto quote = [&] { return last_lines(readiness.log, readiness.log_begin); };
  const auto says_ready = [&] {
    return readiness.ready_text.empty() ||
           !lines_with(readiness.log, readiness.log_begin, readiness.ready_text, 1).empty();
  };
  auto next = readiness.listeners.begin();
  while (next != readiness.listeners.end() || !says_ready()) {
    const bool connecting = next != readiness.listeners.end();
    for (auto& process : processes) {
      const auto exit = process.ended();
      if (!exit) continue;
      const auto* who = &process == &processes.front() ? "the broker" : "a helper of the broker";
      return environment_problem(
          fmt::format("{} {} before it was ready; {}", who, exit->text(), quote()),
          readiness.log.string());
    }
    if (connecting && accepts(next->endpoint.port)) {
      ++next;
    } else if (Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } else if (connecting) {
      return environment_problem(
          fmt::format("the broker does not accept connections of listener \"{}\" within {}; {}",
                      next->name, format_duration(readiness.limit), quote()),
          next->endpoint.authority());
    } else {
      return environment_problem(
          fmt::format("the broker does not log \"{}\" within {}; {}", trim(readiness.ready_text),
                      format_duration(readiness.limit), quote()),
          readiness.log.string());
    }
  }
  return check_owner(processes, readiness.listeners);
}

}  // namespace handfast::broker
