// The messages of one connection that wait for their acknowledgement, by packet identifier.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/clock.hpp"

namespace handfast::loadgen {

/// Identifiers 1 to `window`; one is free again only after its last acknowledgement (MQTT 5.0
/// §2.2.1). Memory is taken once, at construction.
class InFlight {
 public:
  /// SUBSCRIBE takes the identifier above all windows.
  static constexpr std::uint16_t most = 65'534;
  static constexpr std::uint16_t subscribe_id = 65'535;

  struct Message {
    TimePoint intended;
    TimePoint sent;
    enum class State : std::uint8_t { free, published, released } state = State::free;
  };

  /// `window`: 1 to `most`.
  explicit InFlight(std::uint16_t window);

  bool full() const { return free_.empty(); }
  std::size_t count() const { return messages_.size() - free_.size(); }
  /// How many of count() are meant for `from` or later.
  std::size_t count_since(TimePoint from) const;
  /// Books a message and answers its identifier; full() must not hold.
  std::uint16_t add(TimePoint intended, TimePoint sent);
  /// nullptr when no message has this identifier.
  Message* find(std::uint16_t id);
  /// The message's last acknowledgement came; `id` must be in use.
  void remove(std::uint16_t id);

 private:
  std::vector<Message> messages_;    ///< by identifier - 1
  std::vector<std::uint16_t> free_;  ///< the next one to use is last
};

}  // namespace handfast::loadgen
