#include "tests/integration/loadgen/lab.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  INFO("reading " << path);
  REQUIRE(file);
  return text.str();
}

void shell(const std::string& command) {
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A socket bound to a free port of 127.0.0.1, and that port.
std::pair<int, std::uint16_t> bind_free() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return {fd, ntohs(address.sin_port)};
}

bool accepts(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool ok = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return ok;
}

const std::vector<std::string>& listeners() {
  static const std::vector<std::string> all{"tcp", "tls", "tls-two-way",
                                            "ws",  "wss", "wss-two-way"};
  return all;
}

constexpr const char* psk_listener = "psk";

fs::path write_keys(const fs::path& folder) {
  const auto path = folder / "keys.txt";
  std::ofstream file(path);
  for (std::uint64_t i = 0; i < 10; ++i) {
    const auto psk = psk_of(i);
    file << psk.identity << ':' << to_hex(psk.key) << '\n';
  }
  return path;
}

std::string listener_settings(const std::string& name, std::uint16_t port) {
  std::string text = fmt::format("listener {} 127.0.0.1\n", port);
  if (name.starts_with("ws")) text += "protocol websockets\n";
  if (!name.starts_with("tls") && !name.starts_with("wss")) return text;
  text += fmt::format("certfile {}\nkeyfile {}\n", pki().file("server.pem").string(),
                      pki().file("server.key").string());
  if (name.ends_with("two-way")) {
    text += fmt::format("cafile {}\nrequire_certificate true\n", pki().file("ca.pem").string());
  }
  return text;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (fs::temp_directory_path() / "handfast-loadgen-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Pki::Pki() {
  // One shell for all: an openssl process costs more than the key it makes.
  const std::string script = fmt::format(R"(set -e; cd '{}'
key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
ca() {{ openssl req -x509 $key -days 30 -subj "/CN=$1" -keyout $1.key -out $1.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign; }}
issue() {{ # name, CA, extensions
  printf "$3" > $1.ext
  openssl req $key -subj "/CN=$1" -keyout $1.key -out $1.csr
  openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days 30 -extfile $1.ext -out $1.pem; }}
ca ca; ca other-ca
issue server ca 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n'
issue stranger other-ca 'extendedKeyUsage=clientAuth\n'
for i in $(seq 0 {}); do issue client-$i ca 'extendedKeyUsage=clientAuth\n'; done
chmod 644 *.key)",
                                         directory_.path().string(), clients - 1);
  shell("( " + script + " ) >'" + file("openssl.log").string() + "' 2>&1");
  // mosquitto gives up root before it reads keys again.
  fs::permissions(directory_.path(), fs::perms::others_exec | fs::perms::others_read,
                  fs::perm_options::add);
}

tls::Trust Pki::trust() const {
  return tls::Trust::from_pem(read_file(file("ca.pem")), "ca.pem").value();
}

Result<tls::Identity> Pki::client(std::uint64_t index) const {
  const std::string name = fmt::format("client-{}", index % clients);
  std::ifstream chain(file(name + ".pem"));
  std::ifstream key(file(name + ".key"));
  std::ostringstream chain_text;
  std::ostringstream key_text;
  chain_text << chain.rdbuf();
  key_text << key.rdbuf();
  return tls::Identity::from_pem(chain_text.str(), key_text.str(), name);
}

Result<tls::Identity> Pki::stranger() const {
  return tls::Identity::from_pem(read_file(file("stranger.pem")), read_file(file("stranger.key")),
                                 "stranger");
}

const Pki& pki() {
  static const Pki made;
  return made;
}

void Child::end() {
  if (pid <= 0) return;
  ::kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  pid = -1;
}

Mosquitto::Mosquitto() {
  fs::permissions(directory_.path(), fs::perms::others_exec | fs::perms::others_read,
                  fs::perm_options::add);
  std::vector<int> reserved;  // all at once, so that no port is given out twice
  std::string settings = "allow_anonymous true\nlog_dest stderr\n";
  for (const auto& name : listeners()) {
    const auto [fd, port] = bind_free();
    reserved.push_back(fd);
    ports_[name] = port;
    settings += listener_settings(name, port);
  }
  const auto [psk_fd, psk_port] = bind_free();
  reserved.push_back(psk_fd);
  ports_[psk_listener] = psk_port;
  settings += fmt::format("listener {} 127.0.0.1\npsk_hint lab\npsk_file {}\n", psk_port,
                          write_keys(directory_.path()).string());
  for (const int fd : reserved) close(fd);
  std::ofstream(directory_.path() / "mosquitto.conf") << settings;
  start();
}

std::string Mosquitto::log() const { return read_file(directory_.path() / "mosquitto.log"); }

void Mosquitto::start() {
  const std::string log = (directory_.path() / "mosquitto.log").string();
  const std::string config = (directory_.path() / "mosquitto.conf").string();
  const int log_fd = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  process_.pid = fork();
  REQUIRE(process_.pid >= 0);
  if (process_.pid == 0) {
    dup2(log_fd, STDERR_FILENO);
    dup2(log_fd, STDOUT_FILENO);
    execlp("mosquitto", "mosquitto", "-c", config.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(log_fd);
  const TimePoint deadline = Clock::now() + 20s;
  for (const auto& [name, port] : ports_) {
    while (!accepts(port)) {
      INFO("mosquitto, listener " << name << ", log:\n" << read_file(log));
      REQUIRE(Clock::now() < deadline);
      REQUIRE(waitpid(process_.pid, nullptr, WNOHANG) == 0);
      std::this_thread::sleep_for(20ms);
    }
  }
}

Endpoint Mosquitto::endpoint(const std::string& listener) const {
  return {.transport = parse_listener(listener).value().transport,
          .host = "127.0.0.1",
          .port = ports_.at(listener)};
}

Endpoint Mosquitto::psk_endpoint() const {
  return {.transport = Transport::tls, .host = "127.0.0.1", .port = ports_.at(psk_listener)};
}

tls::ExternalPsk psk_of(std::uint64_t index) {
  return {.identity = fmt::format("dev-{}", index),
          .key = Bytes(16, static_cast<std::uint8_t>(0x40 + index))};
}

Nginx::Nginx() : port_(closed_port()) {
  const auto config = directory_.path() / "nginx.conf";
  std::ofstream(config) << fmt::format(
      R"(daemon off; master_process off; error_log {0}/error.log; pid {0}/nginx.pid;
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
events {{ worker_connections 1024; }}
stream {{
  server {{
    listen 127.0.0.1:{1} ssl backlog=1024;
    ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {2}; ssl_certificate_key {3};
    return "";
  }}
}})",
      directory_.path().string(), port_, pki().file("server.pem").string(),
      pki().file("server.key").string());
  const std::string prefix = directory_.path().string();
  process_.pid = fork();
  REQUIRE(process_.pid >= 0);
  if (process_.pid == 0) {
    execlp("nginx", "nginx", "-c", config.c_str(), "-p", prefix.c_str(),
           static_cast<char*>(nullptr));
    _exit(127);
  }
  const TimePoint deadline = Clock::now() + 20s;
  while (!accepts(port_)) {
    REQUIRE(Clock::now() < deadline);
    REQUIRE(waitpid(process_.pid, nullptr, WNOHANG) == 0);
    std::this_thread::sleep_for(20ms);
  }
}

Endpoint Nginx::endpoint() const {
  return {.transport = Transport::tls, .host = "127.0.0.1", .port = port_};
}

Peer::Peer(std::function<void(int)> serve) : serve_(std::move(serve)) {
  std::tie(listener_, port_) = bind_free();
  REQUIRE(listen(listener_, 128) == 0);
  thread_ = std::thread([this] {
    while (true) {
      const int fd = accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      open_.push_back(fd);
      serve_(fd);
    }
  });
}

Peer::~Peer() {
  shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  for (const int fd : open_) close(fd);
  close(listener_);
}

std::uint16_t closed_port() {
  const auto [fd, port] = bind_free();
  close(fd);
  return port;
}

loadgen::FleetSpec fleet_for(const Mosquitto& broker, const std::string& listener) {
  loadgen::FleetSpec fleet;
  fleet.name = listener;
  fleet.listener = listener;
  fleet.endpoint = broker.endpoint(listener);
  fleet.tls.trust = pki().trust();
  if (listener.ends_with("two-way")) {
    fleet.clients = Pki::clients;
    fleet.identity = [](std::uint64_t index) { return pki().client(index); };
  }
  fleet.stages = {{100, 100, 500ms}};
  return fleet;
}

stats::Snapshot run_one(const loadgen::FleetSpec& fleet, const loadgen::RunOptions& options) {
  auto snapshot = loadgen::run({fleet}, options);
  INFO((snapshot ? std::string("ok") : snapshot.error().text()));
  REQUIRE(snapshot);
  return std::move(*snapshot);
}

std::string failures_of(const stats::FleetStats& fleet) {
  std::vector<std::string> parts;
  for (const auto& [key, count] : fleet.failures) {
    parts.push_back(fmt::format("{}/{} x{}", key.phase, key.cause, count));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace handfast::test
