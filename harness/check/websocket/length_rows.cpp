// Lengths in odd forms and of odd sizes (RFC 6455 sections 5.2 and 10.4).
#include "harness/check/websocket/survival.hpp"

namespace handfast::check::wss {

namespace {

using probe::Outcome;
namespace close_code = websocket::close_code;

/// CONNECT in a frame whose length is told otherwise than it should be. No PINGREQ follows: it
/// would be payload of that frame.
void send_connect_as(Conversation& talk, Frame frame) {
  frame.payload = talk.connect_bytes();
  talk.send(frame);
  if (!talk.await_connack() && talk.close_seen()) talk.await_line_end(talk.timeouts().drain);
}

CheckSpec nonminimal() {
  Move move;
  move.what = "CONNECT with a 16-bit length";
  move.play = when_open(
      [](Conversation& talk, Step&) { send_connect_as(talk, {.form = LengthForm::two_bytes}); });
  move.expect = Expect::either;
  return wss_spec("ws-length-nonminimal", std::move(move));
}

CheckSpec top_bit() {
  Move move;
  move.what = "a length with its top bit set";
  move.play = when_open([](Conversation& talk, Step&) {
    send_connect_as(talk, {.announced = (std::uint64_t{1} << 63U) + talk.connect_bytes().size()});
  });
  move.expect = Expect::closed;
  move.codes = {close_code::protocol_error, close_code::message_too_big};
  return wss_spec("ws-length-msb", std::move(move));
}

/// Closed or read as a stream: both protect the broker. What fails is memory, or service.
Judgement judge_huge(Level level, const Step& step) {
  if (step.outcome == Outcome::not_sent) return judge_recorded(step);
  if (auto grown = judge_growth(level, step)) return *grown;
  if (step.outcome == Outcome::accept) {
    return web_in_order(level, step, "the payload is read as a stream");
  }
  constexpr std::uint16_t codes[] = {close_code::message_too_big, close_code::protocol_error};
  return judge_closed(level, step, codes);
}

CheckSpec huge_row() {
  Survival row;
  row.what = "a length of 2^62";
  row.play = [](Conversation& talk, Step& step, Bench& bench) {
    if (!talk.upgrade()) {
      step.outcome = Outcome::not_sent;
      return;
    }
    MemoryWatch memory(bench.pid());
    send_connect_as(talk, {.announced = std::uint64_t{1} << 62U});
    memory.note(step);
  };
  row.judge = judge_huge;
  return wss_spec("ws-length-huge", std::move(row));
}

}  // namespace

std::vector<CheckSpec> length_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(nonminimal());
  rows.push_back(huge_row());
  rows.push_back(top_bit());
  return rows;
}

}  // namespace handfast::check::wss
