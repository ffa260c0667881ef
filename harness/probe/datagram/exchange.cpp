#include "harness/probe/datagram/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "core/coap/message.hpp"
#include "core/mqttsn/decode.hpp"
#include "core/mqttsn/message.hpp"

namespace handfast::probe {

namespace {

constexpr std::uint16_t keep_alive_s = 60;

}  // namespace

bool Exchange::ask(DtlsLine& line, Nanos patience, int times) {
  for (int i = 0; i < times && !line.over(); ++i) {
    line.inbox().clear();
    if (!line.send(question())) return false;
    const auto answered = [&] {
      const auto records = std::exchange(line.inbox(), {});
      return std::ranges::any_of(records, [this](const Bytes& record) { return answers(record); });
    };
    if (line.await(answered, Clock::now() + patience)) return true;
    if (!refusal_.empty()) return false;
  }
  return false;
}

Bytes Exchange::question() {
  ++number_;
  asked_.clear();
  switch (application_) {
    case DatagramApplication::coap:
      coap::encode(asked_, {.id = number_});
      break;
    case DatagramApplication::mqtt_sn:
      if (connected_) {
        mqttsn::encode(asked_, mqttsn::Pingreq{});
      } else {
        mqttsn::encode(asked_,
                       mqttsn::Connect{.client_id = client_id_, .duration_s = keep_alive_s});
      }
      break;
    case DatagramApplication::echo:
    case DatagramApplication::unknown: {
      // A line of text, as some that echo read lines.
      const auto text = fmt::format("handfast {}\n", number_);
      asked_.assign(text.begin(), text.end());
      break;
    }
  }
  return asked_;
}

bool Exchange::answers(ByteView record) {
  bool right = true;
  switch (application_) {
    case DatagramApplication::coap: {
      const auto message = coap::decode(record);
      right = message && message->type == coap::Type::reset && message->id == number_;
      answer_ = "a reset";
      break;
    }
    case DatagramApplication::mqtt_sn:
      return answers_sn(record);
    case DatagramApplication::echo:
      right = std::ranges::equal(record, asked_);
      answer_ = "the same bytes";
      break;
    case DatagramApplication::unknown:
      answer_ = fmt::format("{} bytes", record.size());
      break;
  }
  if (!right) answer_.clear();
  return right;
}

bool Exchange::answers_sn(ByteView record) {
  const auto message = mqttsn::decode(record);
  if (!message) return false;
  if (const auto* connack = std::get_if<mqttsn::Connack>(&*message)) {
    const auto text =
        fmt::format("CONNACK {} {}", connack->code, mqttsn::return_code_name(connack->code));
    connected_ = connack->code == mqttsn::return_code::accepted;
    (connected_ ? answer_ : refusal_) = text;
    return connected_;
  }
  if (!connected_ || !std::holds_alternative<mqttsn::Pingresp>(*message)) return false;
  answer_ = "PINGRESP";
  return true;
}

}  // namespace handfast::probe
