#include "harness/check/status/moves.hpp"

#include <fmt/format.h>

#include <future>

#include "harness/check/chain_rows.hpp"
#include "harness/check/tls_protocol/spec.hpp"

namespace handfast::check::status {

namespace {

using tls_protocol::Talk;
using tls_protocol::TalkOptions;

TalkOptions options_for(const std::string& listener, const StatusLeaf& leaf) {
  TalkOptions options;
  options.listener = listener;
  options.own_identity = leaf.identity;
  return options;
}

/// Handshake, CONNECT, CONNACK, with decision_limit for all of it.
Step patient_client(Bench& bench, TalkOptions options) {
  const auto begin = Clock::now();
  const auto give_up = begin + decision_limit;
  auto talk = Talk::open(bench, std::move(options));
  if (!talk) return {.detail = talk.error().text()};
  bool decided = talk->line().handshake(give_up);
  if (decided) {
    talk->line().send(talk->connect_bytes());
    const auto connack = talk->await(mqtt::PacketType::connack, give_up - Clock::now());
    talk->note(connack.has_value(), "connack");
    decided = connack.has_value() || talk->line().over();
  } else {
    talk->note(false, "tls");
    decided = talk->line().over();
  }
  auto step = talk->step("");
  step.facts.emplace_back("decided", decided ? "yes" : "no");
  step.facts.emplace_back("policy", step.outcome == probe::Outcome::accept ? "soft" : "hard");
  step.facts.emplace_back("decided after", fmt::format("{:.1f} s", seconds(Clock::now() - begin)));
  return step;
}

}  // namespace

Step client_step(Bench& bench, ScriptEvidence& evidence, const std::string& listener,
                 const StatusLeaf& leaf) {
  return tls_protocol::whole_connection(bench, "", options_for(listener, leaf), evidence);
}

Step undecided_client_step(Bench& bench, ScriptEvidence& evidence, const std::string& listener,
                           const StatusLeaf& leaf) {
  auto options = options_for(listener, leaf);
  options.client_id = bench.fresh_id();  // the other thread must not ask for one
  auto waiting = std::async(std::launch::async, [&bench, options = std::move(options)] {
    return patient_client(bench, options);
  });
  // The broker begins to ask only once it has read that client's certificate.
  const bool over_at_once =
      waiting.wait_for(std::chrono::milliseconds(300)) == std::future_status::ready;
  TalkOptions other;
  other.listener = listener;
  other.identity = status_client;
  const auto meanwhile = tls_protocol::whole_connection(bench, "", std::move(other), evidence);
  auto step = waiting.get();
  step.facts.emplace_back("others",
                          meanwhile.outcome == probe::Outcome::accept ? "served" : "blocked");
  step.facts.emplace_back("waited for the answer", over_at_once ? "no" : "yes");
  return step;
}

std::vector<tls_protocol::FactWant> undecided_wants() {
  return {{.name = "others",
           .values = {"served"},
           .otherwise = "another client was not served while the broker waited for an answer",
           .level = Level::must},
          {.name = "decided",
           .values = {"yes"},
           .otherwise = "the broker had not decided after 60 s",
           .level = Level::should}};
}

std::uint64_t requests_for(Bench& bench, const std::string& path) {
  return bench.materials().status->site().counts().path(path);
}

std::optional<Planted> plant(Bench& bench, ScriptEvidence& evidence, const std::string& name,
                             const LeafWishes& wishes) {
  auto branch = bench.materials().status->branch(name);
  if (!branch) {
    evidence.problem = branch.error().text();
    return std::nullopt;
  }
  auto leaf = branch->leaf(wishes);
  if (!leaf) {
    evidence.problem = leaf.error().text();
    return std::nullopt;
  }
  return Planted{.branch = std::move(*branch), .leaf = std::move(*leaf)};
}

bool went_well(const Result<void>& done, ScriptEvidence& evidence) {
  if (!done) evidence.problem = done.error().text();
  return done.has_value();
}

CheckSpec status_row(const std::string& id, const std::string& listener,
                     const std::string& capability, std::vector<tls_protocol::Move> moves) {
  tls_protocol::MoveRow row;
  row.moves = std::move(moves);
  row.listeners = {listener};
  row.identity = status_client;
  auto spec = tls_protocol::spec_of(id, std::move(row));
  std::get<ScriptPlan>(spec.plan).twin_identity = status_client;
  spec.capabilities = {capability};
  return spec;
}

}  // namespace handfast::check::status
