// Chains of the two-tier PKI, "root ◄ second ◄ leaf":
//
//     verifier's trust file   peer sends leaf      peer sends leaf + second
//     root                    refuse               ok
//     root and second         ok                   ok
//     second alone            refuse, or ok where an intermediate may be an anchor
//
// The outcomes are measured for OpenSSL 3.0 and mosquitto 2.0.11. RFC 5280 section 6.1 lets a
// verifier take any certificate as trust anchor, so the last line is the stack's own choice: level
// `may` for a broker we do not know, `should` for mosquitto, which we do.
#include "harness/check/emqx_trust.hpp"

#include <fmt/format.h>

#include "core/tls/openssl.hpp"
#include "harness/check/chain_alerts.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;

/// One cell of the table above.
struct Cell {
  std::string_view trust;     ///< root, merged, second: as the ids spell it
  std::string_view material;  ///< the same as Materials spell it
  bool leaf_only;
  bool partial_chain;
  bool accepted;
};

constexpr Cell cells[] = {
    {"root", "root", true, false, false},     {"root", "root", false, false, true},
    {"merged", "cacert", true, false, true},  {"merged", "cacert", false, false, true},
    {"second", "second", true, false, false}, {"second", "second", false, false, false},
    {"second", "second", true, true, true},   {"second", "second", false, true, true},
};

std::string sent(const Cell& cell) { return cell.leaf_only ? "leaf" : "chain"; }

std::string trust_words(const Cell& cell) {
  if (cell.trust == "root") return "the root";
  if (cell.trust == "merged") return "root and second CA";
  return "the second CA alone";
}

std::string sent_words(const Cell& cell) {
  return cell.leaf_only ? "its leaf alone" : "leaf and second CA";
}

CheckSpec matrix_row(const Cell& cell, const std::string& verifier) {
  CheckSpec spec;
  spec.id = fmt::format("emqx-trust-{}-{}-{}{}", verifier, cell.trust, sent(cell),
                        cell.partial_chain ? "-partial" : "");
  spec.group = "emqx-guide";
  spec.two_tier = true;
  spec.reference = cell.trust == "second" ? "RFC 5280 section 6.1; X509_V_FLAG_PARTIAL_CHAIN"
                                          : "RFC 5280 section 6.1; RFC 8446 section 4.4.2";
  spec.quote =
      cell.leaf_only
          ? "A prospective path holds only if \"certificate 1 is issued by the trust anchor\""
          : "\"Each following certificate SHOULD directly certify the one immediately preceding "
            "it.\"";
  return spec;
}

std::string broker_listener(const Cell& cell) {
  if (cell.trust == "root") return "tls-two-way";
  return fmt::format("tls-two-way@{}", cell.trust);
}

CheckSpec broker_row(const Cell& cell) {
  auto spec = matrix_row(cell, "broker");
  spec.title = fmt::format("A broker that trusts {} {} a client that sends {}", trust_words(cell),
                           cell.accepted ? "accepts" : "rejects", sent_words(cell));
  spec.expected = cell.accepted ? "accept" : "reject, alert unknown_ca (48)";
  if (cell.trust == "second") {
    spec.level = Level::may;
    spec.level_on = {{"mosquitto", Level::should}};
  }
  ProbePlan plan;
  plan.stimulus.listener = broker_listener(cell);
  plan.stimulus.identity = "client";
  plan.stimulus.leaf_only = cell.leaf_only;
  plan.each_mode = plan.each_version = true;
  if (!cell.accepted) {
    plan.expect.outcome = Outcome::reject;
    plan.expect.alerts_tls13 = plan.expect.alerts_tls12 = chain_alerts({alert::unknown_ca});
    plan.twin = plan.stimulus;
    if (cell.trust == "root") {
      plan.twin->leaf_only = false;
    } else {
      plan.twin->listener = "tls-two-way@merged";
    }
  }
  return with_plan(std::move(spec), std::move(plan));
}

CheckSpec client_row(const Cell& cell) {
  auto spec = matrix_row(cell, "client");
  spec.title = fmt::format("A client that trusts {}{} {} a broker that sends {}", trust_words(cell),
                           cell.partial_chain ? " (partial chain on)" : "",
                           cell.accepted ? "accepts" : "refuses", sent_words(cell));
  // The broker is judged where it has to send its intermediate; elsewhere our own verifier is.
  spec.level = cell.accepted && !cell.leaf_only && !cell.partial_chain ? Level::must : Level::self;
  spec.expected = cell.accepted ? "accept" : "our client refuses, alert unknown_ca (48) sent";
  ProbePlan plan;
  plan.stimulus.listener = cell.leaf_only ? "tls@leaf" : "tls";
  plan.stimulus.trust = cell.material;
  plan.stimulus.partial_chain = cell.partial_chain;
  plan.expect.server_chain_length = cell.leaf_only ? 1 : 2;
  plan.expect.judges_server_chain = spec.level == Level::must;
  if (!cell.accepted) {
    plan.expect.outcome = Outcome::reject;
    plan.expect.by = Rejecter::our_client;
    plan.expect.alerts_tls13 = {alert::unknown_ca};
    // "local issuer" when nothing in the trust file fits, "issuer" when an intermediate of it does.
    plan.expect.verify_codes = {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT};
    plan.twin = plan.stimulus;
    plan.twin->trust = cell.leaf_only ? "cacert" : "root";
  }
  return with_plan(std::move(spec), std::move(plan));
}

}  // namespace

std::vector<CheckSpec> emqx_trust_matrix() {
  std::vector<CheckSpec> rows;
  for (const auto& cell : cells) {
    // Whether a broker takes an intermediate as anchor is its own option; mosquitto has none.
    if (!cell.partial_chain) rows.push_back(broker_row(cell));
  }
  for (const auto& cell : cells) rows.push_back(client_row(cell));
  return rows;
}

}  // namespace handfast::check
