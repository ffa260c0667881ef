// A row with behaviour of its own: where a fixture and an expectation do not say it all. It is
// still two functions: one plays and brings home what it saw, the other judges that and touches
// nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/capabilities.hpp"
#include "harness/check/evidence.hpp"
#include "harness/check/judgement.hpp"
#include "harness/check/materials.hpp"
#include "harness/check/row.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::check {

struct Stimulus;

/// One thing that was done and what came of it.
struct Step {
  std::string what;  ///< "hello in 50-byte records, TLS 1.3"
  probe::Outcome outcome = probe::Outcome::not_sent;
  probe::CloseKind close = probe::CloseKind::none;
  std::optional<std::uint8_t> alert;  ///< received
  std::string detail;                 ///< one sentence for people
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<std::string> messages;  ///< "-> ClientHello 220 B +0.1 ms"
  Nanos took{};
};

struct ScriptEvidence {
  std::vector<Step> steps;
  /// Certificate lists that the script compares, DER, leaf first; what each is, the row says.
  std::vector<std::vector<Bytes>> lists;
  /// Our own settings or material did not work: verdict `error`.
  std::optional<std::string> problem;
  /// A fixed token why the row does not apply to this broker ("tls12-not-spoken"): verdict `skip`.
  std::optional<std::string> skip;
};

/// What a script brought home, try by try, between its controls.
struct ScriptRun {
  std::optional<Attempt> twin_before;
  std::vector<ScriptEvidence> tries;
  std::vector<Attempt> twin_after;
  Evidence circumstances;  ///< what happened to the broker meanwhile
};

/// A broker like the one under test, for rows that a shared one would not survive. The destructor
/// stops it.
class SpareBroker {
 public:
  virtual ~SpareBroker() = default;
  virtual Endpoint endpoint(const std::string& listener) const = 0;
  /// In order, as its operator would; returns when it is gone.
  virtual Result<void> stop() = 0;
};

/// What a script may use of the run. Lives as long as the script runs.
class Bench {
 public:
  virtual ~Bench() = default;
  /// The listener of that name; a script asks only for those that its plan names.
  virtual Endpoint endpoint(const std::string& listener) const = 0;
  /// What CONNECT must carry there with that identity, for those that are not made by probe().
  virtual broker::Login login(const std::string& /*listener*/,
                              const std::string& /*identity*/) const {
    return {};
  }
  /// Whether there is such a listener, for scripts that look at what happens to be there.
  virtual bool has(const std::string& /*listener*/) const { return true; }
  /// What the broker declares to be able to do.
  virtual const broker::Capabilities& capabilities() const {
    static const broker::Capabilities nothing;
    return nothing;
  }
  virtual const Materials& materials() const = 0;
  virtual const probe::Timeouts& timeouts() const = 0;
  virtual const std::string& driver() const = 0;  ///< "mosquitto", "external"
  /// Unique in the run: part of client identifiers and topics, [a-z0-9-].
  virtual std::string fresh_id() = 0;
  /// One connection of the probe client, with the run's material and time limits.
  virtual Attempt probe(const Stimulus& stimulus, std::optional<tls::Version> version,
                        probe::Mode mode) = 0;
  /// The broker's process; 0 when it is not ours.
  virtual pid_t pid() const = 0;
  /// SIGHUP to the broker and what its driver waits for; a problem when it cannot.
  virtual Result<void> reload() = 0;
  /// Whether a spare broker can be started at all: not for a target that is not ours.
  virtual bool has_spares() const { return false; }
  /// Starts a spare broker with these profiles, "one@server-key-mismatch-config". A problem when it
  /// does not come up.
  virtual Result<std::unique_ptr<SpareBroker>> spare(
      const std::vector<std::string>& /*listeners*/) {
    return environment_problem("no further broker can be started");
  }
  /// The declared value of a key of the catalogue's section 1.6; empty: not declared.
  virtual std::string capability(const std::string& /*key*/) const { return {}; }
  /// Whether the broker's log said `text` since the script began, waiting for it at most
  /// `patience`; nullopt: there is no log to look at.
  virtual std::optional<bool> log_says(const std::string& /*text*/, Nanos /*patience*/) {
    return std::nullopt;
  }
};

struct ScriptPlan {
  std::vector<std::string> listeners;   ///< profiles that it connects to, "one", "mtls"
  std::vector<std::string> identities;  ///< fixtures and other identities that it shows
  std::function<ScriptEvidence(Bench&)> drive;
  /// Pure: unit-tested with evidence written by hand.
  std::function<Judgement(Level, const ScriptEvidence&)> judge;
  /// Accepted before and after; empty: `one` without identity is tried on the first listener.
  std::string twin_identity;
  bool twin = true;
  std::size_t tries = 3;  ///< a contrary verdict is tried again; 1 for what takes minutes
};

}  // namespace handfast::check
