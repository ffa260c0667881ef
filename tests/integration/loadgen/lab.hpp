// A throw-away broker with its own small PKI, and peers that misbehave: what the load engine is
// tried against.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "core/stats/snapshot.hpp"
#include "loadgen/run.hpp"

namespace handfast::test {

/// A directory that is removed with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Keys and certificates made with the openssl program: a CA, a server for 127.0.0.1 and localhost,
/// clients.
class Pki {
 public:
  static constexpr int clients = 10;

  /// Fails the test when the openssl program does not do its work.
  Pki();
  std::filesystem::path file(const std::string& name) const { return directory_.path() / name; }
  tls::Trust trust() const;
  /// Client `index`, issued by the CA; modulo `clients`.
  Result<tls::Identity> client(std::uint64_t index) const;
  /// A client of a CA that nobody trusts.
  Result<tls::Identity> stranger() const;

 private:
  TemporaryDirectory directory_;
};

/// The PKI of this test program, made on first use.
const Pki& pki();

/// A child process; the destructor kills it by its pid.
struct Child {
  Child() = default;
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  void end();

  pid_t pid = -1;
};

/// The key of "dev-INDEX" at Mosquitto::psk_endpoint().
tls::ExternalPsk psk_of(std::uint64_t index);

/// mosquitto with one listener of each kind, on free loopback ports. The destructor stops it by its
/// pid.
class Mosquitto {
 public:
  /// Starts it and waits until all listeners accept; fails the test when that takes too long.
  Mosquitto();

  Endpoint endpoint(const std::string& listener) const;
  /// A TLS listener for the pre-shared keys of client(s) "dev-0" to "dev-9": psk_of().
  Endpoint psk_endpoint() const;
  void kill() { process_.end(); }
  /// Runs it again after kill(), on the same ports, and waits until all listeners accept.
  void start();
  /// What the running process has logged.
  std::string log() const;

 private:
  TemporaryDirectory directory_;
  std::map<std::string, std::uint16_t> ports_;
  Child process_;
};

/// A TCP server on a free loopback port that treats each connection as `serve(fd)` does, one after
/// the other, on its own thread; the descriptor is closed by the server when it goes, unless
/// serve() closed it.
class Peer {
 public:
  explicit Peer(std::function<void(int fd)> serve);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> open_;
  std::function<void(int)> serve_;
  std::thread thread_;
};

/// nginx as a TLS server that closes when the handshake is complete: TLS 1.2 and 1.3, with tickets,
/// on a free loopback port. The destructor stops it by its pid.
class Nginx {
 public:
  Nginx();
  Endpoint endpoint() const;

 private:
  TemporaryDirectory directory_;
  std::uint16_t port_ = 0;
  Child process_;
};

/// A port on 127.0.0.1 where nobody listens.
std::uint16_t closed_port();

/// A fleet for `listener` of `broker`: two-way kinds get their identities, TLS kinds the trust.
loadgen::FleetSpec fleet_for(const Mosquitto& broker, const std::string& listener);

/// Runs one fleet and gives back its snapshot; fails the test on a problem.
stats::Snapshot run_one(const loadgen::FleetSpec& fleet, const loadgen::RunOptions& options = {});

/// "tls/deadline x3, tcp/errno:ECONNREFUSED x1" for comparisons and messages.
std::string failures_of(const stats::FleetStats& fleet);

}  // namespace handfast::test
