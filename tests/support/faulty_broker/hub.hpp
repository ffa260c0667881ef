// Sessions and messages: what connections of one broker have to do with each other.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "harness/broker/descriptor.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::faulty {

struct Message {
  std::string topic;
  Bytes payload;
  std::uint8_t qos = 0;  ///< 0 or 1 on delivery
};

/// Whom messages go to: filled by other threads, emptied by the connection's own, which polls
/// `bell()`.
class Mailbox {
 public:
  Mailbox();
  int bell() const { return bell_.get(); }
  void put(Message message);
  /// Ends the connection: another one took its session, or it reads too slowly.
  void kick();

  struct Contents {
    std::vector<Message> messages;
    bool kicked = false;
  };
  Contents take();

  /// Bytes that wait here and in the connection's own buffers.
  std::size_t waiting() const;
  void note_unsent(std::size_t bytes);

 private:
  mutable std::mutex mutex_;
  std::vector<Message> messages_;
  std::size_t waiting_ = 0;
  std::size_t unsent_ = 0;
  bool kicked_ = false;
  broker::Descriptor bell_;
};

/// MQTT 3.1.1 section 4.7.
bool topic_matches(std::string_view filter, std::string_view topic);

class Hub {
 public:
  explicit Hub(const Defects& defects) : defects_(defects) {}

  struct Joined {
    bool session_present = false;
    std::string user;  ///< as the session goes on: the given one, defects aside
  };
  /// Connects `mailbox` to the session of `client_id`, which another connection loses.
  Joined join(const std::string& client_id, bool clean, bool keep, const std::string& user,
              const std::shared_ptr<Mailbox>& mailbox);
  /// The connection is over; forgets the session unless it was to be kept.
  void leave(const std::string& client_id, const Mailbox& mailbox);

  /// The granted QoS, or 0x80 where `user` may not read.
  std::uint8_t subscribe(const std::string& client_id, const std::string& filter, std::uint8_t qos);
  bool unsubscribe(const std::string& client_id, const std::string& filter);
  /// False when `user` may not write there.
  bool publish(const std::string& user, const Message& message);
  /// Ends the connection of that session, if it has one.
  void kick(const std::string& client_id);
  void kick_all();

 private:
  struct Session {
    std::string user;
    bool keep = false;
    std::map<std::string, std::uint8_t> filters;
    std::shared_ptr<Mailbox> mailbox;  ///< null while nobody is connected
    std::vector<Message> missed;
  };
  bool allowed(const std::string& user, std::string_view topic) const;

  const Defects defects_;
  std::mutex mutex_;
  std::map<std::string, Session> sessions_;
};

}  // namespace handfast::test::faulty
