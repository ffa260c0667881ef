#include "harness/app/doctor/present.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/app/manual/layout.hpp"

namespace handfast::app {

namespace {

constexpr std::size_t text_column = 20;  // behind state and area

std::size_t count(const std::vector<Diagnosis>& findings, State state) {
  return static_cast<std::size_t>(std::ranges::count(findings, state, &Diagnosis::state));
}

std::string conclusion(const std::vector<Diagnosis>& findings) {
  const auto bad = count(findings, State::bad);
  const auto notes = count(findings, State::note);
  const auto noted = fmt::format("{} note{}", notes, notes == 1 ? "" : "s");
  if (bad == 0) return fmt::format("in order, {}\n", noted);
  return fmt::format("{} thing{} in the way, {}\n", bad, bad == 1 ? " stands" : "s stand", noted);
}

}  // namespace

bool in_order(const std::vector<Diagnosis>& findings) { return count(findings, State::bad) == 0; }

std::string as_text(const std::vector<Diagnosis>& findings) {
  std::string out;
  for (const auto& finding : findings) {
    out += fmt::format("{:<5} {:<13} {}\n", to_string(finding.state), finding.area,
                       wrapped(finding.what, text_column));
    if (!finding.fix.empty()) {
      // Not wrapped: it is there to be copied.
      out += fmt::format("{:{}}fix: {}\n", "", text_column, finding.fix);
    }
  }
  return out + conclusion(findings);
}

std::string as_json(const std::vector<Diagnosis>& findings) {
  nlohmann::ordered_json out;
  out["handfast-doctor"] = 1;
  out["in_order"] = in_order(findings);
  out["findings"] = nlohmann::ordered_json::array();
  for (const auto& finding : findings) {
    nlohmann::ordered_json entry{
        {"area", finding.area}, {"state", to_string(finding.state)}, {"what", finding.what}};
    if (!finding.fix.empty()) entry["fix"] = finding.fix;
    out["findings"].push_back(std::move(entry));
  }
  return out.dump(2) + "\n";
}

}  // namespace handfast::app
