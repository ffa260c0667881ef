#include "harness/check/tls_protocol/talk.hpp"

#include <fmt/format.h>

namespace handfast::check::tls_protocol {

using probe::CloseKind;
using probe::Outcome;

namespace {

constexpr auto mqtt_version = mqtt::Version::v3_1_1;

mqtt::Connect connect_with(const broker::Login& login, std::string client_id) {
  mqtt::Connect connect;
  connect.version = mqtt_version;
  connect.client_id = std::move(client_id);
  if (login.user.empty()) return connect;
  connect.user_name = login.user;
  if (login.password) connect.password = Bytes(login.password->begin(), login.password->end());
  return connect;
}

Result<Bytes> connect_packet(const Bench& bench, const TalkOptions& options,
                             const std::string& client_id) {
  auto connect = options.login ? connect_with(*options.login, client_id)
                               : connect_at(bench, options.listener, client_id, options.identity);
  connect.clean_start = options.clean_session;
  connect.will = options.will;
  connect.keep_alive_s = options.keep_alive_s;
  // Else the name that the listener asks for stays.
  if (options.user_name) connect.user_name = options.user_name;
  Bytes bytes;
  if (auto done = mqtt::encode_connect(bytes, connect); !done) return done.error();
  return bytes;
}

CloseKind close_of(const probe::TlsLine& line) {
  const auto& facts = line.tls().facts();
  if (facts.alert_received && facts.alert_received->description != 0) return CloseKind::alert;
  if (line.peer_closed()) return CloseKind::close_notify;
  if (line.raw().end() == probe::RawEnd::reset) return CloseKind::rst;
  return line.raw().end() == probe::RawEnd::fin ? CloseKind::fin : CloseKind::none;
}

void add_tls_facts(const tls::Facts& facts, Step& step) {
  const auto add = [&step](std::string name, std::string_view value) {
    if (!value.empty()) step.facts.emplace_back(std::move(name), std::string(value));
  };
  if (facts.version) add("version", tls::to_string(*facts.version));
  add("suite", facts.cipher_suite);
  add("group", facts.group);
  add("alpn", facts.alpn);
  add("resumed", facts.resumed ? "yes" : "no");
  if (facts.early_data != tls::EarlyData::not_sent) {
    add("early data", facts.early_data == tls::EarlyData::accepted ? "accepted" : "rejected");
  }
}

}  // namespace

mqtt::Connect connect_at(const Bench& bench, const std::string& listener, std::string client_id,
                         const std::string& identity) {
  return connect_with(bench.login(listener, identity), std::move(client_id));
}

Result<Talk> Talk::open(Bench& bench, TalkOptions options) {
  auto engine = std::move(options.made);
  if (!engine) {
    auto made = tls::make_engine(options.engine, options.settings);
    if (!made) return made.error();
    engine = std::move(*made);
  }
  const auto client_id = options.client_id.empty() ? bench.fresh_id() : options.client_id;
  auto connect = connect_packet(bench, options, client_id);
  if (!connect) return connect.error();

  probe::TlsLine::Options line;
  line.endpoint = options.endpoint ? *options.endpoint : bench.endpoint(options.listener);
  line.tcp = bench.timeouts().tcp;
  line.connection.host = options.server_name;
  line.connection.mutation = options.mutation;
  line.connection.request_staple = options.request_staple;
  line.connection.record_messages = options.record_messages;
  line.connection.identity = options.own_identity;
  line.connection.resume = std::move(options.resume);
  line.connection.psk = std::move(options.psk);
  line.preface = std::move(options.preface);
  if (!options.identity.empty()) {
    const auto* identity = bench.materials().identity(options.identity);
    if (identity == nullptr) {
      return internal_problem("there is no such identity", options.identity);
    }
    line.connection.identity = identity->value;
  }
  line.sender = std::move(options.sender);
  if (options.connect_with_finished) {
    line.with_finished = *connect;
    line.with_finished.insert(line.with_finished.end(), options.more_with_finished.begin(),
                              options.more_with_finished.end());
  }
  if (options.connect_early) {
    line.early = *connect;
    line.early.insert(line.early.end(), options.more_early.begin(), options.more_early.end());
  }
  auto opened = probe::TlsLine::open(std::move(engine), std::move(line));
  if (!opened) return opened.error();
  return Talk(std::move(*opened), bench.timeouts(), client_id, std::move(*connect));
}

bool Talk::handshake() {
  note(line_.handshake(Clock::now() + timeouts_.handshake), "tls");
  return answered_;
}

bool Talk::connect() {
  const bool early =
      line_.early_sent() && line_.tls().facts().early_data == tls::EarlyData::accepted;
  if (!line_.with_finished_sent() && !early) line_.send(connect_);
  const auto packet = await(mqtt::PacketType::connack, timeouts_.connack);
  const auto* connack = packet ? std::get_if<mqtt::Connack>(&*packet) : nullptr;
  if (connack != nullptr) {
    connack_code_ = connack->code;
    session_present_ = connack->session_present;
  }
  note(connack != nullptr && connack->code == 0, "connack");
  return answered_;
}

bool Talk::ping() {
  send(mqtt::Pingreq{});
  note(await(mqtt::PacketType::pingresp, timeouts_.pingresp).has_value(), "pingresp");
  return answered_;
}

bool Talk::send(const mqtt::Packet& packet) {
  Bytes bytes;
  return mqtt::encode_packet(bytes, mqtt_version, packet).has_value() && line_.send(bytes);
}

std::optional<mqtt::Packet> Talk::await(mqtt::PacketType type, Nanos limit) {
  std::optional<mqtt::Packet> found;
  const auto look = [&] {
    auto& inbox = line_.inbox();
    while (!found && trouble_.empty()) {
      const auto next = mqtt::decode_packet(inbox, mqtt_version);
      if (!next) {
        if (!next.need_more()) trouble_ = next.error().text();
        break;
      }
      if (mqtt::type_of(next->packet) == type) found = next->packet;
      inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(next->consumed));
    }
    return found.has_value() || !trouble_.empty();
  };
  line_.await(look, Clock::now() + limit);
  return found;
}

void Talk::note(bool answered, std::string stage) {
  answered_ = answered;
  stage_ = std::move(stage);
}

Outcome Talk::outcome() const {
  if (answered_) return Outcome::accept;
  if (connack_code_ && *connack_code_ != 0) return Outcome::refuse;
  if (line_.tls().failure().cause == tls::Cause::local) return Outcome::not_sent;
  return line_.over() || !trouble_.empty() ? Outcome::reject : Outcome::hang;
}

Step Talk::step(std::string what) const {
  Step step;
  step.what = std::move(what);
  step.outcome = outcome();
  const auto& facts = line_.tls().facts();
  if (step.outcome == Outcome::reject) step.close = close_of(line_);
  if (step.close == CloseKind::alert) step.alert = facts.alert_received->description;
  if (step.outcome != Outcome::accept) {
    step.detail = "stopped in " + stage_;
    if (!trouble_.empty()) step.detail += ": " + trouble_;
    if (facts.alert_sent && facts.alert_sent->description != 0) {
      step.detail += ": our client ended it: " + line_.tls().failure().detail;
    }
  }
  add_tls_facts(facts, step);
  for (const auto& message : facts.messages) {
    step.messages.push_back(fmt::format("{} {} {} B", message.sent ? "->" : "<-",
                                        tls::handshake_name(message.type), message.size_bytes));
  }
  step.took = Clock::now() - line_.raw().opened_at();
  return step;
}

Step whole_connection(Bench& bench, std::string what, TalkOptions options,
                      ScriptEvidence& evidence) {
  auto talk = Talk::open(bench, std::move(options));
  if (!talk) {
    // Nobody listening is something that was seen; the rest is our own doing.
    if (talk.error().kind != ProblemKind::environment) evidence.problem = talk.error().text();
    Step step;
    step.what = std::move(what);
    step.detail = talk.error().text();
    return step;
  }
  talk->to_pingresp();
  return talk->step(std::move(what));
}

}  // namespace handfast::check::tls_protocol
