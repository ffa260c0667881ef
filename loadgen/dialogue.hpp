// What a fleet speaks in datagrams in place of MQTT, told in MQTT's words: a session and its
// activity go on writing and reading MQTT 3.1.1 packets, and a dialogue turns them into the
// messages of another protocol and back. So one bookkeeping serves all of them. Sans I/O.
//
//     Session, Activity ──MQTT packets──► Dialogue ──messages──► one DTLS record each
//                       ◄──MQTT packets──          ◄──messages──
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"

namespace handfast::loadgen {

class Dialogue {
 public:
  /// What one call brings.
  struct Step {
    std::vector<Bytes> messages;  ///< for the peer, each in a datagram of its own
    Bytes packets;                ///< whole MQTT 3.1.1 packets, as if the server had sent them
    std::vector<std::string> oddities;  ///< what the peer sent and should not have; none is fatal
    std::string cause;                  ///< set: the connection has failed (loadgen/cause.hpp)
  };

  virtual ~Dialogue() = default;

  /// Takes whole MQTT packets of the client.
  virtual void send(ByteView packets, TimePoint now, Step& out) = 0;
  /// Takes one message of the peer.
  virtual void receive(ByteView message, TimePoint now, Step& out) = 0;
  /// When an answer is overdue; nullopt: none is waited for.
  virtual std::optional<TimePoint> next_deadline() const = 0;
  virtual void on_deadline(TimePoint now, Step& out) = 0;
};

/// Makes the dialogues of a fleet's sessions.
class DialogueMaker {
 public:
  virtual ~DialogueMaker() = default;
  /// It must not outlive its maker.
  virtual std::unique_ptr<Dialogue> make() const = 0;
};

struct DatagramSpec;

/// Null for applications that need none.
std::shared_ptr<const DialogueMaker> dialogues_of(const DatagramSpec& spec);

}  // namespace handfast::loadgen
