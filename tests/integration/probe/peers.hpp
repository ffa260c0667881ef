// Peers for the probe: a scripted TCP server in this process, and OpenSSL's s_server in another.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/tls/identity.hpp"

namespace handfast::test {

/// Serves one connection on a free loopback port, step by step.
class ScriptedPeer {
 public:
  struct Step {
    std::size_t read = 0;  ///< first read at least so many bytes (all that is there)
    std::string write;     ///< then write this
  };
  enum class End { fin, rst, hold };  ///< hold: keep the connection until the peer closes it

  ScriptedPeer(std::vector<Step> steps, End end);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Everything that was read; ask after the probe has returned.
  std::string read();

 private:
  void serve(const std::vector<Step>& steps, End end);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::string read_;
  std::thread thread_;
};

/// Stands between the probe and a server and keeps what the probe sent, as it came in.
class RecordingProxy {
 public:
  explicit RecordingProxy(std::uint16_t server_port);
  ~RecordingProxy();
  RecordingProxy(const RecordingProxy&) = delete;
  RecordingProxy& operator=(const RecordingProxy&) = delete;

  std::uint16_t port() const { return port_; }
  /// The client's flights: everything between two arrivals from the server is one. Ask after the
  /// probe has returned.
  std::vector<Bytes> flights();

 private:
  void relay(std::uint16_t server_port);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<Bytes> flights_;
  std::thread thread_;
};

/// A directory under the system's temporary one that goes with the test.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// `openssl s_server` on a free loopback port; killed when the test ends.
class OpensslServer {
 public:
  explicit OpensslServer(std::vector<std::string> arguments);
  ~OpensslServer();
  OpensslServer(const OpensslServer&) = delete;
  OpensslServer& operator=(const OpensslServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Waits until it has said `text`, since the last such text; fails the test when it does not.
  void await(const std::string& text);

 private:
  void await_ready();
  void hear();

  pid_t pid_ = -1;
  int stdin_ = -1;
  int stdout_ = -1;
  std::string said_;
  std::uint16_t port_ = 0;
};

/// A self-signed pair for 127.0.0.1, made by the openssl program: leaf and trust anchor in one.
struct SelfSigned {
  std::filesystem::path certificate, key;
  tls::Trust trust;
  tls::Identity identity;
};
SelfSigned self_signed(const std::filesystem::path& directory, const std::string& name);

/// A port on which nothing listens.
std::uint16_t closed_port();

}  // namespace handfast::test
