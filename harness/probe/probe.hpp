// One careful connection: dial, TLS, WebSocket, CONNECT, PINGREQ, and a Transcript of everything
// seen. Drives, never judges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"
#include "core/proxy/header.hpp"
#include "core/tls/client.hpp"
#include "core/tls/engine.hpp"
#include "core/websocket/state.hpp"
#include "harness/probe/datagram/application.hpp"

namespace handfast::probe {

/// When CONNECT is written (chain-cases.md 1.3).
enum class Mode {
  patient,  ///< finish the handshake, wait the grace time for input, then CONNECT: decides the
            ///< alert
  eager,    ///< TLS 1.3: CONNECT in the same write as the client's Finished
};

/// Deadlines of the catalogue's section 1.7.
struct Timeouts {
  Nanos tcp = std::chrono::seconds(2);
  Nanos handshake = std::chrono::seconds(5);
  Nanos upgrade = std::chrono::seconds(5);
  Nanos grace = std::chrono::milliseconds(250);
  Nanos connack = std::chrono::seconds(5);
  Nanos pingresp = std::chrono::seconds(2);
  Nanos drain = std::chrono::milliseconds(500);
};

struct Options {
  Endpoint endpoint;
  std::string server_name;  ///< SNI and name to verify; the endpoint's host when empty
  tls::ClientSettings tls;
  tls::EngineKind engine = tls::EngineKind::libssl;
  tls::Mutation mutation = tls::Mutation::none;  ///< the native engine alone has others
  tls::Identity identity;                        ///< empty: none
  std::optional<tls::ExternalPsk> psk{};         ///< in place of certificates
  Mode mode = Mode::patient;
  /// The bytes of CONNECT as they go out (of `mqtt_level`, or the answer is read by the wrong
  /// table); empty: a valid CONNECT of `mqtt_level` with `client_id`, clean session, keep alive 60
  /// s.
  Bytes connect;
  std::uint8_t mqtt_level = 4;
  std::string client_id = "handfast-probe";
  std::string user_name{};  ///< of that CONNECT; empty: neither user name nor password
  std::optional<std::string> password{};
  Timeouts timeouts;
  /// First of all bytes goes a PROXY header with the addresses of this connection, as a load
  /// balancer would send it.
  std::optional<proxy::Version> proxy_protocol;
  /// First of all bytes go these, in place of such a header; empty: they do not count.
  Bytes preface{};
  /// host and port of an HTTP proxy that is asked for a tunnel (CONNECT) to the endpoint, which it
  /// then resolves; its other members do not count.
  std::optional<Endpoint> http_proxy;
  std::string origin;  ///< Origin field of the WebSocket upgrade; empty: none
  /// DTLS alone: what is asked in place of CONNECT and PINGREQ. `client_id` goes into MQTT-SN's.
  DatagramApplication application = DatagramApplication::unknown;
};

/// Outcomes of the catalogue's section 1.1.
enum class Outcome { accept, refuse, reject, hang, not_sent };
std::string_view to_string(Outcome outcome);

enum class CloseKind { none, alert, close_notify, fin, rst };
std::string_view to_string(CloseKind kind);

/// What happened on one connection.
struct Transcript {
  Outcome outcome = Outcome::not_sent;
  CloseKind close = CloseKind::none;  ///< how the peer ended it, for reject
  std::string stopped_in;  ///< phase that did not complete: tcp, proxy, tls, upgrade, connack,
                           ///< pingresp, exchange (DTLS); empty for accept
  bool handshake_completed = false;  ///< our side of the TLS handshake finished
  tls::Facts tls;                    ///< alerts, verify code, versions, messages
  tls::Failure tls_failure;
  std::optional<int> socket_error;  ///< errno of the transport
  std::optional<int> http_status;   ///< of the WebSocket upgrade, or of the proxy that refused
  std::optional<std::uint8_t> connack_code;  ///< return code (3.1.1) or reason code (5.0)
  std::optional<bool> session_present;
  bool write_failed_before_alert = false;
  Bytes received;               ///< MQTT bytes that arrived
  std::uint8_t mqtt_level = 4;  ///< 4 or 5: whose table `connack_code` belongs to
  std::string detail;  ///< what the other fields cannot say: what was undecodable, who closed how
  std::vector<std::pair<std::string, Nanos>>
      phases;  ///< durations in order: tcp, proxy, tls, upgrade, connack, pingresp, close (from
               ///< our DISCONNECT to the end that the peer made, at most the drain time)
  /// States of the WebSocket in the order in which they were passed; empty without one.
  std::vector<websocket::State> websocket_states;
  std::string answer;  ///< DTLS: what answered the question, "a reset"; empty: nothing did
  std::vector<std::string> datagrams;  ///< DTLS: "-> ClientHello 213 B +0.1 ms"
  TimePoint started{};                 ///< base of the relative times of `tls.messages`
  Nanos total{};

  /// True when our own client ended the handshake: its alert went out, the peer sent none.
  bool refused_by_us() const;

  /// "reject: alert certificate_required (116) received after the handshake completed", "accept:
  /// CONNACK 0, PINGRESP".
  std::string sentence() const;
};

/// Runs one probe to its outcome on a private event loop; returns within the sum of the timeouts
/// (resolving a host *name* adds what the system's resolver takes). An unreachable
/// address is an observation (reject or hang in phase tcp), not a problem; a problem is a bad local
/// setting. Over DTLS it is a handshake and one question of `application` with its answer; silence
/// is a hang.
Result<Transcript> run(const Options& options);

/// A subscribe/publish round trip through the Paho MQTT C++ library, an implementation that shares
/// no code with ours.
struct RoundTripOptions {
  Endpoint endpoint;
  std::string trust_file;        ///< PEM; for TLS transports
  std::string certificate_file;  ///< client chain, PEM; empty: none
  std::string key_file;
  std::string client_id = "handfast-paho";
  std::string user_name{};  ///< empty: neither user name nor password
  std::optional<std::string> password{};
  std::string topic = "handfast/round-trip";
  std::string payload = "hello";
  int qos = 1;
  Nanos timeout = std::chrono::seconds(5);
};

struct RoundTrip {
  bool completed = false;  ///< the message came back, byte for byte
  std::string detail;      ///< what happened, in one sentence; Paho's error text when it failed
  Nanos duration{};
};
RoundTrip round_trip(const RoundTripOptions& options);

}  // namespace handfast::probe
