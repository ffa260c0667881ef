// The reference client: Paho MQTT C++, which shares no code with ours. Its exceptions end here.
#include <fmt/format.h>
#include <mqtt/async_client.h>

#include <algorithm>
#include <chrono>

#include "core/base/text.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe {

namespace {

using std::chrono::milliseconds;

/// Paho's spelling of an endpoint.
std::string paho_uri(const Endpoint& endpoint) {
  switch (endpoint.transport) {
    case Transport::tcp:
      return "tcp://" + endpoint.authority();
    case Transport::tls:
      return "ssl://" + endpoint.authority();
    case Transport::ws:
      return "ws://" + endpoint.authority() + endpoint.path;
    case Transport::wss:
      return "wss://" + endpoint.authority() + endpoint.path;
    case Transport::dtls:
      break;
  }
  return {};
}

/// One attempt with a common deadline for all its waits.
class PahoTrip {
 public:
  explicit PahoTrip(const RoundTripOptions& options)
      : options_(options),
        deadline_(Clock::now() + options.timeout),
        client_(paho_uri(options.endpoint), options.client_id) {}

  RoundTrip play() {
    client_.start_consuming();
    if (!finished(client_.connect(connect_options()))) return late("connect");
    if (!finished(client_.subscribe(options_.topic, options_.qos))) return late("subscribe");
    const bool retained = false;
    if (!finished(client_.publish(options_.topic, options_.payload.data(), options_.payload.size(),
                                  options_.qos, retained))) {
      return late("publish");
    }
    mqtt::const_message_ptr message;
    if (!client_.try_consume_message_for(&message, left()) || !message) return late("delivery");
    RoundTrip trip;
    trip.completed =
        message->get_topic() == options_.topic && message->get_payload_str() == options_.payload;
    trip.detail =
        trip.completed
            ? fmt::format("Paho published {} bytes with QoS {} to \"{}\" and got them back",
                          options_.payload.size(), options_.qos, options_.topic)
            : fmt::format("Paho got back other bytes: {} on \"{}\"",
                          printable(message->get_payload_str()), printable(message->get_topic()));
    client_.disconnect()->wait_for(left());
    return trip;
  }

 private:
  mqtt::connect_options connect_options() {
    mqtt::connect_options options;
    options.set_clean_session(true);
    options.set_connect_timeout(
        std::max(std::chrono::seconds(1),
                 std::chrono::duration_cast<std::chrono::seconds>(options_.timeout)));
    if (!options_.user_name.empty()) {
      options.set_user_name(options_.user_name);
      if (options_.password) options.set_password(*options_.password);
    }
    if (!uses_tls(options_.endpoint.transport)) return options;
    mqtt::ssl_options tls;
    tls.set_trust_store(options_.trust_file);
    if (!options_.certificate_file.empty()) {
      tls.set_key_store(options_.certificate_file);
      tls.set_private_key(options_.key_file);
    }
    tls.set_enable_server_cert_auth(true);
    tls.set_verify(true);  // the host name too
    // No set_error_handler(): Paho C++ 1.2 passes the address of this copy to its C library, which
    // calls it after the copy is gone. The price is its short "TLS connect failure" without a
    // reason.
    options.set_ssl(std::move(tls));
    return options;
  }

  bool finished(const mqtt::token_ptr& token) { return token->wait_for(left()); }

  milliseconds left() const {
    return std::max(milliseconds(1),
                    std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now()));
  }

  RoundTrip late(std::string_view step) const {
    RoundTrip trip;
    trip.detail = fmt::format("Paho had no answer to {} in time", step);
    return trip;
  }

  const RoundTripOptions& options_;
  TimePoint deadline_;
  mqtt::async_client client_;
};

}  // namespace

RoundTrip round_trip(const RoundTripOptions& options) {
  const auto begin = Clock::now();
  RoundTrip trip;
  if (options.endpoint.transport == Transport::dtls) {
    trip.detail = "Paho does not speak DTLS";
    return trip;
  }
  try {
    PahoTrip attempt(options);
    trip = attempt.play();
  } catch (const std::exception& error) {  // mqtt::exception is one
    trip.detail = fmt::format("Paho failed: {}", error.what());
  }
  trip.duration = Clock::now() - begin;
  return trip;
}

}  // namespace handfast::probe
