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

  /// What OpenSSL told Paho, for the reader of a failure.
  std::string tls_words() const { return join(*tls_errors_, "; "); }

 private:
  mqtt::connect_options connect_options() {
    mqtt::connect_options options;
    options.set_clean_session(true);
    options.set_connect_timeout(
        std::max(std::chrono::seconds(1),
                 std::chrono::duration_cast<std::chrono::seconds>(options_.timeout)));
    if (!uses_tls(options_.endpoint.transport)) return options;
    mqtt::ssl_options tls;
    tls.set_trust_store(options_.trust_file);
    if (!options_.certificate_file.empty()) {
      tls.set_key_store(options_.certificate_file);
      tls.set_private_key(options_.key_file);
    }
    tls.set_enable_server_cert_auth(true);
    tls.set_verify(true);  // the host name too
    // Shared with the handler, which Paho's own thread calls and which may outlive this object.
    tls.set_error_handler([errors = tls_errors_](const std::string& line) {
      errors->emplace_back(trim(printable(line)));
    });
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
  std::shared_ptr<std::vector<std::string>> tls_errors_ =
      std::make_shared<std::vector<std::string>>();
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
  std::string tls_words;
  try {
    PahoTrip attempt(options);
    try {
      trip = attempt.play();
    } catch (const mqtt::exception& error) {
      trip.detail = fmt::format("Paho failed: {}", error.to_string());
      tls_words = attempt.tls_words();
    }
  } catch (const std::exception& error) {
    trip.detail = fmt::format("Paho could not be set up: {}", error.what());
  }
  if (!tls_words.empty()) trip.detail += fmt::format(" ({})", tls_words);
  trip.duration = Clock::now() - begin;
  return trip;
}

}  // namespace handfast::probe
