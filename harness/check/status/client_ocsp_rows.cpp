// OCSP answers about clients, which a broker asks for itself.
#include "harness/check/chain_rows.hpp"
#include "harness/check/status/moves.hpp"
#include "harness/check/status/rows.hpp"
#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check {

namespace {

using pki::OcspVariant;
using probe::Outcome;
using status::client_step;
using status::plant;
using tls_protocol::Expect;
using tls_protocol::FactWant;
using tls_protocol::left_out;
using tls_protocol::Move;

const std::string ocsp_listener = "mtls-ocsp";
const LeafWishes with_responder{.ocsp = true};

CheckSpec client_ocsp_row(const std::string& id, std::vector<Move> moves) {
  return status::status_row(id, ocsp_listener, "ocsp.client", std::move(moves));
}

/// What becomes of a client about whom the responder says the truth, or something else.
Step told(Bench& bench, ScriptEvidence& evidence, bool revoked, OcspVariant variant) {
  auto made = plant(bench, evidence, "ocsp", with_responder);
  if (!made) return {};
  std::vector<const X509*> listed;
  if (revoked) listed.push_back(made->leaf.certificate.get());
  if (!status::went_well(made->branch.answer_ocsp(listed, std::chrono::hours(1)), evidence)) {
    return {};
  }
  const auto& path = made->branch.ocsp_path();
  if (variant != OcspVariant::none) {
    bench.materials().status->site().set_faults(path, responder::Faults{.ocsp = variant});
  }
  auto step = client_step(bench, evidence, ocsp_listener, made->leaf);
  const auto asked = status::requests_for(bench, path);
  step.facts.emplace_back("responder asked", asked > 0 ? "yes" : "no");
  return step;
}

std::function<Step(Bench&, ScriptEvidence&)> telling(bool revoked, OcspVariant variant) {
  return [revoked, variant](Bench& bench, ScriptEvidence& evidence) {
    return told(bench, evidence, revoked, variant);
  };
}

CheckSpec client_revoked() {
  const FactWant asked{.name = "responder asked",
                       .values = {"yes"},
                       .otherwise = "nobody asked the responder that the certificate names"};
  return client_ocsp_row("ocsp-client-revoked",
                         {{.what = "the responder says good",
                           .play = telling(false, OcspVariant::none),
                           .facts = {asked}},
                          {.what = "the responder says revoked",
                           .play = telling(true, OcspVariant::none),
                           .expect = Expect::reject,
                           .alerts = rejection_of(*find_row("ocsp-client-revoked")).alerts_tls13,
                           .facts = {asked}}});
}

Step no_word(Bench& bench, ScriptEvidence& evidence, const responder::Faults& faults) {
  auto made = plant(bench, evidence, "ocsp-down", with_responder);
  if (!made) return {};
  bench.materials().status->site().set_faults(made->branch.ocsp_path(), faults);
  return status::undecided_client_step(bench, evidence, ocsp_listener, made->leaf);
}

Move no_word_move(std::string what, const responder::Faults& faults) {
  Move move;
  move.what = std::move(what);
  move.play = [faults](Bench& bench, ScriptEvidence& evidence) {
    return no_word(bench, evidence, faults);
  };
  move.expect = Expect::any;
  move.facts = status::undecided_wants();
  return move;
}

CheckSpec client_unknown() {
  return client_ocsp_row(
      "ocsp-client-unknown-down",
      {no_word_move("the responder says unknown", {.ocsp = OcspVariant::says_unknown}),
       no_word_move("the responder says tryLater", {.ocsp = OcspVariant::try_later}),
       no_word_move("the responder says nothing", {.down = responder::Down::hang})});
}

/// A broker that takes no answer for yes takes this one too, whatever it thinks of the signature.
Step forged(Bench& bench, ScriptEvidence& evidence, OcspVariant variant) {
  const auto without = told(bench, evidence, false, OcspVariant::try_later);
  if (without.outcome == Outcome::accept) return left_out("soft-fail");
  return told(bench, evidence, false, variant);
}

Move forged_move(std::string what, OcspVariant variant) {
  Move move;
  move.what = std::move(what);
  move.play = [variant](Bench& bench, ScriptEvidence& evidence) {
    return forged(bench, evidence, variant);
  };
  move.expect = Expect::reject;
  move.alerts = rejection_of(*find_row("ocsp-client-forged")).alerts_tls13;
  return move;
}

CheckSpec client_forged() {
  return client_ocsp_row(
      "ocsp-client-forged",
      {forged_move("\"good\", signed by a stranger", OcspVariant::stray_signer),
       forged_move("\"good\" about another serial number", OcspVariant::wrong_serial),
       forged_move("\"good\" about another issuer", OcspVariant::wrong_issuer)});
}

}  // namespace

std::vector<CheckSpec> client_ocsp_specs() {
  std::vector<CheckSpec> specs;
  for (auto* const make : {client_revoked, client_unknown, client_forged}) {
    specs.push_back(make());
  }
  return specs;
}

}  // namespace handfast::check
