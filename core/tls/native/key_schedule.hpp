// The key schedule of one connection (RFC 8446 section 7.1):
//
//            0 or PSK ──►  early secret ──► binder, c e traffic, e exp master
//                               │ derived
//     shared secret ──►  handshake secret ──► c hs traffic, s hs traffic
//                               │ derived
//                   0 ──►  master secret ──► c ap traffic, s ap traffic, exp master, res master
#pragma once

#include "core/tls/native/hashing.hpp"

namespace handfast::tls::native {

class KeySchedule {
 public:
  /// The early secret; an empty `psk` is none.
  void start(Hasher& hasher, ByteView psk);
  /// On to the handshake secret.
  void mix(ByteView shared_secret);
  /// On to the master secret.
  void finish();

  /// Derive-Secret from the secret that was reached.
  Secret derive(std::string_view label, const Secret& transcript);

 private:
  Secret derived();

  Hasher* hasher_ = nullptr;
  Secret secret_;
  bool plain_start_ = false;  ///< early secret without a PSK: its "derived" is known
};

/// The MAC of a Finished message or a PSK binder (RFC 8446 sections 4.4.4 and 4.2.11.2).
Secret finished_mac(Hasher& hasher, const Secret& base, const Secret& transcript);

}  // namespace handfast::tls::native
