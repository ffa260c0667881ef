#include "tests/support/faulty_broker/hub.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/text.hpp"

namespace handfast::test::faulty {

namespace {

constexpr std::size_t most_missed = 1000;                           // messages of a session
constexpr std::size_t most_waiting_bytes = std::size_t{32} << 20U;  // then a reader is too slow
constexpr std::size_t slow_bytes = std::size_t{256} << 10U;         // slow_reader_blocks_all

void ring(const broker::Descriptor& bell) { eventfd_write(bell.get(), 1); }

}  // namespace

Mailbox::Mailbox() : bell_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void Mailbox::put(Message message) {
  const std::lock_guard lock(mutex_);
  waiting_ += message.topic.size() + message.payload.size();
  if (waiting_ + unsent_ > most_waiting_bytes) kicked_ = true;
  messages_.push_back(std::move(message));
  ring(bell_);
}

void Mailbox::kick() {
  const std::lock_guard lock(mutex_);
  kicked_ = true;
  ring(bell_);
}

Mailbox::Contents Mailbox::take() {
  const std::lock_guard lock(mutex_);
  eventfd_t rings = 0;
  eventfd_read(bell_.get(), &rings);
  waiting_ = 0;
  return {.messages = std::exchange(messages_, {}), .kicked = kicked_};
}

std::size_t Mailbox::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_ + unsent_;
}

void Mailbox::note_unsent(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  unsent_ = bytes;
}

bool topic_matches(std::string_view filter, std::string_view topic) {
  if (topic.starts_with('$') && !filter.starts_with('$')) return false;  // section 4.7.2
  const auto wanted = split(filter, '/');
  const auto levels = split(topic, '/');
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "#") return true;
    if (i >= levels.size() || (wanted[i] != "+" && wanted[i] != levels[i])) return false;
  }
  // "a/#" matches "a" as well.
  return wanted.size() == levels.size();
}

Hub::Joined Hub::join(const std::string& client_id, bool clean, bool keep, const std::string& user,
                      const std::shared_ptr<Mailbox>& mailbox) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(client_id);
  Joined joined{.session_present = false, .user = user};
  if (found != sessions_.end()) {
    if (found->second.mailbox) found->second.mailbox->kick();
    joined.session_present = !clean && found->second.keep;
    if (defects_.identity_stays_with_session && joined.session_present) {
      joined.user = found->second.user;
    }
    if (!joined.session_present) sessions_.erase(found);
  }
  auto& session = sessions_[client_id];
  session.user = joined.user;
  session.keep = keep;
  session.mailbox = mailbox;
  for (auto& message : std::exchange(session.missed, {})) mailbox->put(std::move(message));
  return joined;
}

void Hub::leave(const std::string& client_id, const Mailbox& mailbox) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end() || found->second.mailbox.get() != &mailbox) return;
  found->second.mailbox.reset();
  if (!found->second.keep) sessions_.erase(found);
}

std::uint8_t Hub::subscribe(const std::string& client_id, const std::string& filter,
                            std::uint8_t qos) {
  constexpr std::uint8_t refused = 0x80;
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end()) return refused;
  auto& session = found->second;
  if (!allowed(session.user, filter)) return refused;
  const auto granted = std::min<std::uint8_t>(qos, 1);
  session.filters[filter] = granted;
  if (filter == "whoami" && session.mailbox) {
    const auto name = as_bytes(session.user);
    session.mailbox->put({.topic = filter, .payload = Bytes(name.begin(), name.end())});
  }
  return granted;
}

bool Hub::unsubscribe(const std::string& client_id, const std::string& filter) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(client_id);
  return found != sessions_.end() && found->second.filters.erase(filter) > 0;
}

bool Hub::publish(const std::string& user, const Message& message) {
  if (!allowed(user, message.topic)) return false;
  const std::lock_guard lock(mutex_);
  for (auto& [id, session] : sessions_) {
    std::optional<std::uint8_t> granted;
    for (const auto& [filter, qos] : session.filters) {
      if (topic_matches(filter, message.topic)) granted = std::max(granted.value_or(0), qos);
    }
    if (!granted || !allowed(session.user, message.topic)) continue;
    auto copy = message;
    copy.qos = std::min(*granted, message.qos);
    if (!session.mailbox) {
      if (copy.qos > 0 && session.missed.size() < most_missed) {
        session.missed.push_back(std::move(copy));
      }
      continue;
    }
    session.mailbox->put(std::move(copy));
    if (!defects_.slow_reader_blocks_all) continue;
    // For as long as a test may wait, not for ever: a broker must be able to stop.
    for (int i = 0; i < 1000 && session.mailbox->waiting() > slow_bytes; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  return true;
}

void Hub::kick(const std::string& client_id) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(client_id);
  if (found != sessions_.end() && found->second.mailbox) found->second.mailbox->kick();
}

void Hub::kick_all() {
  const std::lock_guard lock(mutex_);
  for (auto& [id, session] : sessions_) {
    if (session.mailbox) session.mailbox->kick();
  }
}

bool Hub::allowed(const std::string& user, std::string_view topic) const {
  if (!topic.starts_with("user/")) return true;
  if (user.empty()) return false;
  if (defects_.user_is_pattern && topic_matches("user/" + user + "/#", topic)) return true;
  return topic.starts_with("user/" + user + "/");
}

}  // namespace handfast::test::faulty
