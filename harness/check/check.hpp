// The catalogue of conformance checks and the run of a selection of them against one broker.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/capabilities.hpp"
#include "harness/check/materials.hpp"
#include "harness/check/plan.hpp"
#include "harness/check/row.hpp"
#include "harness/probe/probe.hpp"
#include "reports/result.hpp"

namespace handfast::check {

/// One row of the catalogue.
struct CheckSpec {
  std::string id;     ///< stable, kebab-case: "emqx-two-way-tls-no-certificate"
  std::string group;  ///< "emqx-guide"
  std::string title;  ///< one sentence: what a correct broker does
  Level level = Level::must;
  std::string reference;  ///< "RFC 8446 section 4.4.2.4"
  std::string quote;      ///< the sentence behind the row; verbatim text stands in quotation marks
  std::string expected;   ///< "reject, alert certificate_required (116)"
  std::vector<std::string> needs;  ///< names of the listeners
  /// Listeners that do where those of `needs` are missing, as at a broker that is not ours.
  std::vector<std::string> instead{};
  bool two_tier = false;  ///< needs a PKI with a root and a second authority
  bool core = true;       ///< part of the core set
  bool slow = false;      ///< waits for the broker's own deadlines
  /// Keys of broker::Capabilities that must be declared, "crl.file" or "crl.scope=chain"; a missing
  /// one is `skip` with the key as token.
  std::vector<std::string> capabilities;
  /// "must if CAPABILITY, else should".
  struct Weaker {
    std::string capability;
    Level level = Level::should;
  };
  std::optional<Weaker> weaker_without;
  /// Where the outcome depends on the broker's TLS stack and we have measured it: the level for
  /// that driver. Others get `level`.
  std::map<std::string, Level, std::less<>> level_on;
  Plan plan;
};

/// All rows, in the order in which they run.
const std::vector<CheckSpec>& catalogue();

/// Which rows to run; all three are filters that add up, empty lists let everything through.
struct Selection {
  std::vector<std::string> groups;
  std::vector<std::string> ids;
  bool core_only = false;
  bool slow = false;  ///< the rows that take minutes too
};

/// Usage problem, with a suggestion, for a group or id that the catalogue lacks.
Result<std::vector<const CheckSpec*>> select(const Selection& selection);

/// The listeners that the selected rows need, each once, to configure before the broker starts:
///
///     tls, wss                certificate = the server's chain
///     tls-two-way, ...        and trust = root, client certificate required
///     NAME@merged, @second    trust = bundle cacert, or the second authority alone
///     NAME@leaf               certificate = the server's leaf alone
///
/// Usage problem when `materials` lack a file that one of them needs.
Result<std::vector<broker::ListenerSettings>> listeners_for(const Selection& selection,
                                                            const Materials& materials);
Result<std::vector<broker::ListenerSettings>> listeners_for(const Selection& selection,
                                                            const pki::Pki& pki);
Result<std::vector<broker::ListenerSettings>> listeners_for(
    const std::vector<const CheckSpec*>& rows, const Materials& materials);

/// Told before a row runs (`finished` is null) and after it.
struct Progress {
  std::size_t index = 0;  ///< of the row, from 0
  std::size_t total = 0;
  const CheckSpec& spec;
  const reports::CheckResult* finished = nullptr;
};

/// What the rows run against. Rows whose listener is not in `listeners` are `skip`, `no-listener`.
struct Context {
  Materials materials;
  std::vector<broker::Listener> listeners;
  std::string driver = "external";    ///< selects CheckSpec::level_on
  broker::Capabilities capabilities;  ///< rows that need others are `skip` with the key as token
  broker::Broker* broker = nullptr;   ///< not owned; null for an external target: no log, no pid
  std::filesystem::path log_file;     ///< of a broker that is not `broker`; empty: none
  /// Makes a broker that is not `broker` read its files again; empty: only `broker` can.
  std::function<Result<void>()> reload;
  /// Starts a broker like the one under test with these listeners; empty: none can be started.
  std::function<Result<std::unique_ptr<SpareBroker>>(const std::vector<broker::ListenerSettings>&)>
      spare;
  /// The name that the broker's certificate proves, empty for its host; nullopt: that of the
  /// fixtures.
  std::optional<std::string> server_name;
  probe::Timeouts timeouts;
  Nanos recovery =
      std::chrono::seconds(5);  ///< how long a control is tried again after a rejection
  std::string run_tag = "run";  ///< part of client ids and topics: [a-z0-9]
  std::function<void(const Progress&)> progress;
  std::function<bool()> stop_requested;  ///< asked between rows; the rest is then left out
};

/// A Context for `broker` with all its listeners.
Context context_for(broker::Broker& broker, Materials materials);

/// Runs the selected rows one after the other, the slow ones side by side. What the broker does
/// wrong is in the results; a problem is an unknown group or id.
Result<std::vector<reports::CheckResult>> run_checks(const Selection& selection,
                                                     const Context& context);

/// What the rows of a group found out about their listeners together: the ground of its HealthPlan.
struct GroupTally {
  std::size_t controls = 0;             ///< rows whose control was tried after the stimulus
  std::vector<std::string> lost_after;  ///< rows after which it was never accepted again
};
using Tally = std::map<std::string, GroupTally, std::less<>>;  ///< by group

/// The same for rows that were selected before; `tally` goes on over several brokers of one run.
/// The slow rows are played last and side by side, results keep the order of `rows`; what was not
/// played when the run was stopped is left out.
std::vector<reports::CheckResult> run_rows(const std::vector<const CheckSpec*>& rows,
                                           const Context& context, Tally& tally);
/// The result of a row that does not run, with a fixed token as reason (chain-cases.md 1.2).
reports::CheckResult skipped(const CheckSpec& spec, const std::string& token);
/// The result of a row that proves nothing, and why.
reports::CheckResult unproved(const CheckSpec& spec, const std::string& cause);
/// The first capability of `spec` that is not declared; empty when all are.
std::string missing_capability(const CheckSpec& spec, const broker::Capabilities& declared);

}  // namespace handfast::check
