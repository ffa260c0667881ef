// The baseline: deviations of brokers that are known, in a YAML file that is kept beside the tests.
//
//     handfast-baseline: 1
//     brokers:
//       - driver: mosquitto
//         version: "2.0."        # this one exactly, or all that begin so when it ends with a dot
//         deviations:
//           - {id: client-cert-expired, verdict: fail, reason: "issue 1234, fixed in 2.1"}
//     tolerances:                # optional: what handfast compare lets pass
//       - {metric: devices.handshake.p99, change: 20%}
//
// A run stays green as long as it finds exactly these: a fail that is not listed fails it, and so
// does an entry that is no longer true. The list can neither grow nor rot unseen.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "reports/matrix.hpp"

namespace handfast::reports {

struct BaselineEntry {
  std::string id;
  Verdict verdict = Verdict::fail;  ///< fail or warn
  std::string reason;
  std::string where;  ///< "file:line:column"; empty for an entry that no file holds yet
};

/// What is known of one broker.
struct BaselineBroker {
  std::string driver;
  std::string version;  ///< "2.0.11", or a prefix that ends with a dot: "2.0."
  std::vector<BaselineEntry> deviations;
};

struct Baseline {
  std::string file;
  std::vector<BaselineBroker> brokers;
  /// By name of metric: the change that counts as none; of shares a difference, else a share of
  /// base.
  std::map<std::string, double> tolerances{};
};

/// The reason that an update gives to an entry which nobody has explained yet.
inline constexpr std::string_view unexplained = "unexplained";

/// Reads a baseline strictly. Usage problem with file, line, column and a hint for an unknown or
/// duplicate key, id or broker, a verdict that is neither fail nor warn, an empty reason.
handfast::Result<Baseline> parse_baseline(std::string_view text, const std::string& file);
/// parse_baseline() of a file; environment problem when it cannot be read.
handfast::Result<Baseline> load_baseline(const std::filesystem::path& file);

/// The part that counts for `broker`: of all whose version fits, the longest. nullptr: none.
const BaselineBroker* find_broker(const Baseline& baseline, const BrokerInfo& broker);

/// Fills `known` and `stale` of every column, and the name of the file. Entries of rows that did
/// not run, were skipped, inconclusive or in error are neither: nothing was learned about them.
void apply(const Baseline& baseline, Matrix& matrix);

/// What an update of a baseline changed.
struct BaselineUpdate {
  Baseline baseline;
  std::size_t kept = 0;     ///< entries that were there, with their reasons
  std::size_t added = 0;    ///< new ones; their reason is `unexplained`
  std::size_t removed = 0;  ///< entries whose rows passed
};
/// `baseline` with the fails and warns of `matrix` in the place of what it listed for the rows that
/// ran. A broker that it does not know gets a part of its own, by its exact version. Failed problem
/// when the matrix proves nothing: interrupted, a broker not available, rows inconclusive or in
/// error.
handfast::Result<BaselineUpdate> update(const Baseline& baseline, const Matrix& matrix);

/// The file's text; parse_baseline() reads it back.
std::string baseline_text(const Baseline& baseline);

}  // namespace handfast::reports
