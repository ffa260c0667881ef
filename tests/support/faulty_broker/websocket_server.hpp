// The server's side of RFC 6455, without I/O and deliberately without core/websocket.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::faulty {

class WebSocketServer {
 public:
  explicit WebSocketServer(const Defects& defects) : defects_(defects) {}

  enum class Step : std::uint8_t {
    more,
    open,     ///< `reply` is the 101
    refused,  ///< `reply` is the answer, after which the connection ends
    silent,   ///< nothing more is done (ws_hangs_without_upgrade, ws_hangs_on_large_head)
  };
  /// Takes the request off `in`.
  Step take_request(Bytes& in, Bytes& reply);

  enum class Ending : std::uint8_t {
    none,
    closed,  ///< by a close frame, answered in `farewell`
    failed,  ///< a rule is broken, told in `farewell`
    deadly,  ///< ws_dies_of_huge_length
  };
  /// Takes complete frames off `in`; appends what they carry of MQTT, and the answers to them.
  Ending take_frames(Bytes& in, Bytes& mqtt, Bytes& reply, Bytes& farewell);

  /// Appends one frame around `payload`.
  void put(Bytes& out, ByteView payload) const { put_frame(out, binary, payload); }
  void put_close(Bytes& out, std::uint16_t code) const;

 private:
  static constexpr std::uint8_t continuation = 0, text = 1, binary = 2, close = 8, ping = 9,
                                pong = 10;
  struct Frame {
    bool fin = true;
    std::uint8_t reserved = 0;
    std::uint8_t opcode = 0;
    bool masked = false;
    std::uint64_t size = 0;
    bool long_form = false;  ///< 16 bits of length where 7 would do
    Bytes payload;
  };
  using Fields = std::map<std::string, std::string>;

  Step answer(std::string_view start_line, const Fields& fields, Bytes& reply) const;
  std::optional<std::string> subprotocol(const Fields& fields, bool& refused) const;
  std::optional<Frame> take_frame(Bytes& in, bool& too_long, bool& deadly) const;
  /// The close code of the first rule that `frame` breaks; 0 for none.
  std::uint16_t broken_rule(const Frame& frame) const;
  Ending take_control(const Frame& frame, Bytes& reply, Bytes& farewell);
  void take_data(const Frame& frame, Bytes& mqtt);
  void put_frame(Bytes& out, std::uint8_t opcode, ByteView payload) const;

  Defects defects_;
  bool silent_ = false;  ///< a request was passed over, and whatever comes behind it
  bool in_message_ = false;
  Bytes message_;  ///< so far, for the defects that look at whole messages
};

}  // namespace handfast::test::faulty
