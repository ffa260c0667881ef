// The sans-I/O TLS client seam: bytes (or datagrams) in, events and bytes (or datagrams) out. No
// sockets, no clock of its own. libssl stands behind it, and our own TLS 1.3 client
// (core/tls/native); DTLS fits the same interface.
//
//     socket ──bytes──►  Client::feed  ──►  Output.events, Output.plain   (to MQTT / WebSocket)
//     socket ◄─bytes───  Output.wire   ◄──  Client::start / send / close / on_deadline
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/alert.hpp"
#include "core/tls/datagram.hpp"
#include "core/tls/identity.hpp"
#include "core/tls/mutation.hpp"

namespace handfast::tls {

enum class Version : std::uint16_t { tls1_2 = 0x0303, tls1_3 = 0x0304, dtls1_2 = 0xfefd };
std::string to_string(Version version);  ///< "TLS 1.3"

/// Where the key share of a ClientHello comes from. Anything but `fresh` is for load tests alone,
/// and results name it.
enum class KeyMode : std::uint8_t {
  fresh,  ///< a key pair of its own for each connection
  pool,   ///< the key pairs of a small pool in turn: servers see the same shares again
  batch,  ///< x25519: 128 related private keys at a time; shares differ, who knows one key of a
          ///< batch knows all
};
std::string_view to_string(KeyMode mode);  ///< "fresh", "pool", "batch"

/// What all connections of one engine share. Empty lists mean the library's defaults.
struct ClientSettings {
  Trust trust;
  bool verify = true;  ///< off: accept any chain; reports then say "not verified"
  bool partial_chain =
      false;  ///< an intermediate in `trust` may be the anchor (X509_V_FLAG_PARTIAL_CHAIN)
  bool check_host = true;  ///< match the host name or IP against the leaf's SAN (RFC 6125)
  /// Only what FIPS 140-3 installations speak: see core/tls/strict.hpp.
  bool strict = false;
  /// Send weak certificates of our own and take those of the peer (libssl's security level 0).
  bool weak_material = false;
  Version min_version = Version::tls1_2;
  Version max_version = Version::tls1_3;
  std::vector<std::string> groups;         ///< OpenSSL names: "x25519", "P-256"
  std::vector<std::string> cipher_suites;  ///< TLS 1.3: "TLS_AES_128_GCM_SHA256"
  std::vector<std::string> ciphers;        ///< TLS 1.2: "ECDHE-ECDSA-AES128-GCM-SHA256"
  std::vector<std::string>
      signature_algorithms;  ///< "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"
  std::vector<std::string> alpn;
  bool server_name_indication = true;  ///< off: no SNI; the host is still verified
  /// Called with each NSS key log line when set. Secrets: only ever wired to `--keylog FILE`.
  std::function<void(std::string_view line)> key_log;
  /// Share certificates that were parsed before (core/tls/certificate_cache.hpp); turns itself off
  /// where the program cannot reach libssl's parser.
  bool certificate_cache = false;
  /// Off: a chain that was accepted before for the same name is not checked again except for its
  /// dates (core/tls/verified_chains.hpp).
  bool verify_every_time = true;
  bool whole_reads = true;  ///< libssl takes all that arrived at once, not record by record
  /// The time at which chains are judged; empty: the system's.
  std::function<std::chrono::system_clock::time_point()> wall_clock;
  bool session_tickets = true;  ///< off, with TLS 1.2: sessions go by session identifier alone
  bool keep_sessions = false;   ///< collect tickets for take_session(); costs memory per connection
  KeyMode key_mode = KeyMode::fresh;  ///< the native engine alone has others
  std::uint16_t key_pool_size = 16;   ///< key pairs of KeyMode::pool for each group
  DatagramSettings datagrams;         ///< DTLS only: min_version and max_version are both dtls1_2
};

/// A session for resumption, as the peer's ticket gave it. Opaque, shareable between connections of
/// one engine.
class Session {
 public:
  virtual ~Session() = default;
  /// Resuming it twice would let observers link the connections (TLS 1.3, RFC 8446 appendix C.4).
  virtual bool single_use() const = 0;
};

/// A key that both sides know before (RFC 8446 section 4.2.11, RFC 4279), instead of certificates.
/// TLS 1.3 uses it with SHA-256 suites.
struct ExternalPsk {
  std::string identity;  ///< sent in the clear; 1 to 256 bytes, none zero
  Bytes key;             ///< 1 to 512 bytes
};

/// What one connection brings of its own.
struct ConnectionSettings {
  std::string host;   ///< SNI (names only) and host name or IP to check
  Identity identity;  ///< empty: an empty Certificate is sent when the server asks
  std::shared_ptr<const Session> resume;
  std::optional<ExternalPsk> psk;
  /// Keep Facts::messages, until release_buffers(); costs memory, for probes and samples.
  bool record_messages = false;
  bool request_staple = false;         ///< ask for an OCSP response (RFC 6066 section 8)
  Mutation mutation = Mutation::none;  ///< what it does wrong; the native engine alone has others
};

enum class EventKind : std::uint8_t {
  handshake_done,  ///< our side finished; TLS 1.3: the server may still refuse our certificate
  data,            ///< application bytes: Output::plain[begin, end)
  session,         ///< a ticket arrived: Client::take_session()
  alert_received,
  alert_sent,
  closed,  ///< close_notify received: no more data will come
  failed,  ///< the connection is unusable: Client::failure()
};

struct Event {
  EventKind kind;
  Alert alert{};          ///< for the alert kinds
  std::size_t begin = 0;  ///< for data
  std::size_t end = 0;
};

/// Where a client writes; owned and reused by the caller, so steady state allocates nothing.
struct Output {
  Bytes wire;                        ///< bytes for the peer
  std::vector<std::size_t> borders;  ///< DTLS: end offset in `wire` of each datagram
  Bytes plain;                       ///< decrypted application bytes
  std::vector<Event> events;

  void clear() {
    wire.clear();
    borders.clear();
    plain.clear();
    events.clear();
  }
};

enum class Cause : std::uint8_t {
  none,
  alert_received,
  alert_sent,  ///< we refused the peer; `verify_code` says why when it was the chain
  protocol,    ///< the peer's bytes are no TLS, or break it
  truncated,   ///< the transport ended without close_notify during the handshake
  stalled,     ///< DTLS: no answer came to the last retransmission either
  local,       ///< our own settings do not work (no common group, bad key)
};

struct Failure {
  Cause cause = Cause::none;
  Alert alert{};        ///< for alert_received and alert_sent
  int verify_code = 0;  ///< X509_V_*; 0 when the chain was not the reason
  std::string detail;   ///< the library's own words
};

/// One handshake message as it crossed the wire (RFC 8446 section 4).
struct HandshakeMessage {
  bool sent = false;
  std::uint8_t type = 0;  ///< 1 ClientHello, 2 ServerHello, 11 Certificate, ...
  std::uint32_t size_bytes = 0;
  TimePoint when{};

  bool operator==(const HandshakeMessage&) const = default;
};
std::string handshake_name(std::uint8_t type);

enum class EarlyData : std::uint8_t { not_sent, rejected, accepted };

/// What is known of the connection; filled as the handshake goes on.
struct Facts {
  std::optional<Version> version;
  // Names of the registries live as long as the program.
  std::string_view cipher_suite;  ///< IANA name: "TLS_AES_256_GCM_SHA384"
  std::string_view group;         ///< "x25519", "secp256r1"
  std::string_view signature;     ///< the server's CertificateVerify scheme or TLS 1.2 equivalent
  std::string alpn;
  bool resumed = false;       ///< a session that an earlier connection had been given
  bool external_psk = false;  ///< both sides proved to know ConnectionSettings::psk
  EarlyData early_data = EarlyData::not_sent;  ///< accepted or rejected from handshake_done on
  bool certificate_requested = false;
  bool certificate_sent = false;  ///< a non-empty Certificate went out
  int verify_code = 0;            ///< of the server's chain; X509_V_OK is 0
  bool verified = false;          ///< the chain was checked at all
  bool chain_remembered = false;  ///< checked in full by an earlier connection, its dates by this
  bool certificates_cached = false;  ///< none of the server's certificates had to be parsed
  std::vector<Bytes> peer_chain;     ///< as received, leaf first; filled only with record_messages
  Bytes ocsp_staple;                 ///< DER; empty: not asked for, or the server has none
  std::uint32_t peer_chain_length = 0;
  std::uint32_t peer_chain_bytes = 0;
  std::optional<Alert> alert_received;
  std::optional<Alert> alert_sent;
  std::vector<HandshakeMessage> messages;  ///< filled only with record_messages

  bool operator==(const Facts&) const = default;
};

enum class CloseStyle : std::uint8_t {
  close_notify,  ///< send the alert; the transport then sends FIN
  abrupt,        ///< send nothing
};

/// One connection. Not thread-safe; belongs to the thread of its engine.
class Client {
 public:
  virtual ~Client() = default;

  /// Produces the first flight. Call once.
  virtual void start(Output& out) = 0;
  /// start() with application bytes in the first flight (0-RTT, RFC 8446 section 2.3), which an
  /// attacker can replay. False when the session to resume does not allow so many: then nothing but
  /// the handshake has begun. What the server made of them is in the facts; rejected bytes are
  /// lost.
  virtual bool start_with_early_data(ByteView /*plain*/, Output& out) {
    start(out);
    return false;
  }
  /// Takes bytes from the peer; with DTLS exactly one datagram. Consumes all of it.
  virtual void feed(ByteView bytes, Output& out) = 0;
  /// Tells that the transport ended (FIN or reset).
  virtual void feed_end(Output& out) = 0;
  /// Encrypts application bytes. Allowed after handshake_done; false when the connection cannot
  /// send any more.
  virtual bool send(ByteView plain, Output& out) = 0;
  virtual void close(CloseStyle style, Output& out) = 0;

  /// DTLS: when on_deadline must be called for retransmission; nullopt when no timer runs.
  virtual std::optional<TimePoint> next_deadline() const { return std::nullopt; }
  virtual void on_deadline(TimePoint /*now*/, Output& /*out*/) {}

  /// Gives back what a connection that will be idle can do without: buffers, keys that can be made
  /// again, and the recorded messages and chain of its facts.
  virtual void release_buffers() {}
  virtual std::shared_ptr<const Session> take_session() = 0;

  /// Valid until the next call that is not const.
  virtual const Facts& facts() const = 0;
  virtual const Failure& failure() const = 0;
  /// Null unless the connection speaks DTLS.
  virtual const DatagramFacts* datagrams() const { return nullptr; }
};

/// Something that an engine does to spend less, as results name it.
struct Trick {
  std::string_view name;
  bool on = false;  ///< asked for, and found to work
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
};

/// Makes clients that share settings; one per worker thread.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Usage problem when the settings of this connection cannot work.
  virtual Result<std::unique_ptr<Client>> make_client(const ConnectionSettings& settings) = 0;
  /// "libssl (OpenSSL 3.0.22 27 Oct 2026)": named in results.
  virtual std::string name() const = 0;
  virtual std::vector<Trick> tricks() const = 0;
};

/// The OpenSSL that is loaded, as it calls itself: "OpenSSL 3.0.22 27 Jan 2026".
std::string openssl_version();

/// The reference engine: libssl over a zero-copy BIO. Usage problem for unknown groups, suites or
/// algorithms.
Result<std::unique_ptr<Engine>> make_libssl_engine(const ClientSettings& settings);

/// Our own TLS 1.3 client on libcrypto (docs/native-tls.md). Usage problem for what
/// native_supports() refuses.
Result<std::unique_ptr<Engine>> make_native_engine(const ClientSettings& settings);

/// Success when the native engine does all that `settings` ask for; else a usage problem that names
/// what it lacks.
Result<void> native_supports(const ClientSettings& settings);

}  // namespace handfast::tls
