#include "harness/check/websocket/conversation.hpp"

#include <algorithm>

#include "harness/check/tls_protocol/talk.hpp"

namespace handfast::check::wss {

using websocket::Opcode;

namespace {

constexpr auto wss_mqtt_version = mqtt::Version::v3_1_1;

}  // namespace

Result<Conversation> Conversation::open(Bench& bench, const Options& options) {
  tls::ClientSettings settings{.verify = false};
  settings.alpn = options.alpn;
  auto engine = tls::make_engine(tls::EngineKind::libssl, settings);
  if (!engine) return engine.error();

  auto connect =
      tls_protocol::connect_at(bench, options.listener, bench.fresh_id(), options.identity);
  connect.will = options.will;
  Bytes packet;
  if (auto done = mqtt::encode_connect(packet, connect); !done) return done.error();

  probe::TlsLine::Options line;
  line.endpoint = bench.endpoint(options.listener);
  line.tcp = bench.timeouts().tcp;
  if (!options.identity.empty()) {
    const auto* identity = bench.materials().identity(options.identity);
    if (identity == nullptr) {
      return internal_problem("there is no such identity", options.identity);
    }
    line.connection.identity = identity->value;
  }
  const auto endpoint = line.endpoint;
  auto opened = probe::TlsLine::open(std::move(*engine), std::move(line));
  if (!opened) return opened.error();
  opened->handshake(Clock::now() + bench.timeouts().handshake);
  return Conversation(std::move(*opened), endpoint, bench.timeouts(), connect.client_id,
                      std::move(packet));
}

bool Conversation::upgrade(const Request& request) {
  send(request.text());
  return await_upgrade(request.key());
}

bool Conversation::await_upgrade(const std::string& key, Nanos limit) {
  key_ = key;
  line_.await(
      [this] {
        answer_ = read_answer(line_.inbox());
        return answer_.has_value();
      },
      Clock::now() + limit);
  const bool upgraded = answer_ && answer_->upgrades();
  note(upgraded, "upgrade");
  if (upgraded) {
    auto& inbox = line_.inbox();
    inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(answer_->consumed));
  }
  return upgraded;
}

void Conversation::send(const Frame& frame) {
  if (frame.opcode == Opcode::close) close_sent_ = true;
  send(to_wire(frame));
}

void Conversation::send(const mqtt::Packet& packet) {
  Bytes bytes;
  // Fails for what is longer than a packet may be alone.
  if (mqtt::encode_packet(bytes, wss_mqtt_version, packet)) send(in_frame(bytes));
}

bool Conversation::connect() {
  send(in_frame(connect_));
  return await_connack();
}

bool Conversation::await_connack() {
  const auto packet = await(mqtt::PacketType::connack, timeouts_.connack);
  if (packet) connack_code_ = std::get<mqtt::Connack>(*packet).code;
  note(connack_code_ == 0, "connack");
  return answered_;
}

bool Conversation::ping() {
  send(mqtt::Pingreq{});
  note(await(mqtt::PacketType::pingresp, timeouts_.pingresp).has_value(), "pingresp");
  return answered_;
}

bool Conversation::subscribe(const std::string& topic) {
  mqtt::Subscribe request;
  request.packet_id = 1;
  request.subscriptions.push_back({.filter = topic, .qos = 0});
  send(mqtt::Packet(request));
  note(await(mqtt::PacketType::suback, timeouts_.connack).has_value(), "suback");
  return answered_;
}

std::optional<mqtt::Packet> Conversation::await(mqtt::PacketType type, Nanos limit) {
  std::optional<mqtt::Packet> found;
  const auto look = [&] {
    while (!found && trouble_.empty()) {
      const auto next = mqtt::decode_packet(mqtt_, wss_mqtt_version);
      if (!next) {
        if (!next.need_more()) trouble_ = next.error().text();
        break;
      }
      if (mqtt::type_of(next->packet) == type) found = next->packet;
      mqtt_.erase(mqtt_.begin(), mqtt_.begin() + static_cast<std::ptrdiff_t>(next->consumed));
    }
    return found.has_value() || !trouble_.empty();
  };
  read_until(look, limit);
  return found;
}

bool Conversation::await_pong(std::string_view payload) {
  const auto seen = [&] {
    return std::ranges::any_of(frames_, [&](const SeenFrame& frame) {
      return frame.opcode == static_cast<std::uint8_t>(Opcode::pong) &&
             as_text(frame.payload) == payload;
    });
  };
  note(read_until(seen, timeouts_.pingresp), "pong");
  return answered_;
}

bool Conversation::await_end(Nanos limit) {
  read_until([] { return false; }, limit);
  return over();
}

bool Conversation::await_line_end(Nanos limit) {
  const auto deadline = Clock::now() + limit;
  line_.await(
      [this] {
        take_frames();
        return false;
      },
      deadline);
  return line_.over();
}

void Conversation::note(bool answered, std::string stage) {
  answered_ = answered;
  stage_ = std::move(stage);
}

bool Conversation::read_until(const std::function<bool()>& enough, Nanos limit) {
  bool done = false;
  line_.await(
      [&] {
        take_frames();
        done = done || enough();
        return done || over();
      },
      Clock::now() + limit);
  return done;
}

void Conversation::take_frames() {
  while (auto frame = take_frame(line_.inbox())) take(std::move(*frame));
}

void Conversation::take(SeenFrame frame) {
  const auto opcode = static_cast<Opcode>(frame.opcode);
  if (!frame.control()) {
    mqtt_.insert(mqtt_.end(), frame.payload.begin(), frame.payload.end());
    frame.payload.clear();
  } else if (opcode == Opcode::ping) {
    send(Frame{.opcode = Opcode::pong, .payload = frame.payload});
  } else if (opcode == Opcode::close && !close_seen_) {
    close_seen_ = true;
    ByteReader reader(frame.payload);
    close_code_ = reader.u16();
    // RFC 6455 section 5.5.1: answered with the same, once.
    if (!close_sent_) send(Frame{.opcode = Opcode::close, .payload = frame.payload});
  }
  frames_.push_back(std::move(frame));
}

}  // namespace handfast::check::wss
