// A DTLS association under a script's control: handshake, then questions of the application that
// the broker declares. What came of it is a Step.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/check/script.hpp"
#include "harness/check/tls_protocol/table.hpp"
#include "harness/probe/datagram/exchange.hpp"
#include "harness/probe/datagram/line.hpp"

namespace handfast::check::dtls {

inline constexpr const char* one_way = "dtls";
inline constexpr const char* two_way = "dtls-mtls";
inline constexpr const char* pre_shared = "dtls-psk";

struct TalkOptions {
  std::string listener = one_way;
  std::shared_ptr<tls::Engine> made{};  ///< in place of a new one: sessions are its own
  std::string identity{};               ///< empty: none
  bool leaf_only = false;               ///< the identity without its intermediates
  std::optional<tls::ExternalPsk> psk{};
  std::shared_ptr<const tls::Session> resume{};
  std::uint16_t mtu = 1400;
  Nanos first_timeout = std::chrono::milliseconds(500);  ///< of our own flights
  probe::LocalAddress local{};
  probe::DatagramPath path{};
  Nanos patience{};  ///< for the handshake; zero: the run's
};

/// What the broker speaks there.
probe::DatagramApplication application_of(const Bench& bench);
/// libssl with DTLS 1.2 that verifies nothing: chains are what other groups judge.
Result<std::shared_ptr<tls::Engine>> make_engine(const TalkOptions& options);

class Talk {
 public:
  /// Sends the first flight. Problem: our own settings do not work, or there is no socket.
  static Result<Talk> open(Bench& bench, TalkOptions options);

  bool handshake();
  /// One more question; repeated, as datagrams get lost.
  bool exchange();
  bool whole() { return handshake() && exchange(); }

  probe::DtlsLine& line() { return line_; }
  const probe::DtlsLine& line() const { return line_; }
  /// One more question, kept from the wire: its datagram.
  Bytes hold_back();
  probe::Exchange& questions() { return questions_; }
  /// Accept when the last move was answered, else what ended it; `hang` for silence.
  Step step(std::string what) const;

 private:
  Talk(probe::DtlsLine line, probe::Exchange questions, probe::Timeouts timeouts, Nanos patience)
      : line_(std::move(line)),
        questions_(std::move(questions)),
        timeouts_(timeouts),
        patience_(patience) {}
  void add_facts(Step& step) const;

  probe::DtlsLine line_;
  probe::Exchange questions_;
  probe::Timeouts timeouts_;
  Nanos patience_;
  bool answered_ = false;
  bool asked_ = false;
};

/// Opens an association and gives it to `play`, whose Step adds to what is seen; close_notify at
/// the end.
Step with_talk(Bench& bench, ScriptEvidence& evidence, TalkOptions options,
               const std::function<void(Talk&, Step&)>& play);
/// A handshake and a question, as a Move's play.
std::function<Step(Bench&, ScriptEvidence&)> whole(TalkOptions options);

/// A Step that was not played because of a problem; ours goes to `evidence`.
Step unplayed(const Problem& problem, ScriptEvidence& evidence);

}  // namespace handfast::check::dtls
