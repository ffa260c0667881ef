// One question and its answer over DTLS: what shows that a listener serves. DTLS itself does not
// send application bytes again, so the question is repeated.
#pragma once

#include <string>

#include "harness/probe/datagram/application.hpp"
#include "harness/probe/datagram/line.hpp"

namespace handfast::probe {

/// The questions of one association, one after the other.
class Exchange {
 public:
  Exchange(DatagramApplication application, std::string client_id)
      : application_(application), client_id_(std::move(client_id)) {}

  /// Asks until it is answered; each time waits `patience`, `times` in all.
  bool ask(DtlsLine& line, Nanos patience, int times);
  /// The bytes of the next question; every one is new.
  Bytes question();
  /// True when `record` answers the newest question.
  bool answers(ByteView record);

  /// "CONNACK 0", "a reset", empty before one came.
  const std::string& answer() const { return answer_; }
  /// What came and says no: "CONNACK 1 congestion"; empty: nothing of the kind.
  const std::string& refusal() const { return refusal_; }

 private:
  bool answers_sn(ByteView record);

  DatagramApplication application_;
  std::string client_id_;
  std::uint16_t number_ = 0;
  Bytes asked_;
  bool connected_ = false;  ///< MQTT-SN
  std::string answer_, refusal_;
};

}  // namespace handfast::probe
