#include "harness/broker/ports.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/descriptor.hpp"

namespace handfast::broker {

namespace {

namespace fs = std::filesystem;

template <class T>
std::optional<T> number(std::string_view text, int base) {
  T value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "0100007F" or 32 digits: 32-bit words of the address, each printed in the machine's byte order.
std::optional<std::string> parse_address(std::string_view hex) {
  const bool v6 = hex.size() == 32;
  if (!v6 && hex.size() != 8) return std::nullopt;
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i * 8 < hex.size(); ++i) {
    const auto word = number<std::uint32_t>(hex.substr(i * 8, 8), 16);
    if (!word) return std::nullopt;
    words[i] = *word;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(v6 ? AF_INET6 : AF_INET, words.data(), text.data(), text.size());
  return text.data();
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; (at = line.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const auto end = std::min(line.find(' ', at), line.size());
    fields.push_back(line.substr(at, end - at));
    at = end;
  }
  return fields;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A socket bound to 127.0.0.1:port as a broker would bind it; errno tells why there is none.
Descriptor bind_loopback(std::uint16_t port) {
  Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  // Brokers set this too; without it connections in TIME_WAIT would look like a holder.
  const int on = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto address = loopback(port);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    fd.close();
    errno = error;
  }
  return fd;
}

}  // namespace

std::vector<ListeningSocket> parse_listening(std::string_view proc_net) {
  constexpr std::string_view listen_state = "0A";  // TCP_LISTEN
  std::vector<ListeningSocket> found;
  for (const auto& line : split(proc_net, '\n')) {
    // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ...
    const auto fields = fields_of(line);
    if (fields.size() < 10 || fields[3] != listen_state) continue;
    const auto colon = fields[1].find(':');
    if (colon == std::string_view::npos) continue;
    const auto address = parse_address(fields[1].substr(0, colon));
    const auto port = number<std::uint16_t>(fields[1].substr(colon + 1), 16);
    const auto inode = number<std::uint64_t>(fields[9], 10);
    if (address && port && inode) found.push_back({*address, *port, *inode});
  }
  return found;
}

std::vector<ListeningSocket> listening_sockets() {
  auto found = parse_listening(read_text("/proc/net/tcp"));
  const auto v6 = parse_listening(read_text("/proc/net/tcp6"));
  found.insert(found.end(), v6.begin(), v6.end());
  return found;
}

std::set<std::uint64_t> socket_inodes(pid_t pid) {
  constexpr std::string_view prefix = "socket:[";
  std::set<std::uint64_t> inodes;
  std::error_code error;
  for (fs::directory_iterator at(fmt::format("/proc/{}/fd", pid), error), end; !error && at != end;
       at.increment(error)) {
    std::error_code gone;  // a descriptor that was closed meanwhile
    const auto target = fs::read_symlink(at->path(), gone).string();
    if (!target.starts_with(prefix)) continue;
    const auto digits = std::string_view(target).substr(prefix.size());
    if (const auto inode = number<std::uint64_t>(digits.substr(0, digits.size() - 1), 10)) {
      inodes.insert(*inode);
    }
  }
  return inodes;
}

std::optional<std::string> port_holder(std::uint16_t port) {
  std::set<std::uint64_t> wanted;
  for (const auto& socket : listening_sockets()) {
    if (socket.port == port) wanted.insert(socket.inode);
  }
  if (wanted.empty()) return std::nullopt;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const auto pid = number<pid_t>(at->path().filename().string(), 10);
    if (!pid) continue;
    for (const auto inode : socket_inodes(*pid)) {
      if (!wanted.contains(inode)) continue;
      const auto name = read_text(fmt::format("/proc/{}/comm", *pid));
      return fmt::format("pid {} ({})", *pid, printable(trim(name)));
    }
  }
  return std::nullopt;
}

Result<void> check_port(std::uint16_t port) {
  if (bind_loopback(port)) return {};
  const int error = errno;
  const auto where = fmt::format("127.0.0.1:{}", port);
  if (error != EADDRINUSE) {
    return environment_problem("cannot listen: " + errno_text(error), where, "choose another port");
  }
  const auto holder = port_holder(port);
  return environment_problem(
      fmt::format("the port is taken by {}", holder.value_or("another program")), where,
      "stop that program, or choose another port");
}

Result<std::vector<std::uint16_t>> free_ports(std::size_t count) {
  std::vector<std::uint16_t> ports;
  std::vector<Descriptor> held;  // all at once, so that they differ
  while (ports.size() < count) {
    held.push_back(bind_loopback(0));
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (!held.back() ||
        getsockname(held.back().get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      return environment_problem("no free port: " + errno_text(errno), "127.0.0.1");
    }
    ports.push_back(ntohs(address.sin_port));
  }
  return ports;
}

}  // namespace handfast::broker
