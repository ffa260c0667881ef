// What is left of a connection once its handshake is over: keys, ivs, counters, two secrets. No
// cipher context, no buffer.
#pragma once

#include "core/tls/native/record_protection.hpp"

namespace handfast::tls::native {

struct Connection {
  const Suite* read_suite = nullptr;
  const Suite* write_suite = nullptr;  ///< another one only while early data goes out
  TrafficKeys read, write;
  bool reads_protected = false;
  bool writes_protected = false;
};

}  // namespace handfast::tls::native
