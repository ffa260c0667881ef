#include "reports/detail/compare_checks.hpp"

#include <algorithm>
#include <set>

#include "core/base/text.hpp"

namespace handfast::reports::detail {

namespace {

using Side = std::vector<const ComparedRun*>;

/// One row on one side, over all its runs.
struct Row {
  std::set<Verdict> verdicts;          ///< empty: it did not run
  const CheckResult* worst = nullptr;  ///< whose reason is told
  const BrokerInfo* broker = nullptr;
};

/// How bad a verdict is; 0 for those that say nothing about the broker.
int weight(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::info:
      return 1;
    case Verdict::warn:
      return 2;
    case Verdict::fail:
      return 3;
    case Verdict::skip:
    case Verdict::inconclusive:
    case Verdict::error:
      return 0;
  }
  return 0;
}

Row row_of(const Side& side, const std::string& id) {
  Row row;
  for (const auto* run : side) {
    const auto found = std::ranges::find(run->result.checks, id, &CheckResult::id);
    if (found == run->result.checks.end()) continue;
    row.verdicts.insert(found->verdict);
    if (row.worst == nullptr || weight(found->verdict) > weight(row.worst->verdict)) {
      row.worst = &*found;
      row.broker = &run->result.broker;
    }
  }
  return row;
}

std::string words(const Row& row) {
  std::vector<std::string> out;
  for (const auto verdict : row.verdicts) out.emplace_back(to_string(verdict));
  return out.empty() ? "-" : join(out, ", ");
}

/// A row that did not run on one side, or whose verdict says nothing there, is told and not judged.
ChangeVerdict judge(const Row& base, const Row& fresh) {
  const int before = base.worst == nullptr ? 0 : weight(base.worst->verdict);
  const int after = fresh.worst == nullptr ? 0 : weight(fresh.worst->verdict);
  if (before == 0 || after == 0 || before == after) return ChangeVerdict::not_judged;
  return after > before ? ChangeVerdict::worse : ChangeVerdict::better;
}

void excuse(CheckChange& change, const Row& fresh, const Baseline* baseline) {
  if (baseline == nullptr || change.verdict != ChangeVerdict::worse) return;
  const auto* part = find_broker(*baseline, *fresh.broker);
  if (part == nullptr) return;
  const auto entry = std::ranges::find(part->deviations, change.id, &BaselineEntry::id);
  if (entry == part->deviations.end() || entry->verdict != fresh.worst->verdict) return;
  change.excused = true;
  change.reason = entry->reason;
}

std::vector<std::string> ids_of(const Side& base, const Side& fresh) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const auto* side : {&base, &fresh}) {
    for (const auto* run : *side) {
      for (const auto& check : run->result.checks) {
        if (seen.insert(check.id).second) out.push_back(check.id);
      }
    }
  }
  return out;
}

void compare_broker(const std::string& driver, const Side& base, const Side& fresh,
                    const Baseline* baseline, Comparison& out) {
  for (const auto& id : ids_of(base, fresh)) {
    const auto before = row_of(base, id);
    const auto after = row_of(fresh, id);
    if (before.verdicts == after.verdicts) {
      ++out.same_checks;
      continue;
    }
    const auto* spec = after.worst != nullptr ? after.worst : before.worst;
    CheckChange change{.broker = driver,
                       .id = id,
                       .level = spec->level,
                       .base = words(before),
                       .fresh = words(after),
                       .verdict = judge(before, after),
                       .reason = after.worst != nullptr ? after.worst->reason : std::string()};
    excuse(change, after, baseline);
    out.checks.push_back(std::move(change));
  }
}

Side runs_of(const std::vector<ComparedRun>& runs, const std::string& driver) {
  Side out;
  for (const auto& run : runs) {
    if (run.result.broker.driver == driver) out.push_back(&run);
  }
  return out;
}

Side all_of(const std::vector<ComparedRun>& runs) {
  Side out;
  for (const auto& run : runs) out.push_back(&run);
  return out;
}

std::vector<std::string> drivers_of(const std::vector<ComparedRun>& base,
                                    const std::vector<ComparedRun>& fresh) {
  std::vector<std::string> out;
  for (const auto* side : {&base, &fresh}) {
    for (const auto& run : *side) {
      const auto& driver = run.result.broker.driver;
      if (std::ranges::find(out, driver) == out.end()) out.push_back(driver);
    }
  }
  return out;
}

bool one_driver(const std::vector<ComparedRun>& runs) { return drivers_of(runs, {}).size() == 1; }

}  // namespace

void compare_checks(const std::vector<ComparedRun>& base, const std::vector<ComparedRun>& fresh,
                    const Baseline* baseline, Comparison& out) {
  // One broker a side is a pair, whatever the two are called.
  if (one_driver(base) && one_driver(fresh)) {
    compare_broker(fresh.front().result.broker.driver, all_of(base), all_of(fresh), baseline, out);
    return;
  }
  for (const auto& driver : drivers_of(base, fresh)) {
    const auto before = runs_of(base, driver);
    const auto after = runs_of(fresh, driver);
    if (before.empty() || after.empty()) {
      out.notes.push_back(driver + " is on one side only: its rows are not compared");
      continue;
    }
    compare_broker(driver, before, after, baseline, out);
  }
}

}  // namespace handfast::reports::detail
