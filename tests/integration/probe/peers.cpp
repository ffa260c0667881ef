#include "tests/integration/probe/peers.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>

#include "tests/support/catch.hpp"

extern char** environ;

namespace handfast::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int bound_socket(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(fd >= 0);
  auto address = loopback(0);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  REQUIRE(bind(fd, generic, size) == 0);
  REQUIRE(getsockname(fd, generic, &size) == 0);
  port = ntohs(address.sin_port);
  return fd;
}

pid_t spawn(const std::vector<std::string>& arguments, int in, int out) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (in >= 0) posix_spawn_file_actions_adddup2(&actions, in, 0);
  posix_spawn_file_actions_adddup2(&actions, out, 1);
  posix_spawn_file_actions_adddup2(&actions, out, 2);
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  INFO("cannot start " << arguments[0] << ": it must be installed for this test");
  REQUIRE(error == 0);
  return pid;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

ScriptedPeer::ScriptedPeer(std::vector<Step> steps, End end) {
  listener_ = bound_socket(port_);
  REQUIRE(listen(listener_, 1) == 0);
  thread_ = std::thread([this, steps = std::move(steps), end] { serve(steps, end); });
}

ScriptedPeer::~ScriptedPeer() {
  shutdown(listener_, SHUT_RDWR);  // ends a wait for a client that never came
  if (thread_.joinable()) thread_.join();
  close(listener_);
}

std::string ScriptedPeer::read() {
  thread_.join();
  return read_;
}

void ScriptedPeer::serve(const std::vector<Step>& steps, End end) {
  const int fd = accept(listener_, nullptr, nullptr);
  if (fd < 0) return;
  std::array<char, 4096> buffer{};
  const auto take = [&] {
    const auto count = ::read(fd, buffer.data(), buffer.size());
    if (count > 0) read_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  };
  for (const auto& step : steps) {
    const auto begin = read_.size();
    while (read_.size() - begin < step.read && take()) {
    }
    if (send(fd, step.write.data(), step.write.size(), MSG_NOSIGNAL) < 0) break;
  }
  if (end == End::hold) {
    while (take()) {
    }
  }
  if (end == End::rst) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  close(fd);
}

RecordingProxy::RecordingProxy(std::uint16_t server_port) {
  listener_ = bound_socket(port_);
  REQUIRE(listen(listener_, 1) == 0);
  thread_ = std::thread([this, server_port] { relay(server_port); });
}

RecordingProxy::~RecordingProxy() {
  shutdown(listener_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  close(listener_);
}

std::vector<Bytes> RecordingProxy::flights() {
  thread_.join();
  return flights_;
}

void RecordingProxy::relay(std::uint16_t server_port) {
  const int client = accept(listener_, nullptr, nullptr);
  if (client < 0) return;
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(server_port);
  std::array<pollfd, 2> sides{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  bool server_spoke = true;
  std::array<char, 65536> buffer{};
  while (open && poll(sides.data(), sides.size(), -1) > 0) {
    for (const auto& side : sides) {
      if (side.revents == 0) continue;
      const auto count = read(side.fd, buffer.data(), buffer.size());
      if (count <= 0) {
        open = false;
        break;
      }
      const auto size = static_cast<std::size_t>(count);
      if (side.fd == client) {
        if (server_spoke) flights_.emplace_back();
        flights_.back().insert(flights_.back().end(), buffer.begin(), buffer.begin() + count);
      }
      server_spoke = side.fd == server;
      send(side.fd == client ? server : client, buffer.data(), size, MSG_NOSIGNAL);
    }
  }
  close(server);
  close(client);
}

Directory::Directory() {
  auto pattern = (std::filesystem::temp_directory_path() / "handfast-probe-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

Directory::~Directory() { std::filesystem::remove_all(path_); }

OpensslServer::OpensslServer(std::vector<std::string> arguments) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  REQUIRE(pipe2(in.data(), O_CLOEXEC) == 0);
  REQUIRE(pipe2(out.data(), O_CLOEXEC) == 0);
  std::vector<std::string> line{"openssl", "s_server", "-accept", "127.0.0.1:0"};
  line.insert(line.end(), arguments.begin(), arguments.end());
  // Its standard input stays open and silent: at its end s_server would leave.
  pid_ = spawn(line, in[0], out[1]);
  close(in[0]);
  close(out[1]);
  stdin_ = in[1];
  stdout_ = out[0];
  await_ready();
}

OpensslServer::~OpensslServer() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  close(stdin_);
  close(stdout_);
}

/// s_server says "ACCEPT 127.0.0.1:40123" when it listens on a port that it chose.
void OpensslServer::await_ready() {
  await("ACCEPT ");
  while (said_.find('\n') == std::string::npos) hear();
  const auto line = said_.substr(0, said_.find('\n'));
  port_ = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
}

void OpensslServer::await(const std::string& text) {
  auto at = said_.find(text);
  for (; at == std::string::npos; at = said_.find(text)) {
    INFO("waiting for: " << text);
    hear();
  }
  said_.erase(0, at + text.size());
}

void OpensslServer::hear() {
  constexpr int patience_ms = 10'000;
  pollfd ready{.fd = stdout_, .events = POLLIN, .revents = 0};
  std::array<char, 1024> buffer{};
  INFO("openssl s_server said: " << said_);
  REQUIRE(poll(&ready, 1, patience_ms) == 1);
  const auto count = read(stdout_, buffer.data(), buffer.size());
  REQUIRE(count > 0);
  said_.append(buffer.data(), static_cast<std::size_t>(count));
}

SelfSigned self_signed(const std::filesystem::path& directory, const std::string& name) {
  SelfSigned pair;
  pair.certificate = directory / (name + ".pem");
  pair.key = directory / (name + ".key");
  const auto log = (directory / "openssl.log").string();
  const int out = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  REQUIRE(out >= 0);
  const pid_t pid =
      spawn({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-noenc", "-keyout", pair.key.string(), "-out", pair.certificate.string(), "-days",
             "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=IP:127.0.0.1"},
            -1, out);
  close(out);
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  INFO(read_file(log));
  REQUIRE(status == 0);
  const auto pem = read_file(pair.certificate);
  pair.trust = tls::Trust::from_pem(pem, name).value();
  pair.identity = tls::Identity::from_pem(pem, read_file(pair.key), name).value();
  return pair;
}

std::uint16_t closed_port() {
  std::uint16_t port = 0;
  close(bound_socket(port));
  return port;
}

}  // namespace handfast::test
