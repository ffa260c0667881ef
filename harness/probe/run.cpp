// The sequence of one probe: dial, TLS, WebSocket upgrade, CONNECT, PINGREQ, DISCONNECT; and how
// what happened becomes an outcome.
#include <fmt/format.h>

#include <boost/asio.hpp>
#include <functional>

#include "core/base/text.hpp"
#include "core/mqtt/observe.hpp"
#include "core/mqtt/packet.hpp"
#include "core/proxy/tunnel.hpp"
#include "harness/probe/detail/ending.hpp"
#include "harness/probe/detail/framing.hpp"
#include "harness/probe/detail/link.hpp"
#include "harness/probe/detail/run_datagrams.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::probe {

namespace asio = boost::asio;
using detail::Wake;

namespace {

Result<Bytes> connect_bytes(const Options& options) {
  if (!options.connect.empty()) return options.connect;
  mqtt::Connect connect;
  connect.version = static_cast<mqtt::Version>(options.mqtt_level);
  connect.client_id = options.client_id;
  if (!options.user_name.empty()) {
    connect.user_name = options.user_name;
    if (options.password)
      connect.password = Bytes(options.password->begin(), options.password->end());
  }
  Bytes out;
  if (auto encoded = mqtt::encode_connect(out, connect); !encoded) return encoded.error();
  return out;
}

/// One conversation. Lives in run(), next to the event loop that drives it.
class Conversation {
 public:
  Conversation(asio::io_context& context, const Options& options,
               std::unique_ptr<tls::Client> client,
               std::unique_ptr<detail::WebSocketFraming> websocket, Bytes connect)
      : options_(options),
        link_(context, std::move(client), options.timeouts.drain),
        websocket_(std::move(websocket)),
        connect_(std::move(connect)) {
    transcript_.mqtt_level = options.mqtt_level;
  }

  asio::awaitable<void> play() {
    transcript_.started = Clock::now();
    co_await converse();
    detail::note_tls(transcript_, link_, !options_.identity.empty());
    if (transcript_.outcome == Outcome::accept) co_await say_goodbye();
    co_await link_.close(Clock::now() + options_.timeouts.drain);
    if (websocket_) {
      websocket_->closed();
      transcript_.websocket_states = websocket_->states();
    }
    transcript_.total = Clock::now() - transcript_.started;
  }

  Transcript& transcript() { return transcript_; }

 private:
  asio::awaitable<void> converse() {
    if (!co_await dial()) co_return;
    if (options_.http_proxy && !co_await tunnel()) co_return;
    if (!options_.preface.empty()) {
      link_.announce(options_.preface);
    } else if (options_.proxy_protocol && !announce()) {
      co_return;
    }
    if (uses_tls(options_.endpoint.transport)) {
      if (!co_await handshake()) co_return;
    } else {
      link_.begin({});
    }
    if (websocket_ && !co_await upgrade()) co_return;
    if (!co_await connect()) co_return;
    co_await ping();
  }

  asio::awaitable<bool> dial() {
    const auto begin = Clock::now();
    Endpoint first_hop = options_.http_proxy.value_or(options_.endpoint);
    const auto error = co_await link_.dial(std::move(first_hop), begin + options_.timeouts.tcp);
    end_phase("tcp", begin);
    if (!error) co_return true;
    transcript_.stopped_in = "tcp";
    const bool late = error == asio::error::timed_out;
    transcript_.outcome = late ? Outcome::hang : Outcome::reject;
    if (!late) transcript_.socket_error = error.value();
    if (error.category() != boost::system::system_category()) transcript_.detail = error.message();
    co_return false;
  }

  /// Through the HTTP proxy to the endpoint (RFC 9110 section 9.3.6).
  asio::awaitable<bool> tunnel() {
    const auto begin = Clock::now();
    auto request = proxy::render_tunnel_request(options_.endpoint.authority());
    if (!request) co_return not_sent(request.error());
    std::function<bool(ByteView)> complete = [](ByteView answer) {
      return !proxy::parse_tunnel_answer(answer).need_more();
    };
    const auto asked = co_await link_.ask(std::move(*request), std::move(complete),
                                          begin + options_.timeouts.upgrade);
    end_phase("proxy", begin);
    transcript_.stopped_in = "proxy";
    if (asked.error) {
      const bool late = asked.error == asio::error::timed_out;
      transcript_.outcome = late ? Outcome::hang : Outcome::reject;
      transcript_.detail = "the HTTP proxy gave no answer: " + asked.error.message();
      co_return false;
    }
    const auto answer = proxy::parse_tunnel_answer(asked.answer);
    transcript_.outcome = Outcome::reject;
    if (answer.has_error()) {
      transcript_.detail = "the HTTP proxy sent " + answer.error().what;
      co_return false;
    }
    if (!answer->open()) {
      transcript_.http_status = answer->status;
      transcript_.detail =
          fmt::format("the HTTP proxy refused the tunnel: {}", printable(answer->status_line, 80));
      co_return false;
    }
    // Nobody behind the proxy was spoken to yet: who talks first here is not our broker.
    if (answer->consumed != asked.answer.size()) {
      transcript_.detail = "the HTTP proxy sent bytes before the tunnel's first request";
      co_return false;
    }
    transcript_.outcome = Outcome::not_sent;
    transcript_.stopped_in.clear();
    co_return true;
  }

  bool announce() {
    Bytes header;
    const auto done = proxy::render(header, *options_.proxy_protocol, link_.addresses());
    if (!done) return not_sent(done.error());
    link_.announce(header);
    return true;
  }

  bool not_sent(const Problem& problem) {
    transcript_.outcome = Outcome::not_sent;
    transcript_.detail = problem.text();
    return false;
  }

  /// DISCONNECT, Close where there is WebSocket, and the peer's end of the connection, timed.
  asio::awaitable<void> say_goodbye() {
    const auto begin = Clock::now();
    Bytes bye;
    if (mqtt::encode_disconnect(bye, version(), {})) send(bye);
    if (websocket_) link_.send(websocket_->close());
    std::function<bool()> answered = [this] {
      Bytes late, reply;
      framing().unwrap(link_.inbox(), late, reply);
      return !framing().ended().empty();
    };
    co_await link_.wait(std::move(answered), begin + options_.timeouts.drain);
    end_phase("close", begin);
  }

  asio::awaitable<bool> handshake() {
    const auto begin = Clock::now();
    // The upgrade request takes the place of CONNECT where there is one (chain-cases.md 1.3).
    Bytes first = websocket_ ? to_bytes(websocket_->request()) : connect_;
    link_.begin(options_.mode == Mode::eager ? std::move(first) : Bytes{});
    std::function<bool()> done = [this] { return link_.handshake_done(); };
    const auto wake = co_await link_.wait(std::move(done), begin + options_.timeouts.handshake);
    end_phase("tls", begin);
    if (wake != Wake::met) co_return stop("tls", wake);
    transcript_.handshake_completed = true;
    if (options_.mode == Mode::eager) co_return true;

    // Input in the grace time (tickets, an alert) decides nothing by itself, only an end does.
    std::function<bool()> never = [] { return false; };
    const auto quiet =
        co_await link_.wait(std::move(never), Clock::now() + options_.timeouts.grace);
    if (quiet == Wake::ended) co_return stop(websocket_ ? "upgrade" : "connack", quiet);
    co_return true;
  }

  asio::awaitable<bool> upgrade() {
    const auto begin = Clock::now();
    if (!link_.finished_flight_sent()) link_.send(as_bytes(websocket_->request()));
    std::function<bool()> answered = [this] { return websocket_->take_response(link_.inbox()); };
    const auto wake = co_await link_.wait(std::move(answered), begin + options_.timeouts.upgrade);
    end_phase("upgrade", begin);
    transcript_.http_status = websocket_->http_status();
    if (wake == Wake::met && websocket_->open()) co_return true;
    transcript_.detail = websocket_->ended();
    co_return stop("upgrade", wake);
  }

  asio::awaitable<bool> connect() {
    const auto begin = Clock::now();
    const bool went_out = link_.finished_flight_sent() && !websocket_;
    if (!went_out) send(connect_);
    std::function<bool()> answered = [this] { return packet_or_end(); };
    const auto wake = co_await link_.wait(std::move(answered), begin + options_.timeouts.connack);
    end_phase("connack", begin);
    if (wake != Wake::met || !take_connack()) co_return stop("connack", wake);
    if (*transcript_.connack_code == 0) co_return true;
    transcript_.outcome = Outcome::refuse;
    transcript_.stopped_in = "connack";
    co_return false;
  }

  asio::awaitable<void> ping() {
    const auto begin = Clock::now();
    Bytes request;
    mqtt::encode_pingreq(request);
    send(request);
    std::function<bool()> answered = [this] { return packet_or_end(); };
    Wake wake = Wake::met;
    bool answer = false;
    // A session that we left behind may have messages waiting: they come before the answer.
    while (wake == Wake::met && !answer && transcript_.detail.empty()) {
      wake = co_await link_.wait(answered, begin + options_.timeouts.pingresp);
      if (wake == Wake::met) answer = take_pingresp();
    }
    end_phase("pingresp", begin);
    if (!answer) {
      stop("pingresp", wake);
      co_return;
    }
    transcript_.outcome = Outcome::accept;
  }

  /// Moves what arrived to `received`; true when a whole packet, a broken one, or the end of the
  /// WebSocket conversation is there.
  bool packet_or_end() {
    Bytes reply;
    framing().unwrap(link_.inbox(), transcript_.received, reply);
    if (!reply.empty()) link_.send(reply);
    return !mqtt::scan_packet(unread()).need_more() || !framing().ended().empty();
  }

  /// False with a description when the first packet is no CONNACK [MQTT-3.2.0-1] or is malformed.
  bool take_connack() {
    const auto packet = mqtt::decode_packet(unread(), version());
    if (!packet) return undecodable(packet.need_more() ? "" : packet.error().text());
    if (const auto* connack = std::get_if<mqtt::Connack>(&packet->packet)) {
      transcript_.connack_code = connack->code;
      transcript_.session_present = connack->session_present;
      read_ += packet->consumed;
      return true;
    }
    return undecodable(fmt::format("the first packet is {} and no CONNACK [MQTT-3.2.0-1]",
                                   mqtt::describe(packet->packet, version())));
  }

  bool take_pingresp() {
    const auto packet = mqtt::decode_packet(unread(), version());
    if (!packet) return undecodable(packet.need_more() ? "" : packet.error().text());
    read_ += packet->consumed;
    if (std::holds_alternative<mqtt::Pingresp>(packet->packet)) return true;
    if (std::holds_alternative<mqtt::Disconnect>(packet->packet)) {
      return undecodable(mqtt::describe(packet->packet, version()) + " in place of PINGRESP");
    }
    return false;
  }

  bool undecodable(std::string why) {
    if (why.empty()) why = framing().ended();
    transcript_.detail = std::move(why);
    return false;
  }

  /// Records how a phase failed; always false.
  bool stop(std::string phase, Wake wake) {
    transcript_.stopped_in = std::move(phase);
    transcript_.socket_error = link_.socket_error();
    transcript_.write_failed_before_alert = link_.write_failed_before_alert();
    if (transcript_.detail.empty()) transcript_.detail = framing().ended();
    if (wake == Wake::deadline) {
      transcript_.outcome = Outcome::hang;
    } else {
      transcript_.outcome = Outcome::reject;
      detail::classify_end(transcript_, link_);
    }
    return false;
  }

  void end_phase(std::string name, TimePoint begin) {
    transcript_.phases.emplace_back(std::move(name), Clock::now() - begin);
  }
  void send(ByteView packet) { link_.send(framing().wrap(packet)); }
  detail::Framing& framing() {
    return websocket_ ? static_cast<detail::Framing&>(*websocket_) : bare_;
  }
  ByteView unread() const { return ByteView(transcript_.received).subspan(read_); }
  mqtt::Version version() const { return static_cast<mqtt::Version>(options_.mqtt_level); }
  static Bytes to_bytes(const std::string& text) { return {text.begin(), text.end()}; }

  const Options& options_;
  detail::Link link_;
  detail::Framing bare_;
  std::unique_ptr<detail::WebSocketFraming> websocket_;
  Bytes connect_;
  std::size_t read_ = 0;  ///< bytes of `received` that were understood
  Transcript transcript_;
};

}  // namespace

Result<Transcript> run(const Options& options) {
  if (options.endpoint.transport == Transport::dtls) return detail::run_datagrams(options);
  if (options.mqtt_level != 4 && options.mqtt_level != 5) {
    return usage_problem(fmt::format("MQTT level {} is not known", options.mqtt_level), {},
                         "4 is MQTT 3.1.1, 5 is MQTT 5.0");
  }
  auto connect = connect_bytes(options);
  if (!connect) return connect.error();

  std::unique_ptr<tls::Engine> engine;
  std::unique_ptr<tls::Client> client;
  if (uses_tls(options.endpoint.transport)) {
    auto made = tls::make_engine(options.engine, options.tls);
    if (!made) return made.error();
    engine = std::move(*made);
    tls::ConnectionSettings settings;
    settings.host = options.server_name.empty() ? options.endpoint.host : options.server_name;
    settings.identity = options.identity;
    settings.psk = options.psk;
    settings.record_messages = true;
    settings.mutation = options.mutation;
    auto one = engine->make_client(settings);
    if (!one) return one.error();
    client = std::move(*one);
  }
  std::unique_ptr<detail::WebSocketFraming> websocket;
  if (uses_websocket(options.endpoint.transport)) {
    auto made = detail::WebSocketFraming::make(options.endpoint, options.origin);
    if (!made) return made.error();
    websocket = std::move(*made);
  }

  asio::io_context context{1};
  Conversation conversation(context, options, std::move(client), std::move(websocket),
                            std::move(*connect));
  asio::co_spawn(context, conversation.play(), [](const std::exception_ptr& mistake) {
    if (mistake) std::rethrow_exception(mistake);
  });
  context.run();
  return std::move(conversation.transcript());
}

}  // namespace handfast::probe
