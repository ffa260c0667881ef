// Group E, the rows that CRL files alone make: one listener for each set, the set's own client.
#include <algorithm>

#include "harness/check/chain_rows.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/spare_start.hpp"
#include "harness/check/tls_protocol/talk.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "pki/audit/revocation_fixtures.hpp"

namespace handfast::check {

namespace {

/// What the catalogue expects of each set (pki/audit/revocation_fixtures.hpp mints them).
struct Set {
  std::string_view id;
  pki::Expect expect;
};

using enum pki::Expect;

constexpr Set sets[] = {
    {"crl-good", accept},
    {"crl-revoked-leaf", reject},
    {"crl-revoked-intermediate", reject},
    {"crl-empty-list", accept},
    {"crl-missing-for-issuer", either},
    {"crl-expired", either},
    {"crl-not-yet-valid", either},
    {"crl-bad-signature", either},
    {"crl-forged-beside-good", reject},
    {"crl-old-and-new", reject},
    {"crl-no-crlsign", either},
    {"crl-many-in-file", reject},
    {"crl-same-serial-other-issuer", accept},
    {"crl-large/good", accept},
    {"crl-large/revoked", reject},
};

bool belongs_to(const Set& set, std::string_view row) {
  return set.id == row || (set.id.starts_with(row) && set.id.substr(row.size()).starts_with('/'));
}

ProbePlan plan_of_set(const Set& set, const Row& row, const std::string& profile = "mtls-crl") {
  const auto listener = profile + "@" + std::string(set.id);
  ProbePlan plan;
  plan.stimulus = stimulus_for(listener, std::string(set.id));
  plan.each_version = plan.each_mode = true;
  plan.expect.either = set.expect == either;
  if (set.expect != reject) return plan;
  plan.expect = rejection_of(row);
  // Every set has one client: the control is another set's.
  plan.twin = stimulus_for(profile + "@crl-good", "crl-good");
  return plan;
}

const std::string der_set = "crl-der-file";
const std::string der_control = "mtls-crl@crl-good";

/// A broker may refuse such a file and not start, so it is one of its own.
ScriptEvidence start_with_der(Bench& bench) {
  ScriptEvidence evidence;
  const auto listener = "mtls-crl@" + der_set;
  const auto spare =
      start_spare(bench, evidence, std::string(der_file_start), listener, "mtls-crl@crl-good");
  if (spare == nullptr) return evidence;
  tls_protocol::TalkOptions options;
  options.listener = der_control;  // whose login is the same
  options.endpoint = spare->endpoint(listener);
  options.identity = der_set;
  evidence.steps.push_back(tls_protocol::whole_connection(bench, std::string(der_file_client),
                                                          std::move(options), evidence));
  return evidence;
}

CheckSpec der_file_spec() {
  ScriptPlan plan;
  plan.listeners = {der_control};
  plan.twin_identity = "crl-good";
  plan.identities = {der_set};
  plan.drive = start_with_der;
  plan.judge = judge_der_file;
  auto spec = spec_of_row(der_set, std::move(plan));
  spec.capabilities = {"crl.file", "oob.restart"};
  return spec;
}

CheckSpec revoked_on_wss() {
  constexpr Set set{"crl-revoked-leaf", reject};
  const auto* row = find_row("crl-on-wss");
  auto spec = spec_of_row(row->id, plan_of_set(set, *row, "wss-crl"));
  spec.capabilities = {"crl.file", "wss"};
  return spec;
}

}  // namespace

Judgement judge_der_file(Level level, const ScriptEvidence& evidence) {
  if (auto decided = tls_protocol::judge_circumstances(evidence)) return *decided;
  if (evidence.steps.empty())
    return {.verdict = reports::Verdict::error, .reason = "nothing was played"};
  const auto& start = evidence.steps.front();
  if (start.outcome == probe::Outcome::reject) {
    return {.verdict = reports::Verdict::pass,
            .observed = start.detail,
            .reason = "the broker does not start with a file that it cannot read"};
  }
  const auto& client = evidence.steps.back();
  // Silence would be worse than any refusal (chain-cases.md, crl-der-file).
  const auto weight = client.outcome == probe::Outcome::accept ? Level::must : level;
  return tls_protocol::judge_rejection(weight, client, {});
}

std::vector<CheckSpec> revocation_specs() {
  std::vector<CheckSpec> specs;
  specs.push_back(der_file_spec());
  for (const auto& row : rows()) {
    CasesPlan cases;
    for (const auto& set : sets) {
      if (!belongs_to(set, row.id)) continue;
      const auto slash = set.id.find('/');
      cases.cases.push_back(
          {.name = std::string(slash == std::string_view::npos ? set.id : set.id.substr(slash + 1)),
           .plan = plan_of_set(set, row)});
    }
    if (cases.cases.empty()) continue;
    auto spec = spec_of_row(row.id, plan_of_cases(std::move(cases)));
    spec.capabilities = {"crl.file"};
    if (row.id == "crl-revoked-intermediate" || row.id == "crl-many-in-file") {
      spec.weaker_without = {.capability = "crl.scope=chain", .level = Level::should};
    }
    specs.push_back(std::move(spec));
  }
  specs.push_back(revoked_on_wss());
  return specs;
}

}  // namespace handfast::check
