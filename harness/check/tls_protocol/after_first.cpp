#include "harness/check/tls_protocol/after_first.hpp"

namespace handfast::check::tls_protocol {

Step session_then(Bench& bench, ScriptEvidence& evidence, tls::Version version, TalkOptions options,
                  const WithSession& play) {
  tls::ClientSettings settings{.verify = false};
  settings.min_version = settings.max_version = version;
  settings.keep_sessions = true;
  auto engine = tls::make_engine(tls::EngineKind::libssl, settings);
  Step failed;
  if (!engine) {
    evidence.problem = engine.error().text();
    return failed;
  }
  options.made = std::move(*engine);
  auto first = Talk::open(bench, options);
  if (!first || !first->to_pingresp()) {
    failed.detail = "the first connection was not served";
    return failed;
  }
  const auto session = first->line().session();
  if (session == nullptr) return left_out("no-session-given");
  return play(bench, evidence, std::move(options), session);
}

Move after_first(std::string what, tls::Version version, std::string listener, std::string identity,
                 const WithSession& play) {
  Move move;
  move.what = std::move(what);
  move.needs = version == tls::Version::tls1_3 ? probe::HelloBase::tls13 : probe::HelloBase::tls12;
  move.play = [=](Bench& bench, ScriptEvidence& evidence) {
    TalkOptions options;
    options.listener = listener;
    options.identity = identity;
    return session_then(bench, evidence, version, std::move(options), play);
  };
  return move;
}

}  // namespace handfast::check::tls_protocol
