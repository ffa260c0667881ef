// All groups in one list, and the choice of rows from it.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/base/text.hpp"
#include "harness/check/chain_rows.hpp"
#include "harness/check/check.hpp"
#include "harness/check/descriptor_row.hpp"
#include "harness/check/dtls/rows.hpp"
#include "harness/check/emqx_guide.hpp"
#include "harness/check/identity/rows.hpp"
#include "harness/check/outlived_rows.hpp"
#include "harness/check/rejection_rows.hpp"
#include "harness/check/reload_rows.hpp"
#include "harness/check/request_rows.hpp"
#include "harness/check/server_choice_rows.hpp"
#include "harness/check/status/rows.hpp"
#include "harness/check/tls_protocol/rows.hpp"
#include "harness/check/websocket/rows.hpp"

namespace handfast::check {

namespace {

/// A row or group of the catalogue that this build cannot play, and why.
std::optional<Problem> not_played(const std::string& name) {
  if (find_row(name) != nullptr) {
    return usage_problem(
        fmt::format("this build cannot play \"{}\": {}", name, unbuilt_reason(name)), {},
        fmt::format("handfast explain {} tells what it is about", name));
  }
  if (std::ranges::find(rows(), name, &Row::group) != rows().end()) {
    return usage_problem(fmt::format("this build plays no row of the group \"{}\" yet", name), {},
                         fmt::format("handfast list checks --group {} shows them", name));
  }
  return std::nullopt;
}

Result<void> all_known(const std::vector<std::string>& wanted, std::string CheckSpec::* member,
                       std::string_view what) {
  std::vector<std::string> known;
  for (const auto& spec : catalogue()) {
    if (std::ranges::find(known, spec.*member) == known.end()) known.push_back(spec.*member);
  }
  for (const auto& name : wanted) {
    if (std::ranges::find(known, name) != known.end()) continue;
    if (auto unplayed = not_played(name)) return *unplayed;
    // Hundreds of ids are no help; a near miss or the place to look is.
    auto hint = suggest(name, known);
    if (!hint.starts_with("did you mean") && known.size() > 12) {
      hint = "handfast list checks shows them all";
    }
    return usage_problem(fmt::format("there is no check {} \"{}\"", what, printable(name)), {},
                         hint);
  }
  return {};
}

bool lets_through(const std::vector<std::string>& filter, const std::string& value) {
  return filter.empty() || std::ranges::find(filter, value) != filter.end();
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::must:
      return "must";
    case Level::should:
      return "should";
    case Level::may:
      return "may";
    case Level::self:
      return "self";
  }
  return "unknown";
}

namespace {

/// "Rows of group F that expect reject are equally satisfied by refuse" (chain-cases.md 1.1).
void allow_refusals(CheckSpec& spec) {
  if (spec.group != "identity") return;
  const auto allow = [](ProbePlan& plan) {
    plan.expect.refusal_suffices = plan.expect.outcome == probe::Outcome::reject;
  };
  if (auto* plan = std::get_if<ProbePlan>(&spec.plan)) allow(*plan);
  if (auto* cases = std::get_if<CasesPlan>(&spec.plan)) {
    for (auto& one : cases->cases) allow(one.plan);
  }
}

}  // namespace

const std::vector<CheckSpec>& catalogue() {
  static const std::vector<CheckSpec> all = [] {
    std::vector<CheckSpec> specs;
    for (auto* group : {client_chain_specs, rejection_specs, server_chain_specs, revocation_specs,
                        reload_specs, outlived_specs, distribution_point_specs, staple_specs,
                        request_specs, server_choice_specs, client_ocsp_specs, tls_protocol_specs,
                        websocket_specs, identity_specs, dtls_specs}) {
      auto some = group();
      std::ranges::move(some, std::back_inserter(specs));
    }
    std::ranges::for_each(specs, allow_refusals);
    // One source may hold rows of several sections: the order is the catalogue's.
    std::ranges::sort(specs, {}, [](const CheckSpec& spec) { return find_row(spec.id); });
    std::vector<CheckSpec> ordered{descriptor_spec()};
    std::ranges::move(emqx_guide(), std::back_inserter(ordered));
    std::ranges::move(specs, std::back_inserter(ordered));
    return ordered;
  }();
  return all;
}

Result<std::vector<const CheckSpec*>> select(const Selection& selection) {
  if (auto known = all_known(selection.groups, &CheckSpec::group, "group"); !known) {
    return known.error();
  }
  if (auto known = all_known(selection.ids, &CheckSpec::id, "id"); !known) return known.error();
  std::vector<const CheckSpec*> rows;
  for (const auto& spec : catalogue()) {
    if (lets_through(selection.groups, spec.group) && lets_through(selection.ids, spec.id) &&
        (spec.core || !selection.core_only) &&
        (!spec.slow || selection.slow || !selection.ids.empty())) {
      rows.push_back(&spec);
    }
  }
  return rows;
}

}  // namespace handfast::check
