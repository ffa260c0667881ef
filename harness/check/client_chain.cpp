// Group A: what a broker makes of a client's certificate list. Nearly every row is a minted list
// (pki/faults/fixtures.hpp) and what the catalogue expects of it; the tables below hold what
// differs: the trust file, the engine that can send it, the TLS version.
#include <algorithm>
#include <array>

#include "harness/check/chain_rows.hpp"
#include "harness/check/profiles.hpp"
#include "pki/faults/fixtures.hpp"

namespace handfast::check {

namespace {

using pki::Expect;
using tls::Mutation;

/// Lists that are judged by another trust file than R alone: the fixture that brings the file, and
/// the client that is accepted there anyway (empty: nobody is).
struct TrustFile {
  std::string_view fixtures;  ///< id, or the row's id for all its lists
  std::string_view trust;
  std::string_view twin;
};

constexpr std::string_view rsa_twin = "client-chain-good/rsa";
constexpr std::string_view partial_good = "client-inter-anchor-partial/L+I";
constexpr std::string_view anchor_i = "client-inter-anchor-strict/L+I";

constexpr TrustFile trust_files[] = {
    {"client-chain-good/rsa", rsa_twin, rsa_twin},
    {"client-alg-rsa2048", rsa_twin, rsa_twin},
    {"client-alg-mixed", rsa_twin, rsa_twin},
    {"client-alg-md5", rsa_twin, rsa_twin},
    {"client-leaf-only-bundle-trust", "client-leaf-only-bundle-trust", good_client_fixture},
    {"client-int-renewed-same-key", "client-leaf-only-bundle-trust", good_client_fixture},
    {"client-int-renewed-new-key", "client-int-renewed-new-key", good_client_fixture},
    {"client-self-signed-pinned", "client-self-signed-pinned", good_client_fixture},
    {"client-two-anchors", "client-two-anchors/old", good_client_fixture},
    {"client-trust-file-shape", "client-trust-file-shape", good_client_fixture},
    {"client-root-expired-anchor", "client-root-expired-anchor", {}},
    {"client-inter-anchor-strict", anchor_i, {}},
    {"client-inter-anchor-partial", partial_good, partial_good},
    {"client-partial-sibling", "client-partial-sibling", partial_good},
    {"client-partial-file-order/I,R", "client-partial-file-order/I,R", {}},
    {"client-partial-file-order/R,I", "client-partial-file-order/R,I", {}},
    {"client-partial-two-anchors", "client-partial-two-anchors/old", {}},
    {"client-int-renewed-new-key-only", "client-int-renewed-new-key-only",
     "client-partial-two-anchors/new"},
    {"client-alg-rsa-pss-key/salt-32", "client-alg-rsa-pss-key/salt-32", {}},
    {"client-alg-rsa-pss-key/salt-20", "client-alg-rsa-pss-key/salt-20", {}},
    {"client-alg-sha1/leaf", "client-alg-sha1/leaf", {}},
    {"client-alg-sha1/int", "client-alg-sha1/int", {}},
    {"client-alg-sha1/root", "client-alg-sha1/root", {}},
};

/// Rows whose bytes our own TLS 1.3 client alone sends: it bends the good client's flight.
struct Bent {
  std::string_view id;
  Mutation mutation;
};

constexpr Bent bent_rows[] = {
    {"client-der-trailing", Mutation::certificate_trailing},
    {"client-der-truncated", Mutation::certificate_truncated},
    {"client-entry-empty", Mutation::certificate_empty_entry},
    {"client-list-length-lie", Mutation::certificate_list_too_long},
    {"client-context-nonempty", Mutation::certificate_context},
    {"client-cv-tampered", Mutation::verify_flipped},
    {"client-cv-missing", Mutation::verify_missing},
    {"client-cv-scheme-unoffered", Mutation::verify_scheme_not_asked},
    {"client-cv-pkcs1-in-13", Mutation::verify_pkcs1},
};

/// Rows that a listener must be able to do something for.
struct Needs {
  std::string_view id;
  std::string_view capability;
};

constexpr Needs needs[] = {
    {"client-none-optional", "mtls=optional"},
    {"client-bad-optional", "mtls=optional"},
    {"client-dates-unchecked-option", "mtls.no_date_checks"},
    {"client-inter-anchor-partial", "mtls.partial"},
    {"client-partial-sibling", "mtls.partial"},
    {"client-partial-file-order", "mtls.partial"},
    {"client-partial-two-anchors", "mtls.partial"},
    {"client-int-renewed-new-key-only", "mtls.partial"},
    {"client-eku-policy", "mtls.eku_policy"},
    {"client-depth-at-limit", "mtls.depth"},
    {"client-depth-over-limit", "mtls.depth"},
};

/// Lists that are played by a script, whatever was minted for them.
constexpr std::string_view not_by_list[] = {"client-expires-while-connected"};

/// Lists of a must row that weigh less (chain-cases.md A3).
constexpr std::string_view only_should[] = {"client-inter-anchor-partial/L",
                                            "client-inter-anchor-partial/L+I+R"};

/// A client with a certificate ready, where nobody may ask for it.
constexpr std::string_view on_oneway = "client-cert-on-oneway";

template <typename Table>
auto find_entry(const Table& table, std::string_view id) {
  const auto* found = std::ranges::find(table, id, [](const auto& entry) { return entry.id; });
  return found == std::end(table) ? nullptr : found;
}

const TrustFile* trust_file_of(const pki::FixtureInfo& fixture) {
  const auto* found = std::ranges::find_if(trust_files, [&](const TrustFile& entry) {
    return entry.fixtures == fixture.id || entry.fixtures == fixture.row();
  });
  return found == std::end(trust_files) ? nullptr : found;
}

/// Keys and digests that our own library withholds below security level 1 and up.
bool is_weak(const pki::FixtureInfo& fixture) { return fixture.group == "A7"; }

void set_versions(ProbePlan& plan, const Row& row) {
  if (row.id == "client-alg-dsa") {
    plan.only_version = tls::Version::tls1_2;
  } else if (row.id == "client-chain-leaf-second") {
    plan.only_version = tls::Version::tls1_3;  // our own engine sends it
  } else {
    plan.each_version = true;
  }
}

ProbePlan plan_of(const pki::FixtureInfo& fixture, const Row& row) {
  std::string listener = row.needs == "mtls-opt" ? "mtls-opt" : "mtls";
  std::string twin(good_client_fixture);
  if (const auto* file = trust_file_of(fixture)) {
    listener += "@" + std::string(file->trust);
    twin = file->twin;
  }
  ProbePlan plan;
  if (fixture.id == on_oneway) listener = "one";
  plan.stimulus = stimulus_for(listener, fixture.id);
  plan.expect.no_certificate_request = fixture.id == on_oneway;
  plan.stimulus.weak_material = is_weak(fixture);
  if (row.id == "client-chain-leaf-second") plan.stimulus.engine = tls::EngineKind::native;
  if (row.sent.starts_with("empty Certificate")) plan.stimulus.identity.clear();
  if (fixture.id == on_oneway) {
    plan.twin = stimulus_for(listener);
  } else if (!twin.empty() && twin != fixture.id) {
    plan.twin = stimulus_for(listener, twin);
    plan.twin->weak_material = plan.stimulus.weak_material;
  }
  if (fixture.expect == Expect::reject) plan.expect = rejection_of(row);
  plan.expect.either = fixture.expect == Expect::either;
  if (std::ranges::find(only_should, fixture.id) != std::end(only_should)) {
    plan.expect.level = Level::should;
  }
  plan.each_mode = true;
  plan.negative_control = row.id == "client-none-required" || row.id == "client-chain-wrong-root";
  set_versions(plan, row);
  return plan;
}

Plan plan_of_lists(const Row& row, const std::vector<const pki::FixtureInfo*>& lists) {
  CasesPlan cases;
  for (const auto* list : lists) {
    cases.cases.push_back(
        {.name = list->id.substr(list->id.find('/') + 1), .plan = plan_of(*list, row)});
  }
  return plan_of_cases(std::move(cases));
}

Plan bent_plan(const Row& row, Mutation mutation) {
  const bool rsa = mutation == Mutation::verify_pkcs1;
  const std::string listener = rsa ? "mtls@" + std::string(rsa_twin) : "mtls";
  const std::string client(rsa ? rsa_twin : good_client_fixture);
  ProbePlan plan;
  plan.twin = stimulus_for(listener, client);
  plan.stimulus = *plan.twin;
  plan.stimulus.engine = tls::EngineKind::native;
  plan.stimulus.mutation = mutation;
  plan.expect = rejection_of(row);
  plan.each_mode = true;
  plan.only_version = tls::Version::tls1_3;
  return plan;
}

CheckSpec row_spec(const Row& row, Plan plan) {
  auto spec = spec_of_row(row.id, std::move(plan));
  if (const auto* need = find_entry(needs, row.id))
    spec.capabilities.emplace_back(need->capability);
  return spec;
}

}  // namespace

std::vector<CheckSpec> client_chain_specs() {
  std::vector<CheckSpec> specs;
  for (const auto& row : rows()) {
    if (row.group != "client-chain") continue;
    if (const auto* bent = find_entry(bent_rows, row.id)) {
      specs.push_back(row_spec(row, bent_plan(row, bent->mutation)));
      continue;
    }
    if (std::ranges::find(not_by_list, row.id) != std::end(not_by_list)) continue;
    std::vector<const pki::FixtureInfo*> lists;
    for (const auto& fixture : pki::Fixtures::list()) {
      if (fixture.row() == row.id) lists.push_back(&fixture);
    }
    if (!lists.empty()) specs.push_back(row_spec(row, plan_of_lists(row, lists)));
  }
  auto health = spec_of_row("client-reject-then-serve");
  health.plan = HealthPlan{};
  specs.push_back(std::move(health));
  return specs;
}

}  // namespace handfast::check
