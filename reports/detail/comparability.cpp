#include "reports/detail/comparability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.hpp"
#include "core/base/units.hpp"

namespace handfast::reports::detail {

namespace {

/// The fleets, timeline and checks of a resolved scenario, and its seed: what was played. Name,
/// broker, target, home of the PKI, thresholds and reports may differ: they change no measured
/// load.
std::string workload_of(const std::string& resolved) {
  std::string out;
  bool kept = false;
  for (const auto& line : split(resolved, '\n')) {
    if (!line.empty() && line.front() != ' ') {
      kept = line.starts_with("seed:") || line.starts_with("checks:") ||
             line.starts_with("fleets:") || line.starts_with("timeline:");
    }
    if (kept) out += line + "\n";
  }
  return out;
}

/// The first line in which two texts differ, of each; empty where one ends before the other.
std::pair<std::string, std::string> first_difference(const std::string& a, const std::string& b) {
  const auto left = split(a, '\n');
  const auto right = split(b, '\n');
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto at = [i](const auto& lines) {
      return i < lines.size() ? printable(trim(lines[i]), 120) : std::string();
    };
    if (at(left) != at(right)) return {at(left), at(right)};
  }
  return {};
}

/// Collects each kind of difference once.
class Differences {
 public:
  Differences(const ComparedRun& first, const ComparedRun& other) : first_(first), other_(other) {}

  void text(Aspect aspect, const std::string& what, const std::string& a, const std::string& b) {
    if (a != b) add(aspect, what, printable(a), printable(b));
  }
  void add(Aspect aspect, const std::string& what, const std::string& a, const std::string& b) {
    found.push_back({aspect, fmt::format("{}: {} in {}, {} in {}", what, a.empty() ? "none" : a,
                                         first_.file, b.empty() ? "none" : b, other_.file)});
    what_.push_back(what);
  }
  const std::string& what(std::size_t i) const { return what_[i]; }

  std::vector<Difference> found;

 private:
  const ComparedRun& first_;
  const ComparedRun& other_;
  std::vector<std::string> what_;
};

void compare_machines(Differences& out, const Machine& a, const Machine& b) {
  out.text(Aspect::machine, "host", a.host, b.host);
  out.text(Aspect::machine, "processor", a.cpu, b.cpu);
  out.text(Aspect::machine, "cores", std::to_string(a.cores), std::to_string(b.cores));
  out.text(Aspect::machine, "kernel", a.kernel, b.kernel);
  // What firmware and kernel keep for themselves varies from boot to boot.
  const auto larger = std::max(a.memory_bytes, b.memory_bytes);
  const auto smaller = std::min(a.memory_bytes, b.memory_bytes);
  if (larger - smaller > larger / 50) {
    out.text(Aspect::machine, "memory", format_size(a.memory_bytes), format_size(b.memory_bytes));
  }
}

void compare_scenarios(Differences& out, const Result& a, const Result& b) {
  const auto left = workload_of(a.scenario_resolved);
  const auto right = workload_of(b.scenario_resolved);
  if (left == right) return;
  const auto [mine, theirs] = first_difference(left, right);
  out.add(Aspect::scenario, "load", mine, theirs);
}

/// The values of an aspect that a hundredth of the connections or more agreed on.
std::string usual(const stats::FleetStats& fleet, const std::string& aspect) {
  const auto found = fleet.negotiated.find(aspect);
  if (found == fleet.negotiated.end()) return {};
  std::uint64_t total = 0;
  for (const auto& [value, count] : found->second) total += count;
  std::vector<std::string> out;
  for (const auto& [value, count] : found->second) {
    if (count * 100 >= total) out.push_back(value);
  }
  return join(out, " and ");
}

void compare_tls(Differences& out, const Result& a, const Result& b) {
  for (const auto& fleet : a.load.fleets) {
    const auto other = std::ranges::find(b.load.fleets, fleet.name, &stats::FleetStats::name);
    if (other == b.load.fleets.end()) continue;
    for (const auto* aspect : {"version", "cipher_suite", "group", "signature", "chain_length"}) {
      out.text(Aspect::tls, fmt::format("{} {}", fleet.name, aspect), usual(fleet, aspect),
               usual(*other, aspect));
    }
  }
  for (const auto& plan : a.fleets) {
    const auto other = std::ranges::find(b.fleets, plan.name, &FleetPlan::name);
    if (other == b.fleets.end()) continue;
    out.text(Aspect::tls, plan.name + " engine", plan.tls_engine, other->tls_engine);
    out.text(Aspect::tls, plan.name + " verification", plan.verification, other->verification);
    out.text(Aspect::tls, plan.name + " keys", plan.key_mode, other->key_mode);
  }
}

std::vector<const ComparedRun*> all_of(const std::vector<ComparedRun>& base,
                                       const std::vector<ComparedRun>& fresh) {
  std::vector<const ComparedRun*> out;
  for (const auto& run : base) out.push_back(&run);
  for (const auto& run : fresh) out.push_back(&run);
  return out;
}

template <class Get>
std::vector<std::string> distinct(const std::vector<const ComparedRun*>& runs, Get get) {
  std::vector<std::string> out;
  for (const auto* run : runs) {
    auto text = printable(get(run->result));
    if (std::ranges::find(out, text) == out.end()) out.push_back(std::move(text));
  }
  return out;
}

/// Whether all runs of one side began before all of the other: then a machine that warmed up looks
/// like a change. RFC 3339 in UTC sorts as text.
bool one_after_the_other(const std::vector<ComparedRun>& base,
                         const std::vector<ComparedRun>& fresh) {
  const auto began = [](const ComparedRun& run) { return run.result.started_at; };
  const auto [first_base, last_base] = std::ranges::minmax(base, {}, began);
  const auto [first_fresh, last_fresh] = std::ranges::minmax(fresh, {}, began);
  return began(last_base) < began(first_fresh) || began(last_fresh) < began(first_base);
}

void note_mixed_side(std::vector<std::string>& notes, const std::vector<ComparedRun>& side,
                     std::string_view name) {
  if (side.front().from_matrix) return;
  const auto brokers = distinct(all_of(side, {}), [](const Result& result) {
    return result.broker.driver + " " + result.broker.version;
  });
  if (brokers.size() > 1) {
    notes.push_back(fmt::format("the {} side mixes brokers: {}", name, join(brokers, ", ")));
  }
}

}  // namespace

handfast::Result<void> check_pair(const std::vector<ComparedRun>& base,
                                  const std::vector<ComparedRun>& fresh) {
  if (base.empty() || fresh.empty()) {
    return usage_problem("there is nothing to compare with", {},
                         "name files of both sides: --base A.json... --new B.json...");
  }
  const bool matrix = base.front().from_matrix;
  for (const auto* run : all_of(base, fresh)) {
    if (run->from_matrix == matrix) continue;
    return usage_problem(fmt::format("is {}, {} is {}", matrix ? "a result" : "a matrix",
                                     base.front().file, matrix ? "a matrix" : "a result"),
                         run->file, "compare results with results, matrices with matrices");
  }
  if (matrix) return {};
  const auto runs = all_of(base, fresh);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (runs[i]->file != runs[j]->file) continue;
      return usage_problem("is named twice", runs[i]->file,
                           "a run counts once: two copies of it would hide its noise");
    }
  }
  return {};
}

std::vector<Difference> differences_of(const std::vector<ComparedRun>& base,
                                       const std::vector<ComparedRun>& fresh) {
  std::vector<Difference> out;
  std::vector<std::string> seen;
  const auto& first = base.front();
  for (const auto* run : all_of(base, fresh)) {
    Differences differences(first, *run);
    if (!first.from_matrix) {
      compare_machines(differences, first.result.machine, run->result.machine);
      compare_scenarios(differences, first.result, run->result);
      compare_tls(differences, first.result, run->result);
    }
    for (std::size_t i = 0; i < differences.found.size(); ++i) {
      if (std::ranges::find(seen, differences.what(i)) != seen.end()) continue;
      seen.push_back(differences.what(i));
      out.push_back(differences.found[i]);
    }
  }
  return out;
}

handfast::Result<void> check_accepted(const std::vector<Difference>& differences,
                                      const std::set<Aspect>& accepted) {
  std::vector<std::string> texts;
  std::vector<std::string> flags;
  for (const auto& difference : differences) {
    if (accepted.contains(difference.aspect)) continue;
    texts.push_back(difference.text);
    auto flag = fmt::format("--accept {}", to_string(difference.aspect));
    if (std::ranges::find(flags, flag) == flags.end()) flags.push_back(std::move(flag));
  }
  if (texts.empty()) return {};
  return usage_problem("the runs are not alike: " + join(texts, "; "), {},
                       join(flags, " ") + " compares them all the same");
}

std::vector<std::string> notes_of(const std::vector<ComparedRun>& base,
                                  const std::vector<ComparedRun>& fresh) {
  std::vector<std::string> notes;
  const auto runs = all_of(base, fresh);
  const auto versions =
      distinct(runs, [](const Result& result) { return result.handfast_version; });
  if (versions.size() > 1) {
    notes.push_back("the runs were made by different versions of handfast: " +
                    join(versions, ", "));
  }
  const auto libraries =
      distinct(runs, [](const Result& result) { return result.openssl_version; });
  if (libraries.size() > 1) {
    notes.push_back("the runs used different versions of OpenSSL: " + join(libraries, ", "));
  }
  note_mixed_side(notes, base, "base");
  note_mixed_side(notes, fresh, "new");
  if (base.front().from_matrix) return notes;
  const auto fewest = std::min(base.size(), fresh.size());
  if (fewest < stats::least_runs) {
    notes.push_back(fmt::format(
        "{} a side shows no noise, so nothing is judged: {} a side are the least, five are better",
        fewest == 1 ? "one run" : "two runs", stats::least_runs));
  } else if (one_after_the_other(base, fresh)) {
    notes.emplace_back(
        "all runs of one side began before those of the other: interleave them, or a machine that "
        "warms up looks like a change");
  }
  return notes;
}

std::vector<std::string> not_valid(const std::vector<ComparedRun>& base,
                                   const std::vector<ComparedRun>& fresh) {
  std::vector<std::string> out;
  for (const auto* run : all_of(base, fresh)) {
    const auto& result = run->result;
    if (result.interrupted) {
      out.push_back(run->file + ": was interrupted");
    } else if (!result.valid) {
      out.push_back(fmt::format(
          "{}: {}", run->file,
          result.invalid_reasons.empty() ? "is not valid" : result.invalid_reasons.front()));
    }
  }
  return out;
}

}  // namespace handfast::reports::detail
