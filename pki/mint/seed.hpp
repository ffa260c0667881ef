// Keys and serials from a phrase, so that a run can be repeated byte for byte. TEST ONLY: whoever
// knows the phrase knows every key.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

/// A secret that other secrets are derived from (HKDF-SHA256, RFC 5869, the label as info). Cheap
/// to copy; const members are thread-safe.
class Seed {
 public:
  /// The phrase must not be empty.
  static Seed of(std::string_view phrase);

  /// `size` octets, 1 to 8,160, that belong to `label`.
  Bytes derive(std::string_view label, std::size_t size) const;
  /// A seed of its own for everything below `label`.
  Seed below(std::string_view label) const;
  /// 16 octets, positive.
  Bytes serial(std::string_view label) const;

 private:
  explicit Seed(Bytes secret) : secret_(std::move(secret)) {}
  Bytes secret_;
};

/// The private key that belongs to `label`. Usage problem for types whose keys cannot be derived:
/// all but p256, p384, p521, ed25519 and ed448.
Result<tls::PkeyPtr> make_key(KeyType type, const Seed& seed, std::string_view label);
/// The `octets` that make_key(type, seed, label) makes its key from; secret. Usage problem as
/// there.
Result<Bytes> derive_key_material(KeyType type, const Seed& seed, std::string_view label,
                                  std::size_t octets);

}  // namespace handfast::pki
