#include "harness/check/chain_rows.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "harness/check/chain_alerts.hpp"

namespace handfast::check {

namespace {

/// The part of "TLS 1.3: A; TLS 1.2: B" for `version`; the whole text when it names no version.
std::string_view part_for(std::string_view text, std::string_view version) {
  const auto at = text.find(version);
  if (at == std::string_view::npos) return text.find("TLS ") == std::string_view::npos ? text : "";
  const auto begin = text.find(':', at);
  if (begin == std::string_view::npos) return {};
  const auto end = text.find(';', begin);
  return text.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1);
}

}  // namespace

CheckSpec spec_of_row(std::string_view id) {
  const auto* row = find_row(id);
  assert(row != nullptr);
  CheckSpec spec;
  spec.id = row->id;
  spec.group = row->group;
  spec.title = row->title;
  spec.level = row->level;
  spec.reference = row->reference;
  spec.quote = row->note.empty() ? row->sent : row->note;
  spec.expected = row->expect;
  if (row->group == "websocket" && !row->alerts.empty()) {
    spec.expected += " (" + std::string(row->alerts) + ")";  // HTTP statuses and close codes
  } else if (!row->alerts.empty()) {
    spec.expected += ", alert " + std::string(row->alerts);
  }
  spec.core = row->core;
  spec.slow = row->slow;
  return spec;
}

CheckSpec spec_of_row(std::string_view id, Plan plan) {
  return with_plan(spec_of_row(id), std::move(plan));
}

Plan plan_of_cases(CasesPlan cases) {
  if (cases.cases.size() == 1) return std::move(cases.cases.front().plan);
  return cases;
}

std::vector<std::uint8_t> alerts_of(std::string_view text, std::string_view version) {
  const auto part = part_for(text, version);
  std::vector<std::uint8_t> alerts;
  const auto* at = part.data();
  const auto* const end = part.data() + part.size();
  while (at != end) {
    unsigned value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error == std::errc() && value < 256) {
      alerts.push_back(static_cast<std::uint8_t>(value));
      at = next;
    } else {
      ++at;
    }
  }
  return alerts;
}

Expectation rejection_of(const Row& row) {
  const auto with_usual = [](std::vector<std::uint8_t> alerts) {
    for (const auto usual : {alert::bad_certificate, alert::certificate_unknown}) {
      if (std::ranges::find(alerts, usual) == alerts.end()) alerts.push_back(usual);
    }
    return alerts;
  };
  Expectation expect;
  expect.outcome = probe::Outcome::reject;
  expect.alerts_tls12 = with_usual(alerts_of(row.alerts, "1.2"));
  expect.alerts_tls13 = with_usual(alerts_of(row.alerts, "1.3"));
  return expect;
}

}  // namespace handfast::check
