// Ephemeral keys (RFC 8446 section 4.2.8): where they come from is the engine's key mode.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/tls/client.hpp"
#include "core/tls/native/refusal.hpp"
#include "core/tls/native/registry.hpp"
#include "core/tls/native/x25519_batch.hpp"

namespace handfast::tls::native {

/// A private key, ready to agree on a secret, and the share that goes out.
struct KeyShare {
  const Group* group = nullptr;
  PkeyPtr key;
  PkeyContextPtr derivation;
  std::array<std::uint8_t, max_share_bytes> share{};

  ByteView public_bytes() const { return {share.data(), group->share_bytes}; }
};

struct SharedSecret {
  std::array<std::uint8_t, max_shared_bytes> bytes{};
  std::size_t size = 0;

  ByteView view() const { return {bytes.data(), size}; }
};

/// Belongs to one engine.
class KeyShares {
 public:
  KeyShares(KeyMode mode, std::uint16_t pool_size) : mode_(mode), pool_size_(pool_size) {}

  /// Null when libcrypto fails. Shared with the pool, and so with other connections, in mode pool.
  std::shared_ptr<KeyShare> take(const Group& group, RandomPool& random);
  /// A share for a private key that is given.
  static std::shared_ptr<KeyShare> of_key(const Group& group, PkeyPtr key);

  /// The shared secret with the server's `share`. A share of the wrong length, off the curve, or
  /// one that leads to an all-zero secret is refused (RFC 8446 sections 4.2.8 and 7.4).
  Checked<SharedSecret> agree(KeyShare& own, ByteView share);

  KeyMode mode() const { return mode_; }
  std::uint64_t reused() const { return reused_; }
  std::uint64_t generated() const { return generated_; }

 private:
  struct OfGroup {
    PkeyContextPtr generator;
    PkeyPtr peer;  ///< a key of the group, whose public half is replaced by each server's share
    std::vector<std::shared_ptr<KeyShare>> pool;
    std::size_t next = 0;
  };
  std::shared_ptr<KeyShare> generate(const Group& group);
  std::shared_ptr<KeyShare> from_pool(const Group& group);
  std::shared_ptr<KeyShare> from_batch(const Group& group, RandomPool& random);

  KeyMode mode_;
  std::uint16_t pool_size_;
  std::array<OfGroup, group_count> groups_;
  std::unique_ptr<X25519Batch> batch_;
  std::uint64_t reused_ = 0;
  std::uint64_t generated_ = 0;
};

}  // namespace handfast::tls::native
