// A session on the bench: TLS as a script, time by hand, and the bytes it would have sent.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "loadgen/session.hpp"
#include "tests/support/catch.hpp"

namespace handfast::loadgen {

inline TimePoint manual_now{std::chrono::hours(1)};

/// TLS as a script: each feed() plays the next step; what is sent comes out as "<...>".
class ScriptedTls final : public tls::Client {
 public:
  struct Step {
    std::vector<tls::EventKind> events;
    std::string plain;  ///< one data event, after the others
    tls::Failure failure;
  };
  std::deque<Step> script;
  bool may_send = true;

  std::shared_ptr<const tls::Session> ticket;
  tls::Facts known;

  void start(tls::Output& out) override { say("hello", out); }
  bool start_with_early_data(ByteView plain, tls::Output& out) override {
    say("hello", out);
    early.assign(as_text(plain));
    return true;
  }
  std::string early;
  void feed(ByteView, tls::Output& out) override {
    REQUIRE_FALSE(script.empty());
    const Step step = script.front();
    script.pop_front();
    if (step.failure.cause != tls::Cause::none) failure_ = step.failure;
    for (const auto kind : step.events) {
      if (kind == tls::EventKind::handshake_done) say("finished", out);
      out.events.push_back({.kind = kind});
    }
    if (step.plain.empty()) return;
    const ByteView plain = as_bytes(step.plain);
    out.plain.insert(out.plain.end(), plain.begin(), plain.end());
    out.events.push_back({.kind = tls::EventKind::data,
                          .begin = out.plain.size() - plain.size(),
                          .end = out.plain.size()});
  }
  void feed_end(tls::Output& out) override {
    if (failure_.cause != tls::Cause::none) return;
    failure_.cause = tls::Cause::truncated;
    out.events.push_back({.kind = tls::EventKind::failed});
  }
  bool send(ByteView plain, tls::Output& out) override {
    if (may_send) say(as_text(plain), out);
    return may_send;
  }
  void close(tls::CloseStyle, tls::Output& out) override { say("notify", out); }
  std::shared_ptr<const tls::Session> take_session() override { return ticket; }
  const tls::Facts& facts() const override { return known; }
  const tls::Failure& failure() const override { return failure_; }

 private:
  static void say(std::string_view what, tls::Output& out) {
    const std::string text = "<" + std::string(what) + ">";
    out.wire.insert(out.wire.end(), text.begin(), text.end());
  }
  tls::Failure failure_;
};

inline const std::string connack_5("\x20\x03\x00\x00\x00", 5);
inline const std::string connack_4("\x20\x02\x00\x00", 4);

/// A session with its exchange and, for TLS, the script behind it.
struct Bench {
  explicit Bench(Protocol protocol_) : protocol(std::move(protocol_)) {
    manual_now = TimePoint{std::chrono::hours(1)};
    io.clock = [] { return manual_now; };
    std::unique_ptr<ScriptedTls> client;
    if (protocol.tls) {
      client = std::make_unique<ScriptedTls>();
      tls = client.get();
    }
    session.emplace(protocol, std::move(client), "me", manual_now);
  }
  void connected() {
    io.clear();
    session->on_connected(io);
  }
  void bytes(std::string_view text) {
    io.clear();
    session->on_bytes(as_bytes(text), io);
  }
  void step(ScriptedTls::Step next) {
    tls->script.push_back(std::move(next));
    bytes("x");
  }
  void end(int error) {
    io.clear();
    session->on_end(error, io);
  }
  std::string wire() const { return std::string(as_text(io.out.wire)); }
  std::string failure() const {
    REQUIRE(session->failure());
    CHECK(session->state() == Session::State::failed);
    return session->failure()->phase + "/" + session->failure()->cause;
  }

  Protocol protocol;
  ScriptedTls* tls = nullptr;
  Exchange io{1};
  std::optional<Session> session;
};

inline Protocol tcp(mqtt::Version version = mqtt::Version::v5_0) {
  return {.version = version, .keep_alive_s = 60};
}
inline Protocol tls_transport() { return {.tls = true}; }
inline Protocol ws() { return {.websocket = true, .authority = "host:80", .path = "/mqtt"}; }

inline std::string answer_101(const std::string& request) {
  const auto parsed = websocket::parse_request(as_bytes(request));
  REQUIRE(parsed);
  return websocket::render_response(*parsed);
}

inline std::string frame(std::string_view payload,
                         websocket::Opcode opcode = websocket::Opcode::binary) {
  Bytes out;
  websocket::encode_frame(out, {.opcode = opcode}, as_bytes(payload));
  return std::string(as_text(out));
}

}  // namespace handfast::loadgen
