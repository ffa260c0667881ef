#include "reports/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/text.hpp"

namespace handfast::reports {

namespace {

/// Facts that say how the broker answered.
constexpr std::array answers{"alert received", "alert sent",     "http status",
                             "connack",        "closed by peer", "broker log"};

bool quoted_by(const CheckResult& check, const Observation& observation) {
  return !observation.detail.empty() &&
         (check.observed.find(observation.detail) != std::string::npos ||
          check.reason.find(observation.detail) != std::string::npos);
}

/// "ClientHello, Certificate, Finished" of "-> ClientHello 220 B +0.1 ms", ...; neighbours of the
/// same name are told once.
std::string names_of(const std::vector<std::string>& messages, std::string_view arrow) {
  std::vector<std::string> names;
  for (const auto& message : messages) {
    if (!message.starts_with(arrow)) continue;
    const auto rest = std::string_view(message).substr(arrow.size());
    std::string name(rest.substr(0, rest.find(' ')));
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return join(names, ", ");
}

void add_line(std::vector<EvidenceLine>& lines, std::string label, std::string text) {
  if (!text.empty()) lines.push_back({std::move(label), std::move(text)});
}

std::string with_names(const std::string& sentence, const std::string& names) {
  return names.empty() ? sentence : fmt::format("{} [{}]", sentence, names);
}

void add_observation(std::vector<EvidenceLine>& lines, const Observation& observation) {
  add_line(lines, "sent", with_names(observation.what, names_of(observation.messages, "-> ")));
  add_line(lines, "came back",
           with_names(observation.detail.empty()
                          ? observation.outcome
                          : fmt::format("{}: {}", observation.outcome, observation.detail),
                      names_of(observation.messages, "<- ")));
  for (const auto& [name, value] : observation.facts) {
    if (std::ranges::find(answers, name) != answers.end()) add_line(lines, name, value);
  }
}

}  // namespace

const Observation* deciding_observation(const CheckResult& check) {
  const auto& all = check.observations;
  // A case that was let in reads like the controls around it: those are asked last.
  const auto is_case = [](const Observation& one) { return !one.what.starts_with("control"); };
  auto found = std::ranges::find_if(
      all, [&](const Observation& one) { return is_case(one) && quoted_by(check, one); });
  if (found == all.end()) {
    found =
        std::ranges::find_if(all, [&](const Observation& one) { return quoted_by(check, one); });
  }
  if (found == all.end()) found = std::ranges::find_if(all, is_case);
  if (found == all.end()) return all.empty() ? nullptr : &all.front();
  return &*found;
}

std::vector<EvidenceLine> evidence_lines(const CheckResult& check) {
  std::vector<EvidenceLine> lines;
  add_line(lines, "should", check.title);
  if (const auto* observation = deciding_observation(check)) add_observation(lines, *observation);
  add_line(lines, "expected", check.expected);
  add_line(lines, "observed", check.observed);
  add_line(lines, "why", check.reason);
  add_line(
      lines, "source",
      check.reference.empty() ? check.level : fmt::format("{} ({})", check.reference, check.level));
  add_line(lines, "more", "handfast explain " + check.id);
  return lines;
}

}  // namespace handfast::reports
