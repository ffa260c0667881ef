#include "tests/integration/dtls/peers.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t client_count = 50;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// -1 where the port is taken.
int bind_udp(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

/// True when some socket is bound to this port, as the kernel lists them ("0100007F:1633").
bool bound(std::uint16_t port) {
  const auto suffix = fmt::format(":{:04X} ", port);
  for (const auto* table : {"/proc/net/udp", "/proc/net/udp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string number;
      std::string local;
      words >> number >> local;
      if ((local + " ").ends_with(suffix)) return true;
    }
  }
  return false;
}

const DtlsFiles& dtls_files() {
  static const DtlsFiles made;
  return made;
}

std::vector<std::string> coap_words(const std::string& library, std::uint16_t port) {
  return {"coap-server-" + library,
          "-A",
          "127.0.0.1",
          "-p",
          std::to_string(port - 1),
          "-d",
          "2000",
          "-v",
          "3"};
}

tls::Identity client_of(std::uint64_t index) {
  static const auto made = [] {
    std::vector<tls::Identity> identities;
    const auto& pki = test_pki();
    for (std::size_t i = 0; i < client_count; ++i) {
      auto minted = mint({.name = fmt::format("client-{}", i), .extended_usage = "clientAuth"},
                         &pki.intermediate);
      std::vector<tls::CertificatePtr> chain;
      chain.push_back(std::move(minted.certificate));
      chain.push_back(tls::up_ref(pki.intermediate.certificate.get()));
      identities.push_back(tls::Identity::from_parts(std::move(chain), std::move(minted.key)));
    }
    return identities;
  }();
  return made[index % made.size()];
}

}  // namespace

DtlsFiles::DtlsFiles() {
  const auto& pki = test_pki();
  directory_.write("chain.pem", pki.server_chain_pem());
  directory_.write("server.key", to_pem(pki.server.key.get()));
  directory_.write("trust.pem", pki.trust_pem());
  // What GnuTLS and libcoap read is one file with key and chain.
  directory_.write("all.pem", pki.server_chain_pem() + to_pem(pki.server.key.get()));
}

DtlsPeer::DtlsPeer(std::uint16_t port, const std::vector<std::string>& words)
    : port_(port), program_(words, directory_.path()) {
  const TimePoint deadline = Clock::now() + 30s;
  while (!bound(port)) {
    INFO(words.front() << ":\n" << program_.out() << program_.err());
    REQUIRE(Clock::now() < deadline);
    std::this_thread::sleep_for(20ms);
  }
}

std::unique_ptr<DtlsPeer> DtlsPeer::coap(const std::string& library) {
  const auto port = static_cast<std::uint16_t>(free_udp_port() + 1);
  auto words = coap_words(library, port);
  const auto& files = dtls_files();
  for (const auto& word : {std::string("-c"), files["chain.pem"], std::string("-j"),
                           files["server.key"], std::string("-C"), files["trust.pem"]})
    words.push_back(word);
  return std::unique_ptr<DtlsPeer>(new DtlsPeer(port, words));
}

std::unique_ptr<DtlsPeer> DtlsPeer::coap_psk() {
  const auto port = static_cast<std::uint16_t>(free_udp_port() + 1);
  auto words = coap_words("gnutls", port);
  words.insert(words.end(), {"-k", "secret"});
  return std::unique_ptr<DtlsPeer>(new DtlsPeer(port, words));
}

/// Its standard input must stay open: it takes the end of that for the end of the connection.
std::unique_ptr<DtlsPeer> DtlsPeer::openssl() {
  const auto port = free_udp_port();
  const auto& files = dtls_files();
  const auto fifo = files[fmt::format("stdin-{}", port)];
  return std::unique_ptr<DtlsPeer>(new DtlsPeer(
      port, {"sh", "-c", "mkfifo \"$0\" && exec openssl s_server \"$@\" 0<>\"$0\"", fifo,
             "-dtls1_2", "-quiet", "-accept", fmt::format("127.0.0.1:{}", port), "-cert",
             files["chain.pem"], "-cert_chain", files["chain.pem"], "-key", files["server.key"],
             "-CAfile", files["trust.pem"], "-Verify", "3", "-verify_return_error"}));
}

std::unique_ptr<DtlsPeer> DtlsPeer::gnutls() {
  const auto port = free_udp_port();
  const auto& files = dtls_files();
  return std::unique_ptr<DtlsPeer>(new DtlsPeer(
      port, {"gnutls-serv", "--udp", "--echo", "--port", std::to_string(port), "--x509certfile",
             files["chain.pem"], "--x509keyfile", files["server.key"], "--x509cafile",
             files["trust.pem"], "--require-client-cert", "--verify-client-cert"}));
}

std::unique_ptr<DtlsPeer> DtlsPeer::erlang() {
  const auto port = free_udp_port();
  const auto& files = dtls_files();
  return std::unique_ptr<DtlsPeer>(
      new DtlsPeer(port, {"escript", std::string(HANDFAST_DTLS_ECHO), std::to_string(port),
                          files["chain.pem"], files["server.key"], files["trust.pem"], "100"}));
}

DatagramPeer::DatagramPeer(Bytes answer, int answers) : fd_(bind_udp(0)), port_(port_of(fd_)) {
  thread_ = std::thread([this, answer = std::move(answer), answers]() mutable {
    std::vector<char> buffer(2048);
    while (true) {
      sockaddr_in peer{};
      socklen_t size = sizeof peer;
      const auto count =
          recvfrom(fd_, buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&peer), &size);
      if (count == 0) return;  // the destructor's datagram
      if (count < 0 || answers-- <= 0) continue;
      sendto(fd_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&peer), size);
    }
  });
}

DatagramPeer::~DatagramPeer() {
  const sockaddr_in own = loopback(port_);
  sendto(fd_, nullptr, 0, 0, reinterpret_cast<const sockaddr*>(&own), sizeof own);
  thread_.join();
  close(fd_);
}

loadgen::FleetSpec dtls_fleet(const Endpoint& endpoint) {
  loadgen::FleetSpec fleet;
  fleet.name = "devices";
  fleet.listener = "dtls-two-way";
  fleet.endpoint = endpoint;
  fleet.clients = client_count;
  fleet.identity = [](std::uint64_t index) { return Result<tls::Identity>(client_of(index)); };
  fleet.tls.trust = test_pki().trust();
  fleet.mqtt_level = 4;
  fleet.datagrams.application = loadgen::Application::none;
  fleet.behaviour = loadgen::Behaviour::handshake;
  fleet.stages = {{100, 100, 500ms}};
  return fleet;
}

stats::FleetStats run_fleet(const loadgen::FleetSpec& fleet) {
  auto snapshot = loadgen::run({fleet}, {});
  INFO((snapshot ? std::string("ok") : snapshot.error().text()));
  REQUIRE(snapshot);
  return std::move(snapshot->fleets.front());
}

std::string failures_text(const stats::FleetStats& fleet) {
  std::vector<std::string> parts;
  for (const auto& [key, count] : fleet.failures)
    parts.push_back(fmt::format("{}/{} x{}", key.phase, key.cause, count));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::uint16_t free_udp_port() {
  while (true) {
    const int fd = bind_udp(0);
    const auto port = port_of(fd);
    const int above = port < 65535 ? bind_udp(static_cast<std::uint16_t>(port + 1)) : -1;
    close(fd);
    if (above < 0) continue;
    close(above);
    return port;
  }
}

}  // namespace handfast::test
