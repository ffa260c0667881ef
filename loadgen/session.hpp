// One connection above its socket, as an explicit state machine without I/O:
//
//     tcp ─► tls ─► upgrade ─► connack ─► established ─► closed
//      └──────┴────────┴──────────┴────────────┴───────► failed
//
// A session that was told to stop at a point goes from there to silent, and neither sends nor hears
// anything but the end.
// One that is over except for the ticket that it came for goes from established to ticket.
//
// Over DTLS there is no tcp, and a dialogue (loadgen/dialogue.hpp) may turn MQTT into what the peer
// speaks. Plain transports skip tls, tcp and tls skip upgrade. Bytes for the peer come out in the
// exchange, so that what belongs together (the client's Finished and CONNECT) leaves in one write.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/mqtt/frame.hpp"
#include "core/stats/snapshot.hpp"
#include "core/tls/client.hpp"
#include "core/websocket/decoder.hpp"
#include "core/websocket/handshake.hpp"
#include "loadgen/activity.hpp"
#include "loadgen/close_style.hpp"
#include "loadgen/connect_options.hpp"
#include "loadgen/dialogue.hpp"
#include "loadgen/half_open.hpp"
#include "loadgen/outbox.hpp"

namespace handfast::loadgen {

/// What all connections of a fleet speak.
struct Protocol {
  bool tls = false;
  bool datagrams = false;  ///< DTLS; with `tls`
  bool websocket = false;
  mqtt::Version version = mqtt::Version::v5_0;
  std::uint16_t keep_alive_s = 60;
  std::string authority;  ///< Host field of the upgrade: "127.0.0.1:8083"
  std::string path;       ///< target of the upgrade
  std::string origin{};   ///< Origin field of the upgrade; empty: none
  CloseStyle close = CloseStyle::disconnect;
  bool mqtt = true;      ///< off: the connection is established when the TLS handshake is complete
  bool resumes = false;  ///< sessions are for resumption; full and resumed handshakes told apart
  /// What else CONNECT carries, read by every session of the fleet; null: nothing.
  std::shared_ptr<const ConnectPlan> connect{};
  std::size_t max_packet_bytes = std::size_t{1} << 20;  ///< a larger one is not believed
  /// What speaks for MQTT in datagrams; null: nothing does, MQTT speaks for itself.
  std::shared_ptr<const DialogueMaker> dialogues{};
};

/// A phase that was completed, from its actual start to its end.
struct PhaseTime {
  stats::Phase phase{};
  TimePoint begin;
  TimePoint end;
};

/// What one step of a session produces; owned by the worker and reused, so steady state allocates
/// nothing.
struct Exchange {
  explicit Exchange(std::uint64_t seed) : outbox(seed), random(seed) {}

  tls::Output out;                ///< out.wire: bytes for the peer, in every transport
  std::vector<PhaseTime> phases;  ///< completed in this step, in order
  bool handshake_done = false;    ///< TLS facts are known since this step
  bool established = false;       ///< the connection got to where it should, in this step
  std::shared_ptr<const tls::Session> ticket;  ///< the newest that came in this step
  std::vector<std::string> oddities;           ///< of a dialogue's peer, in this step
  /// Asked at the end of each phase: within one step our own cryptography passes, and it belongs to
  /// the phase before.
  TimePoint (*clock)() = Clock::now;
  Outbox outbox;  ///< packets of the activity, to leave together
  Bytes packet;   ///< scratch: one MQTT packet
  Bytes frame;    ///< scratch: one WebSocket frame
  Random random;  ///< mask keys and nonces; no secret hangs on them here

  void clear() {
    out.clear();
    phases.clear();
    outbox.packets.clear();
    oddities.clear();
    handshake_done = false;
    established = false;
    ticket.reset();
  }
};

class Session {
 public:
  enum class State : std::uint8_t {
    tcp,
    tls,
    upgrade,
    connack,
    established,
    ticket,
    silent,
    closed,
    failed
  };

  /// `client` speaks TLS for transports that have it, and is null for the others. Phase tcp begins
  /// at `now`. `protocol` must outlive the session.
  Session(const Protocol& protocol, std::unique_ptr<tls::Client> client, std::string client_id,
          TimePoint now);

  /// Which of the fleet's clients and starts this is, for what CONNECT says of them.
  void identify(std::uint64_t client, std::uint64_t number);
  /// What the connection does once established; without one it waits. Before on_connected().
  void set_activity(std::unique_ptr<Activity> activity) { activity_ = std::move(activity); }
  Activity* activity() const { return activity_.get(); }
  /// Falls silent at `point`; call before on_connected(). client_hello needs TLS.
  void stop_at(StopAt point) { stop_at_ = point; }
  /// CONNECT is to go out as early data where the session to resume allows it; call before
  /// on_connected(). For MQTT over TLS without WebSocket.
  void offer_early_data() { early_data_ = true; }
  /// The handshake of an earlier session has come to nothing, and this one takes its place: phase
  /// tls began at `begin`. DTLS only, before on_connected().
  void go_on_from(TimePoint begin) {
    phase_begin_ = begin;
    began_again_ = true;
  }
  bool began_again() const { return began_again_; }
  /// For the session that takes this one's place.
  std::unique_ptr<Activity> take_activity() { return std::move(activity_); }
  /// The transport is connected.
  void on_connected(Exchange& io);
  void on_bytes(ByteView bytes, Exchange& io);
  /// The transport ended: FIN (`error` 0) or an errno.
  void on_end(int error, Exchange& io);
  /// A write failed with `error`. The session does not fail yet: the reason may still be waiting to
  /// be read (chain refused under TLS 1.3: the alert comes after our handshake is complete). The
  /// owner reads on for a short while, until on_end() or on_deadline().
  void on_write_error(int error);
  /// The time for the current state is over.
  void on_deadline();
  /// DTLS: something is to be sent again then; nullopt: no timer runs.
  std::optional<TimePoint> next_deadline() const;
  /// To be called at next_deadline().
  void on_retransmission(Exchange& io);
  /// Something of our own stopped the connection; counted in phase tls.
  void fail_local(std::string cause);
  /// Ends it as failed where it stands; for causes that only the owner sees.
  void fail(std::string cause);

  /// Sends PINGREQ (established only).
  void ping(Exchange& io);
  bool ping_outstanding() const { return ping_outstanding_; }
  /// Sends what the activity has to say, in one write (established only). `may_send` is off while
  /// the transport is full: then only acknowledgements are.
  void work(Exchange& io, bool may_send);
  /// Ends the session as Protocol::close says: DISCONNECT and close in each layer below, or less.
  /// The session is then closed.
  void disconnect(Exchange& io);
  /// The same, once the ticket for the next connection is there. In state ticket the session waits
  /// for it; the peer may then close first.
  void disconnect_after_ticket(Exchange& io);
  /// Gives buffers back, for connections that are held.
  void release_buffers();

  State state() const { return state_; }
  bool over() const { return state_ == State::closed || state_ == State::failed; }
  bool write_failed() const { return write_error_ != 0; }
  /// Set once the state is failed.
  const stats::FailureKey* failure() const { return failure_.get(); }
  /// Facts of the TLS connection; null for plain transports.
  const tls::Facts* facts() const { return client_ ? &client_->facts() : nullptr; }
  /// What TLS itself says of its failure; null where there is none.
  const tls::Failure* tls_failure() const {
    return client_ && client_->failure().cause != tls::Cause::none ? &client_->failure() : nullptr;
  }
  /// What crossed the wire; null unless the transport is DTLS.
  const tls::DatagramFacts* datagrams() const { return client_ ? client_->datagrams() : nullptr; }
  /// As asked for, or as the server's CONNACK overrules (MQTT 5.0 §3.2.2.3.14); zero: no keep
  /// alive.
  std::chrono::seconds keep_alive() const { return std::chrono::seconds(keep_alive_s_); }

 private:
  /// What CONNECT says of the client.
  struct Name {
    std::string client_id;
    std::uint64_t client = 0;  ///< its index
    std::uint64_t number = 0;  ///< of the start
  };

  /// The opening handshake: what was asked and what has arrived of the answer.
  struct Opening {
    websocket::UpgradeRequest request;
    Bytes received;
  };

  void pump_tls(Exchange& io);
  std::string broken_tls_cause() const;
  void note_datagram_phases(Exchange& io);
  void carry_out(const Dialogue::Step& step, Exchange& io);
  void begin_above_transport(Exchange& io);
  void send_upgrade(Exchange& io);
  bool write_connect(Exchange& io);
  void send_connect(Exchange& io);
  void start_tls(Exchange& io);
  void finish_handshake(Exchange& io);
  void send_packets(ByteView packets, Exchange& io);
  void send_bytes(ByteView bytes, Exchange& io);

  void on_plain(ByteView bytes, Exchange& io);
  void on_upgrade_answer(ByteView bytes, Exchange& io);
  void on_frames(ByteView bytes, Exchange& io);
  void on_mqtt(ByteView bytes, Exchange& io);
  void on_connack(const mqtt::Frame& frame, Exchange& io);
  void on_packet(const mqtt::Frame& frame, Exchange& io);
  void on_active_packet(const mqtt::Frame& frame, Exchange& io);

  void say_disconnect(Exchange& io);
  bool stops_at(StopAt point);
  void finish_phase(stats::Phase phase, Exchange& io);
  void fail_as(stats::FailureKey failure);
  std::string phase_name() const;
  websocket::MaskKey mask(Exchange& io);

  const Protocol& protocol_;
  std::unique_ptr<tls::Client> client_;
  std::unique_ptr<Name> name_;  ///< until CONNACK
  TimePoint phase_begin_;
  std::unique_ptr<Opening> opening_;                  ///< only while in upgrade
  std::unique_ptr<websocket::FrameDecoder> decoder_;  ///< after the upgrade
  mqtt::PacketReader reader_;
  std::unique_ptr<Activity> activity_;
  std::unique_ptr<Dialogue> dialogue_;  ///< once secured, where the fleet has dialogues
  std::unique_ptr<const stats::FailureKey> failure_;
  std::int16_t write_error_ = 0;  ///< an errno
  std::uint16_t keep_alive_s_;
  State state_ = State::tcp;
  std::optional<StopAt> stop_at_;
  bool ping_outstanding_ : 1 = false;
  bool early_data_ : 1 = false;
  bool has_ticket_ : 1 = false;
  bool began_again_ : 1 = false;
};

}  // namespace handfast::loadgen
