// Group B, the rows that a connection of our own client decides: which trust and which names accept
// the chain that the broker presents. What only looks at the chain is in server_audit.cpp.
#include <algorithm>

#include "core/tls/openssl.hpp"
#include "harness/check/chain_rows.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/server_audit.hpp"

namespace handfast::check {

namespace {

/// One connection: which server list, whose trust and host name, and whether our client accepts.
struct Dial {
  std::string_view row;
  std::string_view name;      ///< of the case; empty: the row has one
  std::string_view listener;  ///< "one", or with a server list of its own
  std::string_view fixture;   ///< whose trust and host the client takes
  bool accepted = true;
  bool partial_chain = false;
  bool without_sni = false;
  int verify_code = 0;  ///< of our refusal; 0: any
};

constexpr Dial dials[] = {
    {.row = "server-chain-file-with-root",
     .listener = "one@server-chain-file-with-root",
     .fixture = "server-chain-file-with-root"},
    {.row = "server-trust-root-only", .listener = "one", .fixture = "server-trust-root-only"},
    {.row = "server-trust-root-and-second",
     .listener = "one",
     .fixture = "server-trust-root-and-second"},
    {.row = "server-trust-second-only",
     .listener = "one",
     .fixture = "server-trust-second-only",
     .partial_chain = true},
    {.row = "server-trust-second-only-strict",
     .listener = "one",
     .fixture = "server-trust-second-only-strict",
     .accepted = false,
     .verify_code = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT},
    {.row = "server-trust-second-leaf-only-sent",
     .listener = "one@server-trust-second-leaf-only-sent",
     .fixture = "server-trust-second-leaf-only-sent",
     .partial_chain = true},
    {.row = "server-trust-wrong-root",
     .listener = "one",
     .fixture = "server-trust-wrong-root",
     .accepted = false},
    {.row = "server-san-dns", .listener = "one", .fixture = "server-san-dns"},
    {.row = "server-san-ip", .name = "v4", .listener = "one", .fixture = "server-san-ip/v4"},
    {.row = "server-san-ip", .name = "v6", .listener = "one", .fixture = "server-san-ip/v6"},
    {.row = "server-san-case", .listener = "one", .fixture = "server-san-case"},
    {.row = "server-san-wildcard",
     .name = "one label",
     .listener = "one@server-san-wildcard/one",
     .fixture = "server-san-wildcard/one"},
    {.row = "server-san-wildcard",
     .name = "two labels",
     .listener = "one@server-san-wildcard/one",
     .fixture = "server-san-wildcard/two",
     .accepted = false,
     .verify_code = X509_V_ERR_HOSTNAME_MISMATCH},
    {.row = "server-san-mismatch",
     .listener = "one",
     .fixture = "server-san-mismatch",
     .accepted = false,
     .verify_code = X509_V_ERR_HOSTNAME_MISMATCH},
    {.row = "server-sni-absent",
     .listener = "one",
     .fixture = "server-sni-absent",
     .without_sni = true},
    {.row = "server-rsa-both-versions",
     .listener = "one@server-rsa-both-versions",
     .fixture = "server-rsa-both-versions"},
    {.row = "server-cn-only",
     .listener = "one@server-cn-only",
     .fixture = "server-cn-only",
     .accepted = false,
     .verify_code = X509_V_ERR_HOSTNAME_MISMATCH},
};

ProbePlan plan_of_dial(const Dial& dial, Level level) {
  ProbePlan plan;
  auto& stimulus = plan.stimulus;
  stimulus.listener = dial.listener;
  stimulus.trust = dial.fixture;
  stimulus.host_of = dial.fixture;
  stimulus.partial_chain = dial.partial_chain;
  stimulus.server_name_indication = !dial.without_sni;
  plan.each_version = true;
  if (dial.accepted) {
    plan.expect.judges_server_chain = level != Level::self;
    return plan;
  }
  plan.expect.outcome = probe::Outcome::reject;
  plan.expect.by = Rejecter::our_client;
  if (dial.verify_code != 0) plan.expect.verify_codes = {dial.verify_code};
  if (dial.listener == "one") plan.twin = stimulus_for("one");
  return plan;
}

CheckSpec dial_spec(const Row& row) {
  CasesPlan cases;
  for (const auto& dial : dials) {
    if (dial.row != row.id) continue;
    cases.cases.push_back({.name = std::string(dial.name), .plan = plan_of_dial(dial, row.level)});
  }
  return spec_of_row(row.id, plan_of_cases(std::move(cases)));
}

}  // namespace

std::vector<CheckSpec> server_chain_specs() {
  std::vector<CheckSpec> specs;
  for (const auto& row : rows()) {
    if (row.group != "server-chain") continue;
    if (auto audit = server_audit_spec(row)) {
      specs.push_back(std::move(*audit));
      continue;
    }
    const bool dialled =
        std::ranges::any_of(dials, [&](const Dial& dial) { return dial.row == row.id; });
    if (dialled) specs.push_back(dial_spec(row));
  }
  return specs;
}

}  // namespace handfast::check
