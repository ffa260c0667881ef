// Name constraints that the leaf breaks, and policies that it lacks (RFC 5280 sections 4.2.1.10,
// 4.2.1.11 and 6.1).
#include <string>

#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki::detail {

namespace {

/// An authority that permits or forbids one subtree which a leaf of the customary lab names breaks.
Recipe constrained(std::string name, std::string what, bool permit, Subtree subtree) {
  return {.about = {.name = std::move(name),
                    .what = std::move(what),
                    .claims = {DefectKind::name_constraint_violated},
                    .target = MutationTarget::authority},
          .prepare = [permit, subtree = std::move(subtree)](Job& job) {
            auto& constraints = job.spec.constraints;
            (permit ? constraints.permit : constraints.forbid).push_back(subtree);
          }};
}

/// The authority's own organization: what its leaves customarily share with it.
void forbid_own_organization(Job& job) {
  Subject shared = job.spec.subject;
  shared.common_name.clear();
  shared.more.clear();
  if (shared.empty()) {
    job.problem = usage_problem(
        "the mutation \"nc-forbid-dir\" needs a subject beyond the common "
        "name");
    return;
  }
  job.spec.constraints.forbid.push_back({SubtreeKind::directory, to_string(shared)});
}

Recipes violated() {
  using enum SubtreeKind;
  return {
      constrained("nc-permit-dns",
                  "permits DNS names of elsewhere.invalid only (RFC 5280 section "
                  "6.1.3 (b))",
                  true, {dns, "elsewhere.invalid"}),
      constrained("nc-permit-ip",
                  "permits addresses of 192.0.2.0/24 only (RFC 5280 section 6.1.3 "
                  "(b))",
                  true, {ip, "192.0.2.0/24"}),
      constrained("nc-permit-email",
                  "permits mail addresses at elsewhere.invalid only (RFC 5280 "
                  "section 6.1.3 (b))",
                  true, {email, "elsewhere.invalid"}),
      constrained("nc-permit-uri",
                  "permits URIs of elsewhere.invalid only (RFC 5280 section 6.1.3 "
                  "(b))",
                  true, {uri, "elsewhere.invalid"}),
      constrained("nc-permit-dir",
                  "permits subjects of another organization only (RFC 5280 section "
                  "6.1.3 (b))",
                  true, {directory, "O=elsewhere"}),
      constrained("nc-forbid-dns", "forbids DNS names below test (RFC 5280 section 6.1.3 (c))",
                  false, {dns, "test"}),
      constrained("nc-forbid-ip", "forbids addresses of 127.0.0.0/8 (RFC 5280 section 6.1.3 (c))",
                  false, {ip, "127.0.0.0/8"}),
      constrained("nc-forbid-email",
                  "forbids mail addresses below test (RFC 5280 section 6.1.3 "
                  "(c))",
                  false, {email, ".test"}),
      constrained("nc-forbid-uri", "forbids URIs below test (RFC 5280 section 6.1.3 (c))", false,
                  {uri, ".test"}),
      {.about = {.name = "nc-forbid-dir",
                 .what = "forbids subjects of its own organization (RFC 5280 section 6.1.3 (c))",
                 .claims = {DefectKind::name_constraint_violated},
                 .target = MutationTarget::authority},
       .prepare = forbid_own_organization},
  };
}

Recipes misplaced() {
  using enum DefectKind;
  return {
      {.about = {.name = "nc-leaf",
                 .what = "name constraints in an end entity's certificate (RFC 5280 section "
                         "4.2.1.10)",
                 .claims = {name_constraints_on_leaf}},
       .prepare =
           [](Job& job) {
             job.spec.constraints.permit.push_back({SubtreeKind::dns, "elsewhere.invalid"});
           }},
      {.about = {.name = "nc-not-critical",
                 .what = "name constraints that are not critical (RFC 5280 section 4.2.1.10)",
                 .claims = {name_constraints_not_critical},
                 .target = MutationTarget::authority},
       .prepare =
           [](Job& job) {
             job.spec.constraints.forbid.push_back({SubtreeKind::dns, "elsewhere.invalid"});
           },
       .edit = [](CertificateTree& tree,
                  Job&) { set_critical(tree, oid::name_constraints, false); }},
      {.about = {.name = "policy-required",
                 .what =
                     "an authority requires an explicit policy, and nobody states one (RFC 5280 "
                     "section 6.1.5 (g))",
                 .claims = {policy_missing},
                 .target = MutationTarget::authority,
                 .openssl = "looks at policies with X509_V_FLAG_POLICY_CHECK only"},
       .prepare = [](Job& job) { job.spec.require_explicit_policy = 0; }},
  };
}

}  // namespace

Recipes constraint_recipes() {
  auto out = violated();
  for (auto& recipe : misplaced()) out.push_back(std::move(recipe));
  return out;
}

}  // namespace handfast::pki::detail
