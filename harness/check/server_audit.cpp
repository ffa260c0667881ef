#include "harness/check/server_audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>

#include "core/tls/openssl.hpp"
#include "harness/check/chain_rows.hpp"
#include "harness/check/judge_trial.hpp"
#include "harness/check/profiles.hpp"
#include "harness/probe/fetch_chain.hpp"
#include "pki/audit/defects.hpp"

namespace handfast::check {

namespace {

using pki::DefectKind;
using reports::Verdict;

using AuditJudge = Judgement (*)(Level, const ScriptEvidence&);

/// One row: where it looks and how it judges.
struct AuditRow {
  std::string_view id;
  std::string_view listener;
  std::string_view other_listener;  ///< empty: one is enough
  AuditJudge judge;
};

Judgement judge_expiry_now(Level level, const ScriptEvidence& evidence) {
  return judge_expiry(
      level, evidence,
      std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now()));
}

constexpr AuditRow audit_rows[] = {
    {"server-chain-full", "one", {}, judge_presented_exactly},
    {"server-chain-root-omitted", "one", {}, judge_root_omitted},
    {"server-chain-two-int", "one@server-chain-two-int", {}, judge_presented_exactly},
    {"server-chain-order", "one@server-chain-order/two", {}, judge_order},
    {"server-chain-file-misordered", "one@server-chain-file-misordered", {}, judge_order},
    {"server-chain-split-files", "one-split@server-chain-split-files", {}, judge_report_list},
    {"server-chain-same-everywhere", "one", "wss-one", judge_same_everywhere},
    {"server-cert-fields", "one", {}, judge_fields},
    {"server-key-strength", "one", {}, judge_key_strength},
    {"server-cert-expiry-window", "one", {}, judge_expiry_now},
};

const std::vector<Bytes>& presented(const ScriptEvidence& evidence) { return evidence.lists.at(2); }

std::string counted(const std::vector<Bytes>& list) {
  return fmt::format("{} certificate{} presented", list.size(), list.size() == 1 ? "" : "s");
}

Judgement audit_says(Verdict verdict, const std::vector<Bytes>& list, std::string reason) {
  return {.verdict = verdict, .observed = counted(list), .reason = std::move(reason)};
}

/// The first of `kinds` that our own verifier finds in what was presented.
std::optional<pki::Defect> defect_among(const ScriptEvidence& evidence,
                                        std::initializer_list<DefectKind> kinds) {
  pki::AuditOptions options;
  options.purpose = pki::Purpose::server;
  options.at = std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
  for (auto& defect : pki::find_defects(presented(evidence), evidence.lists.at(1), options)) {
    if (std::ranges::find(kinds, defect.kind) != kinds.end()) return std::move(defect);
  }
  return std::nullopt;
}

Judgement judge_defects(Level level, const ScriptEvidence& evidence,
                        std::initializer_list<DefectKind> kinds, std::string_view good) {
  if (const auto defect = defect_among(evidence, kinds)) {
    return audit_says(contrary(level), presented(evidence), defect->sentence);
  }
  return audit_says(Verdict::pass, presented(evidence), std::string(good));
}

Step step_of(const std::string& listener, const Result<probe::FetchedChain>& fetched) {
  Step step;
  step.what = "chain of " + listener;
  if (!fetched) {
    step.outcome = probe::Outcome::hang;
    step.detail = fetched.error().text();
    return step;
  }
  step.outcome = probe::Outcome::accept;
  step.detail = counted(fetched->chain());
  for (std::size_t i = 0; i < fetched->chain().size(); ++i) {
    step.facts.emplace_back(fmt::format("certificate {}", i),
                            fmt::format("{} bytes", fetched->chain()[i].size()));
  }
  return step;
}

/// The fixture whose list the listener has in its file.
std::string given_to(std::string_view listener) {
  const auto at = listener.find('@');
  return std::string(at == std::string_view::npos ? fixture_server : listener.substr(at + 1));
}

ScriptEvidence fetch_lists(Bench& bench, const AuditRow& row) {
  ScriptEvidence evidence;
  const std::string listener(row.listener);
  const auto given = given_to(listener);
  const auto* server = bench.materials().identity(given);
  const auto* root = bench.materials().trust(fixture_trust);
  if (server == nullptr || root == nullptr) {
    evidence.problem = "the material of " + listener + " is missing";
    return evidence;
  }
  evidence.lists = {server->list, {}};
  for (const auto* anchor : root->value.anchors()) {
    evidence.lists[1].push_back(tls::to_der(anchor));
  }
  for (const auto& name : {listener, std::string(row.other_listener)}) {
    if (name.empty()) continue;
    const auto fetched = probe::fetch_chain(bench.endpoint(name), std::string(fixture_host),
                                            bench.timeouts().handshake);
    evidence.steps.push_back(step_of(name, fetched));
    evidence.lists.push_back(fetched ? fetched->chain() : std::vector<Bytes>{});
  }
  return evidence;
}

/// A listener that showed no chain at all decides every row of this kind.
std::optional<Judgement> nothing_shown(const ScriptEvidence& evidence) {
  for (const auto& step : evidence.steps) {
    if (step.outcome == probe::Outcome::accept) continue;
    return Judgement{.verdict = Verdict::inconclusive,
                     .observed = "no chain was presented",
                     .reason = step.detail};
  }
  return std::nullopt;
}

}  // namespace

std::optional<CheckSpec> server_audit_spec(const Row& row) {
  const auto* found = std::ranges::find(audit_rows, row.id, &AuditRow::id);
  if (found == std::end(audit_rows)) return std::nullopt;
  ScriptPlan plan;
  plan.listeners.emplace_back(found->listener);
  if (!found->other_listener.empty()) plan.listeners.emplace_back(found->other_listener);
  plan.identities = {given_to(found->listener)};
  plan.drive = [found](Bench& bench) { return fetch_lists(bench, *found); };
  plan.judge = [judge = found->judge](Level level, const ScriptEvidence& evidence) {
    if (auto nothing = nothing_shown(evidence)) return *nothing;
    return judge(level, evidence);
  };
  plan.twin = found->listener == "one";
  return spec_of_row(row.id, std::move(plan));
}

Judgement judge_presented_exactly(Level level, const ScriptEvidence& evidence) {
  const auto& given = evidence.lists.at(0);
  const auto& list = presented(evidence);
  const bool begins =
      list.size() >= given.size() && std::equal(given.begin(), given.end(), list.begin());
  if (!begins) {
    const auto same = std::ranges::mismatch(given, list).in1 - given.begin();
    return audit_says(
        contrary(level), list,
        fmt::format("the list differs from the {} configured certificates at place {}",
                    given.size(), same));
  }
  if (list.size() == given.size()) {
    return audit_says(Verdict::pass, list, "exactly the configured certificates, in their order");
  }
  const bool only_root = list.size() == given.size() + 1 && !evidence.lists.at(1).empty() &&
                         list.back() == evidence.lists.at(1).front();
  if (only_root) return audit_says(Verdict::pass, list, "the configured certificates and the root");
  return audit_says(contrary(level), list,
                    "more follows the configured certificates than the root");
}

Judgement judge_root_omitted(Level, const ScriptEvidence& evidence) {
  const auto& list = presented(evidence);
  const bool sent =
      !list.empty() && !evidence.lists.at(1).empty() && list.back() == evidence.lists.at(1).front();
  if (!sent) return audit_says(Verdict::info, list, "the root is not sent");
  return audit_says(
      Verdict::info, list,
      fmt::format("the root is sent: {} bytes a handshake for nothing", list.back().size()));
}

Judgement judge_order(Level level, const ScriptEvidence& evidence) {
  return judge_defects(level, evidence, {DefectKind::chain_out_of_order, DefectKind::unknown_ca},
                       "each certificate signs the one before");
}

Judgement judge_same_everywhere(Level level, const ScriptEvidence& evidence) {
  for (std::size_t i = 3; i < evidence.lists.size(); ++i) {
    if (evidence.lists[i] == presented(evidence)) continue;
    return audit_says(contrary(level), evidence.lists[i],
                      fmt::format("{} differs from {}", evidence.steps.at(i - 2).what,
                                  evidence.steps.at(0).what));
  }
  return audit_says(Verdict::pass, presented(evidence), "every listener presents the same list");
}

Judgement judge_fields(Level level, const ScriptEvidence& evidence) {
  return judge_defects(
      level, evidence,
      {DefectKind::version_1, DefectKind::version_unknown, DefectKind::serial_not_positive,
       DefectKind::serial_too_long, DefectKind::key_usage_missing,
       DefectKind::key_usage_no_signature, DefectKind::extended_key_usage_absent,
       DefectKind::extended_key_usage_wrong},
      "version 3, serverAuth, digitalSignature, a serial as RFC 5280 wants it");
}

Judgement judge_key_strength(Level level, const ScriptEvidence& evidence) {
  return judge_defects(level, evidence,
                       {DefectKind::weak_key, DefectKind::weak_hash, DefectKind::unsupported_key},
                       "every key has 2,048 bits of RSA or 256 of a curve, and SHA-256 signs");
}

Judgement judge_expiry(Level level, const ScriptEvidence& evidence, WallTime now) {
  const auto at = std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(now));
  const tls::OpensslPtr<ASN1_TIME, ASN1_TIME_free> moment(ASN1_TIME_set(nullptr, at));
  int least = INT_MAX;
  bool short_of_time = false;
  for (const auto& der : presented(evidence)) {
    const auto* begin = der.data();
    const tls::CertificatePtr one(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
    int left = 0;
    int lifetime = 0;
    int rest = 0;
    if (!one || ASN1_TIME_diff(&left, &rest, moment.get(), X509_get0_notAfter(one.get())) != 1 ||
        ASN1_TIME_diff(&lifetime, &rest, X509_get0_notBefore(one.get()),
                       X509_get0_notAfter(one.get())) != 1) {
      return audit_says(Verdict::inconclusive, presented(evidence), "a certificate cannot be read");
    }
    constexpr int two_weeks = 14;
    least = std::min(least, left);
    short_of_time = short_of_time || left < std::min(two_weeks, lifetime / 3);
  }
  auto verdict = Verdict::pass;
  if (least < 0) {
    verdict = contrary(level);
  } else if (short_of_time) {
    verdict = Verdict::warn;
  }
  return audit_says(verdict, presented(evidence), fmt::format("{} days left at least", least));
}

Judgement judge_report_list(Level, const ScriptEvidence& evidence) {
  const auto& list = presented(evidence);
  return audit_says(Verdict::info, list,
                    list.size() > evidence.lists.at(0).size()
                        ? "the broker completes the chain from its trust file"
                        : "the broker sends its certificate file as it is");
}

}  // namespace handfast::check
