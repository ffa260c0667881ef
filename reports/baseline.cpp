#include "reports/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::reports {

namespace {

const BaselineEntry* find_entry(const BaselineBroker& broker, const std::string& id) {
  const auto found = std::ranges::find(broker.deviations, id, &BaselineEntry::id);
  return found == broker.deviations.end() ? nullptr : &*found;
}

const CheckResult* find_check(const MatrixColumn& column, const std::string& id) {
  const auto found = std::ranges::find(column.checks, id, &CheckResult::id);
  return found == column.checks.end() ? nullptr : &*found;
}

bool fits(const std::string& pattern, const std::string& version) {
  return pattern.ends_with('.') ? version.starts_with(pattern) : version == pattern;
}

bool deviates(Verdict verdict) { return verdict == Verdict::fail || verdict == Verdict::warn; }

/// Whether a row's verdict says anything about a listed deviation.
bool tells(Verdict verdict) {
  return deviates(verdict) || verdict == Verdict::pass || verdict == Verdict::info;
}

/// Why `matrix` is no ground for a baseline; empty when it is.
std::string proves_nothing(const Matrix& matrix) {
  for (const auto& column : matrix.columns) {
    if (column.interrupted) return "the run was interrupted";
    if (column.problem) return title_of(column) + " could not be checked";
    const auto counts = count_column(column).verdicts;
    const auto open = counts.of(Verdict::inconclusive) + counts.of(Verdict::error);
    if (open > 0) {
      return fmt::format("{}: {} inconclusive or in error", title_of(column),
                         counted(open, "check is", "checks are"));
    }
  }
  return {};
}

BaselineBroker& part_for(Baseline& baseline, const BrokerInfo& broker) {
  const auto* found = find_broker(baseline, broker);
  if (found == nullptr) {
    return baseline.brokers.emplace_back(
        BaselineBroker{.driver = broker.driver, .version = broker.version, .deviations = {}});
  }
  return baseline.brokers[static_cast<std::size_t>(found - baseline.brokers.data())];
}

/// The entries that stay, in their order, then the new ones in the order of the catalogue.
void update_part(BaselineBroker& part, const MatrixColumn& column, BaselineUpdate& out) {
  std::vector<BaselineEntry> entries;
  for (auto& entry : part.deviations) {
    const auto* check = find_check(column, entry.id);
    const bool learned = check != nullptr && tells(check->verdict);
    if (learned && !deviates(check->verdict)) {
      ++out.removed;
      continue;
    }
    if (learned) entry.verdict = check->verdict;
    ++out.kept;
    entries.push_back(std::move(entry));
  }
  part.deviations = std::move(entries);
  for (const auto& check : column.checks) {
    if (!deviates(check.verdict) || find_entry(part, check.id) != nullptr) continue;
    part.deviations.push_back({.id = check.id,
                               .verdict = check.verdict,
                               .reason = std::string(unexplained),
                               .where = {}});
    ++out.added;
  }
}

/// YAML 1.2 section 7.3.1: a double-quoted scalar.
std::string yaml_quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

const BaselineBroker* find_broker(const Baseline& baseline, const BrokerInfo& broker) {
  const BaselineBroker* best = nullptr;
  for (const auto& part : baseline.brokers) {
    if (part.driver != broker.driver || !fits(part.version, broker.version)) continue;
    if (best == nullptr || part.version.size() > best->version.size()) best = &part;
  }
  return best;
}

void apply(const Baseline& baseline, Matrix& matrix) {
  matrix.baseline_file = baseline.file;
  for (auto& column : matrix.columns) {
    column.known.clear();
    column.stale.clear();
    const auto* part = find_broker(baseline, column.broker);
    if (part == nullptr) continue;
    for (const auto& entry : part->deviations) {
      const auto* check = find_check(column, entry.id);
      if (check == nullptr || !tells(check->verdict)) continue;
      if (check->verdict == entry.verdict) {
        column.known.push_back({.id = entry.id, .verdict = entry.verdict, .reason = entry.reason});
      } else if (check->verdict != Verdict::fail) {
        // Listed as a warn and failing now is no stale entry: it is an open fail.
        column.stale.push_back(
            {.id = entry.id, .listed = entry.verdict, .now = check->verdict, .where = entry.where});
      }
    }
  }
}

handfast::Result<BaselineUpdate> update(const Baseline& baseline, const Matrix& matrix) {
  if (auto why = proves_nothing(matrix); !why.empty()) {
    return Problem{.kind = ProblemKind::failed,
                   .message = "the baseline was not updated: " + why,
                   .where = baseline.file,
                   .hint = "a baseline holds only what a whole run has shown"};
  }
  BaselineUpdate out{.baseline = baseline};
  for (const auto& column : matrix.columns) {
    update_part(part_for(out.baseline, column.broker), column, out);
  }
  std::erase_if(out.baseline.brokers,
                [](const BaselineBroker& part) { return part.deviations.empty(); });
  return out;
}

namespace {

std::string tolerances_text(const Baseline& baseline) {
  if (baseline.tolerances.empty()) return {};
  std::string out = "tolerances:\n";
  for (const auto& [metric, change] : baseline.tolerances) {
    out += fmt::format("  - {{metric: {}, change: {:.6g}%}}\n", yaml_quoted(metric), change * 100);
  }
  return out;
}

}  // namespace

std::string baseline_text(const Baseline& baseline) {
  std::string out =
      "# Known deviations: handfast check --baseline. Give every entry a reason; --update-baseline "
      "keeps it.\nhandfast-baseline: 1\n";
  if (baseline.brokers.empty()) return out + "brokers: []\n" + tolerances_text(baseline);
  out += "brokers:\n";
  for (const auto& part : baseline.brokers) {
    out += fmt::format("  - driver: {}\n    version: {}\n    deviations:\n",
                       yaml_quoted(part.driver), yaml_quoted(part.version));
    for (const auto& entry : part.deviations) {
      out += fmt::format("      - {{id: {}, verdict: {}, reason: {}}}\n", yaml_quoted(entry.id),
                         to_string(entry.verdict), yaml_quoted(entry.reason));
    }
  }
  return out + tolerances_text(baseline);
}

}  // namespace handfast::reports
