// One TLS connection on libssl: the reference implementation of the Client seam.
#pragma once

#include <array>

#include "core/tls/certificate_cache.hpp"
#include "core/tls/client.hpp"
#include "core/tls/span_bio.hpp"
#include "core/tls/verified_chains.hpp"

namespace handfast::tls {

/// What every client of one libssl engine shares.
struct LibsslShared {
  SslContextPtr context;
  bool verify = true;
  bool check_host = true;
  bool server_name_indication = true;
  bool verify_every_time = true;
  bool suites_chosen = false;   ///< TLS 1.3 suites are not the library's defaults
  bool ciphers_chosen = false;  ///< likewise TLS 1.2
  bool cache_certificates = false;
  bool whole_reads = true;
  std::optional<DatagramSettings> datagrams;  ///< set: its connections speak DTLS
  CertificateCache certificates;
  VerifiedChains chains;
  std::function<std::chrono::system_clock::time_point()> wall_clock;
  std::function<void(std::string_view)> key_log;
  std::array<std::uint8_t, 16384>
      scratch{};  ///< one record of plaintext; a thread drives one connection at a time
};

struct LibsslSession final : Session {
  explicit LibsslSession(SSL_SESSION* owned) : handle(owned) {}
  bool single_use() const override {
    return SSL_SESSION_get_protocol_version(handle.get()) == TLS1_3_VERSION;
  }
  SessionPtr handle;
};

class LibsslClient final : public Client {
 public:
  static Result<std::unique_ptr<Client>> make(LibsslShared& shared,
                                              const ConnectionSettings& settings);
  ~LibsslClient() override;

  void start(Output& out) override;
  bool start_with_early_data(ByteView plain, Output& out) override;
  void feed(ByteView bytes, Output& out) override;
  void feed_end(Output& out) override;
  bool send(ByteView plain, Output& out) override;
  void close(CloseStyle style, Output& out) override;
  std::optional<TimePoint> next_deadline() const override;
  void on_deadline(TimePoint now, Output& out) override;
  void release_buffers() override;
  std::shared_ptr<const Session> take_session() override { return std::move(session_); }
  const Facts& facts() const override { return facts_; }
  const Failure& failure() const override { return failure_; }
  const DatagramFacts* datagrams() const override { return dtls_ ? &dtls_->facts : nullptr; }

  // Called from libssl's callbacks, which the engine installs.
  void on_message(bool sent, int content_type, ByteView body);
  void on_session(SSL_SESSION* owned);
  void on_chain_remembered() { facts_.chain_remembered = true; }
  /// The next wait for an answer, microseconds; `current` is the one that ran out, 0 for none.
  unsigned next_timeout_us(unsigned current);
  /// The key to offer; null when there is none.
  const ExternalPsk* psk() const { return psk_.get(); }

 private:
  enum class State : std::uint8_t { fresh, handshaking, established, closed, failed };

  /// What DTLS needs beyond libssl's own state (libssl_datagrams.cpp).
  struct Dtls {
    DatagramFacts facts;
    std::optional<TimePoint> deadline;
    TimePoint begin;
    bool sent_last = false;  ///< which side spoke last, so that flights can be told apart
  };

  LibsslClient(LibsslShared& shared, bool record_messages)
      : shared_(shared), record_(record_messages) {}
  Result<void> set_up(const ConnectionSettings& settings);
  Result<void> set_host(const std::string& host);
  Result<void> set_identity(const Identity& identity);
  Result<void> set_psk(const ExternalPsk& psk);
  int do_handshake();
  void advance(Output& out);
  void read_application_data(Output& out);
  void finish_handshake();
  void fail(int ssl_error, Output& out);
  Result<void> set_datagrams(const DatagramSettings& settings);
  bool takes_datagram(ByteView datagram);
  void note_datagrams_out(std::size_t borders_before, const Output& out);
  void note_hello_verify();
  void watch_timer();
  void note_certificate(bool sent, ByteView body);
  void note_alert(bool sent, ByteView body);

  LibsslShared& shared_;
  SpanPipe pipe_;
  SslPtr ssl_;
  Facts facts_;
  Failure failure_;
  std::shared_ptr<const Session> session_;
  std::unique_ptr<Dtls> dtls_;              ///< null for TLS
  std::unique_ptr<const ExternalPsk> psk_;  ///< until the handshake is complete
  State state_ = State::fresh;
  bool record_;
};

}  // namespace handfast::tls
