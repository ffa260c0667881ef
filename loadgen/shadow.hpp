// Shadows: after a sampled connection of an engine under test, libssl makes one like it (same
// server, same credentials), and the two must end alike. What a server does above TLS is none of
// it: any answer in MQTT, HTTP or WebSocket says that TLS got through.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/stats/lifecycle.hpp"

namespace handfast::loadgen {

/// Of a connection: what TLS made of it.
class TlsOutcome {
 public:
  /// It got where it should, or was refused above TLS.
  static TlsOutcome passed() { return TlsOutcome("passed"); }
  /// What `failure` says of TLS. Ends without a word (FIN, reset) are all one: which of them
  /// arrives is a race of the transport.
  static TlsOutcome of(const stats::FailureKey& failure);

  /// False where TLS had no chance to say anything: no TCP connection, no answer in time, a cause
  /// of our own.
  bool comparable() const { return !text_.empty(); }
  const std::string& text() const { return text_; }  ///< "passed", "verify:cert_has_expired(10)"
  bool operator==(const TlsOutcome&) const = default;

 private:
  explicit TlsOutcome(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Counts the pair in `shadows`.
void compare(const TlsOutcome& original, const TlsOutcome& shadow, stats::Shadows& shadows);

}  // namespace handfast::loadgen
