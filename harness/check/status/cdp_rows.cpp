// CRLs that a broker fetches from the distribution points of clients' certificates.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <thread>

#include "harness/check/chain_rows.hpp"
#include "harness/check/status/moves.hpp"
#include "harness/check/status/rows.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check {

namespace {

using namespace std::chrono_literals;
using probe::Outcome;
using status::client_step;
using status::plant;
using status::Planted;
using status::requests_for;
using status::went_well;
using tls_protocol::Expect;
using tls_protocol::FactWant;
using tls_protocol::left_out;
using tls_protocol::Move;

const std::string cdp_listener = "mtls-cdp";
const LeafWishes with_point{.crl = true};

CheckSpec cdp_row(const std::string& id, std::vector<Move> moves) {
  return status::status_row(id, cdp_listener, "crl.cdp", std::move(moves));
}

std::vector<std::uint8_t> alerts_for(std::string_view id) {
  return rejection_of(*find_row(id)).alerts_tls13;
}

Step listed_or_not(Bench& bench, ScriptEvidence& evidence, bool listed) {
  auto made = plant(bench, evidence, "fetch", with_point);
  if (!made) return {};
  if (listed &&
      !went_well(made->branch.publish({.revoked = {made->leaf.certificate.get()}}), evidence)) {
    return {};
  }
  auto step = client_step(bench, evidence, cdp_listener, made->leaf);
  const auto asked = requests_for(bench, made->branch.crl_path());
  step.facts.emplace_back("list asked for", asked > 0 ? "yes" : "no");
  return step;
}

CheckSpec cdp_fetch() {
  const FactWant asked{.name = "list asked for",
                       .values = {"yes"},
                       .otherwise = "nobody asked for the list at the distribution point"};
  return cdp_row(
      "crl-cdp-fetch",
      {{.what = "a client that its issuer's list does not name",
        .play = [](Bench& bench,
                   ScriptEvidence& evidence) { return listed_or_not(bench, evidence, false); },
        .facts = {asked}},
       {.what = "a client that its issuer's list names",
        .play = [](Bench& bench,
                   ScriptEvidence& evidence) { return listed_or_not(bench, evidence, true); },
        .expect = Expect::reject,
        .alerts = alerts_for("crl-cdp-fetch"),
        .facts = {asked}}});
}

Step in_encoding(Bench& bench, ScriptEvidence& evidence, bool pem) {
  auto made = plant(bench, evidence, pem ? "pem" : "der", with_point);
  if (!made) return {};
  bench.materials().status->site().set_faults(made->branch.crl_path(),
                                              responder::Faults{.pem = pem});
  return client_step(bench, evidence, cdp_listener, made->leaf);
}

CheckSpec cdp_der_pem() {
  return cdp_row(
      "crl-cdp-der-pem",
      {{.what = "the list as DER",
        .play = [](Bench& bench,
                   ScriptEvidence& evidence) { return in_encoding(bench, evidence, false); }},
       {.what = "the list as PEM",
        .play = [](Bench& bench,
                   ScriptEvidence& evidence) { return in_encoding(bench, evidence, true); },
        .expect = Expect::either,
        .level = Level::may}});
}

std::string closed_url(Bench& bench) {
  return fmt::format("http://127.0.0.1:{}/closed.crl", bench.materials().status->closed_port());
}

/// Who answers for the list is silent, or is not there at all.
Step list_out_of_reach(Bench& bench, ScriptEvidence& evidence, bool silent) {
  const LeafWishes elsewhere{.other_crl = closed_url(bench)};
  auto made = plant(bench, evidence, "down", silent ? with_point : elsewhere);
  if (!made) return {};
  auto& site = bench.materials().status->site();
  const auto& path = made->branch.crl_path();
  if (silent) site.set_faults(path, responder::Faults{.down = responder::Down::hang});
  return status::undecided_client_step(bench, evidence, cdp_listener, made->leaf);
}

CheckSpec cdp_down() {
  return cdp_row(
      "crl-cdp-down",
      {{.what = "the responder reads the request and says nothing",
        .play = [](Bench& bench,
                   ScriptEvidence& evidence) { return list_out_of_reach(bench, evidence, true); },
        .expect = Expect::any,
        .facts = status::undecided_wants()},
       {.what = "the responder refuses the connection",
        .play = [](Bench& bench,
                   ScriptEvidence& evidence) { return list_out_of_reach(bench, evidence, false); },
        .expect = Expect::any,
        .facts = status::undecided_wants()}});
}

Step many_clients(Bench& bench, ScriptEvidence& evidence) {
  constexpr int clients = 100;
  constexpr std::uint64_t few = 10;
  auto made = plant(bench, evidence, "cache", with_point);
  if (!made) return {};
  Step step;
  int served = 0;
  for (; served < clients; ++served) {
    step = client_step(bench, evidence, cdp_listener, made->leaf);
    if (step.outcome != Outcome::accept) break;
  }
  const auto asked = requests_for(bench, made->branch.crl_path());
  step.facts.emplace_back("requests", asked <= few ? "few" : "many");
  step.detail = fmt::format("{} clients served, {} requests for their list", served, asked);
  return step;
}

CheckSpec cdp_cache() {
  return cdp_row("crl-cdp-cache",
                 {{.what = "100 clients of one issuer",
                   .play = many_clients,
                   .facts = {{.name = "requests",
                              .values = {"few"},
                              .otherwise = "the list was fetched again and again"}}}});
}

/// Seconds in which a broker declares to look for new lists ("crl.cdp" as a number); a minute where
/// it does not say.
Nanos refresh_patience(const Bench& bench) {
  const auto declared = bench.capability("crl.cdp");
  int refresh_s = 0;
  std::from_chars(declared.data(), declared.data() + declared.size(), refresh_s);
  return std::max<Nanos>(std::chrono::seconds(refresh_s), 60s);
}

/// A list that ends soon, then its successor with the client on it; nobody reloads.
Step outdated_list(Bench& bench, ScriptEvidence& evidence) {
  constexpr auto lifetime = 5s;
  auto made = plant(bench, evidence, "refresh", with_point);
  if (!made || !went_well(made->branch.publish({.lifetime = lifetime}), evidence)) return {};
  const auto next_update = Clock::now() + lifetime;
  auto step = client_step(bench, evidence, cdp_listener, made->leaf);
  if (step.outcome != Outcome::accept) {
    step.facts.emplace_back("served by the first list", "no");
    return step;
  }
  if (!went_well(made->branch.publish({.revoked = {made->leaf.certificate.get()}, .number = 2}),
                 evidence)) {
    return {};
  }
  std::this_thread::sleep_until(next_update + 1s);
  const auto begin = Clock::now();
  while (true) {
    step = client_step(bench, evidence, cdp_listener, made->leaf);
    if (step.outcome != Outcome::accept || Clock::now() - begin > refresh_patience(bench)) {
      break;
    }
    std::this_thread::sleep_for(1s);
  }
  step.facts.emplace_back("served by the first list", "yes");
  step.facts.emplace_back("time behind nextUpdate",
                          fmt::format("{:.1f} s", seconds(Clock::now() - begin) + 1));
  return step;
}

CheckSpec cdp_refresh() {
  auto spec = cdp_row("crl-cdp-refresh",
                      {{.what = "the successor of a list that has ended names the client",
                        .play = outdated_list,
                        .expect = Expect::reject,
                        .alerts = alerts_for("crl-cdp-refresh"),
                        .facts = {{.name = "served by the first list",
                                   .values = {"yes"},
                                   .otherwise = "the first list already kept the client out"}}}});
  std::get<ScriptPlan>(spec.plan).tries = 1;
  return spec;
}

/// A certificate of our names under an authority that nobody trusts, with our distribution point.
Step stranger_with_point(Bench& bench, ScriptEvidence& evidence) {
  auto foreign = StatusLab::start();
  if (!foreign) {
    evidence.problem = foreign.error().text();
    return {};
  }
  auto branch = (*foreign)->branch("stranger");
  if (!branch) {
    evidence.problem = branch.error().text();
    return {};
  }
  auto leaf = branch->leaf({.crl = true});
  if (!leaf) {
    evidence.problem = leaf.error().text();
    return {};
  }
  auto step = client_step(bench, evidence, cdp_listener, *leaf);
  const auto asked = (*foreign)->site().counts().requests;
  step.facts.emplace_back("requests for a stranger", std::to_string(asked));
  return step;
}

/// Lists in files, one that names its client and one that does not: who reads them tells the two
/// apart.
Step list_in_file(Bench& bench, ScriptEvidence& evidence) {
  const auto folder = bench.materials().trust(status_trust)->file.parent_path();
  Step step;
  std::vector<Outcome> outcomes;
  for (const bool listed : {false, true}) {
    const auto file = folder / fmt::format("point-{}.crl", bench.fresh_id());
    auto made = plant(bench, evidence, "file", {.other_crl = "file://" + file.string()});
    if (!made) return {};
    ListWishes wishes;
    if (listed) wishes.revoked = {made->leaf.certificate.get()};
    auto list = made->branch.crl(wishes);
    if (!list) {
      evidence.problem = list.error().text();
      return {};
    }
    std::ofstream(file, std::ios::binary) << as_text(*list);
    step = status::undecided_client_step(bench, evidence, cdp_listener, made->leaf);
    outcomes.push_back(step.outcome);
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }
  const bool followed = outcomes[0] == Outcome::accept && outcomes[1] != Outcome::accept;
  step.facts.emplace_back("reads the file", followed ? "yes" : "no");
  return step;
}

CheckSpec cdp_ssrf() {
  auto bounded = status::undecided_wants();
  auto with_file = bounded;
  with_file.push_back({.name = "reads the file",
                       .values = {"no"},
                       .otherwise = "a certificate made the broker read a file"});
  return cdp_row(
      "crl-cdp-ssrf",
      {{.what = "a client of an unknown authority names a distribution point",
        .play = stranger_with_point,
        .expect = Expect::reject,
        .facts = {{.name = "requests for a stranger",
                   .values = {"0"},
                   .otherwise = "the broker fetched what a certificate names that nobody trusts"}}},
       {.what = "the distribution point is a file",
        .play = list_in_file,
        .expect = Expect::any,
        .facts = std::move(with_file)},
       {.what = "the distribution point is a closed port",
        .play = [](Bench& bench,
                   ScriptEvidence& evidence) { return list_out_of_reach(bench, evidence, false); },
        .expect = Expect::any,
        .facts = std::move(bounded)}});
}

}  // namespace

std::vector<CheckSpec> distribution_point_specs() {
  std::vector<CheckSpec> specs;
  for (auto* const make : {cdp_fetch, cdp_der_pem, cdp_down, cdp_cache, cdp_refresh, cdp_ssrf}) {
    specs.push_back(make());
  }
  return specs;
}

}  // namespace handfast::check
