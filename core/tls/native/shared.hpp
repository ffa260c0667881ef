// What every connection of one native engine shares. One thread drives one connection at a time.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "core/tls/native/chain.hpp"
#include "core/tls/native/client_hello.hpp"
#include "core/tls/native/facts_store.hpp"
#include "core/tls/native/key_shares.hpp"
#include "core/tls/native/record_protection.hpp"
#include "core/tls/native/signatures.hpp"
#include "core/tls/native/tickets.hpp"

namespace handfast::tls::native {

class Handshake;

/// Changes to what a client sends, for tests that need a certain ClientHello or a broken one.
struct Script {
  /// Called with each ClientHello before it is encoded.
  std::function<void(ClientHello&)> edit_hello;
  /// The encoded message to send in place of ours; it should say what the edited fields say.
  std::function<void(Bytes& message)> replace_hello;
  /// The private key of the share; null: one of the engine's.
  std::function<PkeyPtr(const Group&)> key;
};

struct Shared {
  explicit Shared(const ClientSettings& settings);
  ~Shared();
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  /// A handshake to begin with, new or used before; and back when it is over.
  std::unique_ptr<Handshake> take_handshake();
  void give_back(std::unique_ptr<Handshake> handshake);

  Hasher& hasher(HashId id) { return hashers_[static_cast<std::size_t>(id)]; }
  Hasher& hasher(const Suite& suite) { return hasher(suite.hash); }
  WallClock::time_point now() const { return wall_clock ? wall_clock() : WallClock::now(); }

  bool verify;
  bool check_host;
  bool server_name_indication;
  bool keep_sessions;
  bool suites_chosen;
  std::function<void(std::string_view)> key_log;
  std::function<WallClock::time_point()> wall_clock;
  ClientHello hello;  ///< what all have in common
  Script script;

  RandomPool random;
  KeyShares key_shares;
  RecordProtection records;
  Signatures signatures;
  std::unique_ptr<ChainJudge> chain;
  FactsStore facts;
  std::array<std::uint8_t, max_cipher_bytes> scratch{};  ///< one record of plaintext
  Bytes message;                                         ///< scratch: a message on its way out
  CertificateList certificates;                          ///< scratch
  /// Records after which a write key is updated, at most what its suite allows (RFC 8446 section
  /// 5.5).
  std::uint64_t key_update_after = std::uint64_t{1} << 24;

 private:
  std::array<Hasher, 2> hashers_{Hasher(HashId::sha256), Hasher(HashId::sha384)};
  std::vector<std::unique_ptr<Handshake>> idle_handshakes_;
};

}  // namespace handfast::tls::native
