#include "loadgen/in_flight.hpp"

#include <algorithm>
#include <cassert>

namespace handfast::loadgen {

InFlight::InFlight(std::uint16_t window) : messages_(window) {
  assert(window >= 1 && window <= most);
  free_.reserve(window);
  for (std::uint16_t id = window; id > 0; --id) free_.push_back(id);
}

std::uint16_t InFlight::add(TimePoint intended, TimePoint sent) {
  assert(!full());
  const std::uint16_t id = free_.back();
  free_.pop_back();
  messages_[id - 1U] = {intended, sent, Message::State::published};
  return id;
}

std::size_t InFlight::count_since(TimePoint from) const {
  return static_cast<std::size_t>(std::ranges::count_if(messages_, [from](const Message& message) {
    return message.state != Message::State::free && message.intended >= from;
  }));
}

InFlight::Message* InFlight::find(std::uint16_t id) {
  if (id == 0 || id > messages_.size()) return nullptr;
  Message& message = messages_[id - 1U];
  return message.state == Message::State::free ? nullptr : &message;
}

void InFlight::remove(std::uint16_t id) {
  assert(find(id) != nullptr);
  messages_[id - 1U].state = Message::State::free;
  free_.push_back(id);
}

}  // namespace handfast::loadgen
