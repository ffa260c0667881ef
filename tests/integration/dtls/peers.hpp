// Servers of other hands that speak DTLS, on free loopback ports, and some that only pretend to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/endpoint.hpp"
#include "core/stats/snapshot.hpp"
#include "loadgen/run.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// The chains of tests/support/mint.hpp as files: chain.pem and server.key, trust.pem (the root),
/// and the root with its intermediate in bundle.pem.
class DtlsFiles {
 public:
  DtlsFiles();
  std::string operator[](const std::string& name) const { return (directory_ / name).string(); }
  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  TempDirectory directory_;
};

/// A program that listens for datagrams; it is ended with the object.
class DtlsPeer {
 public:
  /// libcoap's example server, which wants a client certificate. `library` is "gnutls" or
  /// "openssl"; the latter sends its leaf alone.
  static std::unique_ptr<DtlsPeer> coap(const std::string& library);
  /// The same for the pre-shared key "secret".
  static std::unique_ptr<DtlsPeer> coap_psk();
  /// `openssl s_server`, two-way; serves one client at a time.
  static std::unique_ptr<DtlsPeer> openssl();
  /// `gnutls-serv --udp`; likewise.
  static std::unique_ptr<DtlsPeer> gnutls();
  /// tests/support/dtls_echo.escript, two-way.
  static std::unique_ptr<DtlsPeer> erlang();

  /// Any other: `port` is where it is to listen, and it does when the constructor is done.
  DtlsPeer(std::uint16_t port, const std::vector<std::string>& words);

  Endpoint endpoint() const {
    return {.transport = Transport::dtls, .host = "127.0.0.1", .port = port_};
  }

 private:
  std::uint16_t port_;
  TempDirectory directory_;
  Program program_;
};

/// A UDP socket that answers each of the first `answers` datagrams with the same bytes, and then is
/// silent.
class DatagramPeer {
 public:
  explicit DatagramPeer(Bytes answer = {}, int answers = 0);
  ~DatagramPeer();
  DatagramPeer(const DatagramPeer&) = delete;
  DatagramPeer& operator=(const DatagramPeer&) = delete;
  Endpoint endpoint() const {
    return {.transport = Transport::dtls, .host = "127.0.0.1", .port = port_};
  }

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// Clients with certificates of their own, which connect at 100/s for half a second.
loadgen::FleetSpec dtls_fleet(const Endpoint& endpoint);

/// Runs one fleet; fails the test on a problem.
stats::FleetStats run_fleet(const loadgen::FleetSpec& fleet);

/// "tls/dtls:no_answer x3", joined.
std::string failures_text(const stats::FleetStats& fleet);

/// A UDP port on 127.0.0.1 where nobody listens, and nobody on the one above it either.
std::uint16_t free_udp_port();

}  // namespace handfast::test
