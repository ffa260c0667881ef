#include "core/stats/phase.hpp"

namespace handfast::stats {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::dns:
      return "dns";
    case Phase::tcp:
      return "tcp";
    case Phase::tls:
      return "tls";
    case Phase::tls_full:
      return "tls_full";
    case Phase::tls_resumed:
      return "tls_resumed";
    case Phase::cookie:
      return "cookie";
    case Phase::tls_clean:
      return "tls_clean";
    case Phase::tls_retransmitted:
      return "tls_retransmitted";
    case Phase::upgrade:
      return "upgrade";
    case Phase::connack:
      return "connack";
    case Phase::ready:
      return "ready";
    case Phase::suback:
      return "suback";
    case Phase::puback:
      return "puback";
    case Phase::pubcomp:
      return "pubcomp";
    case Phase::delivery:
      return "delivery";
    case Phase::back_off:
      return "back_off";
    case Phase::outage:
      return "outage";
    case Phase::silence:
      return "silence";
  }
  return "unknown";
}

}  // namespace handfast::stats
