// PINGREQ and PINGRESP (MQTT 5.0 §3.12 and §3.13): two bytes each.
#pragma once

#include "core/base/bytes.hpp"
#include "core/mqtt/error.hpp"
#include "core/mqtt/frame.hpp"

namespace handfast::mqtt {

struct Pingreq {
  bool operator==(const Pingreq&) const = default;
};
struct Pingresp {
  bool operator==(const Pingresp&) const = default;
};

/// Appends `c0 00`.
void encode_pingreq(Bytes& out);
/// Appends `d0 00`.
void encode_pingresp(Bytes& out);

Parsed<Pingreq> decode_pingreq(const Frame& frame, Version version);
Parsed<Pingresp> decode_pingresp(const Frame& frame, Version version);

}  // namespace handfast::mqtt
