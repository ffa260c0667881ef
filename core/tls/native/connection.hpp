// What is left of a connection once its handshake is over: two secrets, suites, counters. No cipher
// context, no buffer, and while it is idle no keys: they follow from the secrets.
#pragma once

#include "core/tls/native/record_protection.hpp"

namespace handfast::tls::native {

/// The two directions differ in their suite only while early data goes out.
struct Connection {
  TrafficKeys read, write;
  bool reads_protected = false;
  bool writes_protected = false;
};

}  // namespace handfast::tls::native
