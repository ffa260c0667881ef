// Real TLS servers as processes, each able to play the parts of the interoperability table.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.hpp"
#include "core/tls/identity.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// What a peer is to do, besides the full handshake and an exchange of bytes.
enum class Feature {
  one_way,         ///< a full handshake, the server alone shows a certificate
  two_way,         ///< the client shows one too, and the server insists
  resumed,         ///< a second connection with the first one's ticket (psk_dhe_ke)
  retry,           ///< HelloRetryRequest: the server wants a group without a share
  fragmented,      ///< messages and data in records of 512 bytes
  large_chain,     ///< a certificate chain of 30 kB
  our_key_update,  ///< we update our keys; the native engine alone can
  its_key_update,  ///< the server updates its own and wants ours updated
  chacha,          ///< TLS_CHACHA20_POLY1305_SHA256
};
inline constexpr std::array all_features{
    Feature::one_way,        Feature::two_way,        Feature::resumed,
    Feature::retry,          Feature::fragmented,     Feature::large_chain,
    Feature::our_key_update, Feature::its_key_update, Feature::chacha};
std::string_view to_string(Feature feature);

/// Certificates on disk, minted for this test.
class InteropPki {
 public:
  InteropPki();

  const TempDirectory& directory() const { return directory_; }
  /// A chain of this kind ("P-256", "RSA", "P-384", "Ed25519", "large") with its key, as files.
  std::filesystem::path chain(const std::string& kind) const;
  std::filesystem::path key(const std::string& kind) const;
  /// The root below which all of them are, and the clients too.
  std::filesystem::path trust_file() const { return directory_ / "root.pem"; }

 private:
  void add(const std::string& kind, const std::vector<const Minted*>& chain) const;
  TempDirectory directory_;
};
const InteropPki& interop_pki();

/// A child process that is killed with this object. Its input stays open; its output is a file.
class PeerProcess {
 public:
  explicit PeerProcess(const std::vector<std::string>& words);
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;
  ~PeerProcess();

  void type(std::string_view text) const;
  std::string said() const;
  bool await_said(std::string_view text) const;
  bool runs();
  static std::uint16_t free_port();
  pid_t pid() const { return pid_; }

 private:
  TempDirectory directory_;
  pid_t pid_ = -1;
  int input_ = -1;
};

/// How bytes go around with a peer.
enum class Talk { echo, reverse, mqtt, console };

/// A peer that runs.
struct RunningPeer {
  std::uint16_t port = 0;
  Talk talk = Talk::echo;
  std::shared_ptr<void> owner;          ///< ends it
  PeerProcess* process = nullptr;       ///< for Talk::console and said()
  std::function<void()> update_keys{};  ///< makes it update its keys
  std::string_view update_text{};       ///< or: sent to it, this does
  std::string_view update_answer{};     ///< what it says to that; empty: the same
  std::function<std::string()> log{};
};

struct PeerKind {
  std::string_view name;
  RunningPeer (*start)(Feature feature);
  /// Why a feature is not tried with it.
  std::map<Feature, std::string_view> lacks;
};

PeerKind activemq_kind();
std::vector<PeerKind> peer_kinds();

/// Starts `words` and waits until they listen on `port`; 0: on a free one, which they name as
/// "PORT".
RunningPeer start_peer(std::vector<std::string> words, Talk talk, std::uint16_t port = 0);

/// Arguments of s_server for certificate files; without -accept.
std::vector<std::string> s_server_words(const std::string& chain_kind);

}  // namespace handfast::test
