// Plays plans against a broker and brings evidence home; it never judges. (It asks the judge's
// as_expected() whether a try is worth repeating.)
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "harness/check/check.hpp"
#include "harness/check/evidence.hpp"
#include "harness/check/log_tail.hpp"
#include "harness/check/script.hpp"

namespace handfast::check {

/// One run: counts client ids and remembers what was found out about listeners. Not thread-safe,
/// but several may play at one broker.
class Driver final : public Bench {
 public:
  /// `tag` keeps the client ids of several drivers of one run apart.
  explicit Driver(const Context& context, std::string tag = {})
      : context_(context), tag_(std::move(tag)) {}

  Endpoint endpoint(const std::string& listener) const override { return find(listener)->endpoint; }
  broker::Login login(const std::string& listener, const std::string& identity) const override;
  bool has(const std::string& listener) const override { return find(listener) != nullptr; }
  const broker::Capabilities& capabilities() const override { return context_.capabilities; }
  const Materials& materials() const override { return context_.materials; }
  const probe::Timeouts& timeouts() const override { return context_.timeouts; }
  const std::string& driver() const override { return context_.driver; }
  std::string fresh_id() override;
  Attempt probe(const Stimulus& stimulus, std::optional<tls::Version> version,
                probe::Mode mode) override;
  pid_t pid() const override;
  Result<void> reload() override;
  bool has_spares() const override { return static_cast<bool>(context_.spare); }
  Result<std::unique_ptr<SpareBroker>> spare(const std::vector<std::string>& listeners) override;
  std::string capability(const std::string& key) const override {
    return std::string(context_.capabilities.get(key));
  }
  std::optional<bool> log_says(const std::string& text, Nanos patience) override;

  Evidence drive(const ProbePlan& plan);
  Evidence drive(const RoundTripPlan& plan);
  /// Twin, script, twin; the script again, three times in all, while its judge is not content.
  ScriptRun drive(const ScriptPlan& plan, Level level);

 private:
  Round play_round(const ProbePlan& plan, std::optional<tls::Version> version);
  Trial play_trial(const ProbePlan& plan, std::optional<tls::Version> version, probe::Mode mode);
  Attempt attempt(const Stimulus& stimulus, std::optional<tls::Version> version, probe::Mode mode,
                  bool await_log_line);
  /// The twin until it is accepted again, for the recovery time at most.
  std::vector<Attempt> twin_again(const Stimulus& twin, std::optional<tls::Version> version);
  /// Negative control (chain-cases.md 1.4): true when `listener` lets clients in that it must
  /// reject. Asked once a listener.
  bool lets_anyone_in(const std::string& listener);
  /// Asks lets_anyone_in() between two acceptances of the twin, the first time for its listener.
  void ask_two_way(const ProbePlan& plan, Evidence& evidence);
  void note_broker(Evidence& evidence, pid_t before);
  std::filesystem::path log_file() const;  ///< empty: there is none
  const broker::Listener* find(const std::string& name) const;

  const Context& context_;
  std::string tag_;
  std::uint64_t connections_ = 0;
  std::map<std::string, bool> open_listeners_;
  std::optional<LogTail> script_log_;   ///< since the script began
  std::optional<std::string> problem_;  ///< of the plan that is being played
};

}  // namespace handfast::check
