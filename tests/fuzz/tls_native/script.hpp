// Bytes of the fuzzer as things to do to what a server says: a byte for how the connection is set
// up, then steps. A step that does not fit does nothing, so every input means something.
#pragma once

#include "tests/support/tls13_mitm.hpp"

namespace handfast::fuzz {

/// The first byte.
struct Setup {
  bool signs = false;    ///< the server signs for its lies
  bool two_way = false;  ///< it wants a certificate
  bool retries = false;  ///< it says HelloRetryRequest
  bool psk = false;      ///< both know a key
  bool alpn = false;     ///< it selects a protocol
  bool resumes = false;  ///< the second connection, with a ticket of the first
  bool chacha = false;
  bool trickles = false;  ///< bytes arrive one by one
};
Setup read_setup(std::uint8_t byte);

/// The rest, consumed as the flights come.
class Script {
 public:
  explicit Script(ByteView bytes) : reader_(bytes) {}
  void change(test::Units& units);
  void change(test::PlainRecords& records);

 private:
  std::size_t number(std::size_t below);
  Bytes some_bytes();
  void change_bytes(test::Unit& unit, std::uint8_t kind);

  ByteReader reader_;
};

}  // namespace handfast::fuzz
