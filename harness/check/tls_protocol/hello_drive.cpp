// Plays rows that are decided by first answers.
#include <algorithm>

#include "core/tls/native/engine.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/hello_row.hpp"
#include "harness/check/tls_protocol/talk.hpp"

namespace handfast::check::tls_protocol {

namespace {

std::vector<probe::HelloBase> bases_of(const HelloRow& row) {
  auto bases = row.also_spoken;
  for (const auto& one : row.cases) bases.push_back(one.base);
  std::ranges::sort(bases);
  bases.erase(std::ranges::unique(bases).begin(), bases.end());
  return bases;
}

/// The change of `one` in a hello of our own client, which then goes on to PINGRESP.
void play_whole(const HelloCase& one, Bench& bench, ScriptEvidence& evidence) {
  const tls::ClientSettings settings{.verify = false};
  auto engine = tls::native::NativeEngine::make(settings);
  if (!engine) {
    evidence.problem = engine.error().text();
    return;
  }
  (*engine)->script().edit_hello = [&one](tls::native::ClientHello& message) {
    probe::Hello hello;
    hello.message = std::move(message);
    one.change(hello);
    message = std::move(hello.message);
  };
  TalkOptions options;
  options.made = std::move(*engine);
  evidence.steps.push_back(whole_connection(bench, whole_name(one), std::move(options), evidence));
}

}  // namespace

ScriptEvidence drive_hello(const HelloRow& row, Bench& bench) {
  ScriptEvidence evidence;
  const auto endpoint = bench.endpoint(bench.has(row.listener) ? row.listener : "one");
  const auto play = [&](std::string what, probe::HelloBase base, const HelloCase* one) {
    auto hello = probe::make_hello(base, endpoint.host);
    if (!hello) {
      evidence.problem = hello.error().text();
      return false;
    }
    if (one != nullptr) one->change(*hello);
    const auto answer = probe::ask(endpoint, probe::to_wire(*hello), bench.timeouts());
    evidence.steps.push_back(step_of(std::move(what), answer));
    return answer.outcome() == probe::Outcome::accept;
  };
  std::vector<probe::HelloBase> spoken;
  for (const auto base : bases_of(row)) {
    if (play(control_name(base), base, nullptr)) spoken.push_back(base);
  }
  for (const auto& one : row.cases) {
    if (std::ranges::find(spoken, one.base) == spoken.end()) continue;
    const bool accepted = play(one.what, one.base, &one);
    if (accepted && one.to_connack) play_whole(one, bench, evidence);
  }
  return evidence;
}

}  // namespace handfast::check::tls_protocol
