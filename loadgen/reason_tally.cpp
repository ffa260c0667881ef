#include "loadgen/reason_tally.hpp"

#include "loadgen/cause.hpp"

namespace handfast::loadgen {

void ReasonTally::add(mqtt::PacketType type, std::uint8_t code, stats::MessageStats& book) {
  if (code == 0) return;
  if (type != type_ || code != code_) {
    flush(book);
    type_ = type;
    code_ = code;
  }
  ++count_;
}

void ReasonTally::flush(stats::MessageStats& book) {
  if (count_ == 0) return;
  book.reasons[ack_cause(type_, code_)] += count_;
  count_ = 0;
}

}  // namespace handfast::loadgen
