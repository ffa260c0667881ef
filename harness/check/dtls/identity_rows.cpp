// Rows about who is who: the server's chain, clients' certificates and pre-shared keys.
#include <fmt/format.h>

#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/alerts.hpp"

namespace handfast::check::dtls {

namespace {

namespace alert = tls_protocol::alert;

constexpr const char* expired_client = "client-cert-expired";
constexpr std::uint8_t certificate_expired = 45;
constexpr std::uint8_t unknown_psk_identity = 115;

/// A certificate that group A rejects on TLS; 42 and 46 are tolerated there as well.
Move rejected(std::string what, TalkOptions options, std::uint8_t specified) {
  return {.what = std::move(what),
          .play = whole(std::move(options)),
          .expect = Expect::reject_or_silence,
          .alerts = {specified, alert::bad_certificate, alert::certificate_unknown,
                     alert::handshake_failure}};
}

TalkOptions showing(std::string identity) {
  TalkOptions options;
  options.listener = two_way;
  options.identity = std::move(identity);
  return options;
}

CheckSpec matrix_row() {
  MoveRow row;
  row.listeners = {two_way};
  row.identity = good_client_fixture;
  row.moves.push_back({.what = "a good chain", .play = whole(showing(row.identity))});
  row.moves.push_back(rejected("no certificate", showing({}), alert::handshake_failure));
  row.moves.push_back(rejected("a chain of another root",
                               showing(std::string(foreign_client_fixture)), alert::unknown_ca));
  row.moves.push_back(
      rejected("an expired certificate", showing(expired_client), certificate_expired));
  auto leaf = showing(row.identity);
  leaf.leaf_only = true;
  row.moves.push_back(rejected("the leaf alone", std::move(leaf), alert::unknown_ca));
  auto spec = spec_of("dtls-mtls-matrix", std::move(row));
  auto& identities = std::get<ScriptPlan>(spec.plan).identities;
  identities.emplace_back(foreign_client_fixture);
  identities.emplace_back(expired_client);
  return spec;
}

TalkOptions with_key(Bytes key) {
  TalkOptions options;
  options.listener = pre_shared;
  options.psk = tls::ExternalPsk{.identity = known_keys().front().identity, .key = std::move(key)};
  return options;
}

CheckSpec psk_row() {
  const auto key = known_keys().front().key;
  auto wrong = key;
  wrong.back() ^= 1;
  MoveRow row;
  row.listeners = {pre_shared};
  row.moves.push_back({.what = "the known key", .play = whole(with_key(key))});
  row.moves.push_back(
      {.what = "a wrong key",
       .play = whole(with_key(std::move(wrong))),
       .expect = Expect::reject_or_silence,
       .alerts = {unknown_psk_identity, alert::decrypt_error, alert::bad_record_mac}});
  auto spec = spec_of("dtls-psk", std::move(row));
  spec.capabilities = {"psk"};
  std::get<ScriptPlan>(spec.plan).twin = false;  // the known key is its first move
  return spec;
}

/// What came against the list that the listener was given: as with TLS, S and I.
Step read_chain(Bench& bench, ScriptEvidence& evidence) {
  const auto* server = bench.materials().identity(fixture_server);
  if (server == nullptr) return tls_protocol::left_out("no-identity");
  return with_talk(bench, evidence, {}, [server](Talk& talk, Step& step) {
    talk.whole();
    const auto& seen = talk.line().tls().facts().peer_chain;
    const bool leaf_alone = seen.size() == 1 && seen.front() == server->list.front();
    step.facts.emplace_back("chain", seen == server->list ? "as configured"
                                     : leaf_alone         ? "the leaf alone"
                                                          : "another one");
    step.detail = fmt::format("{} certificates", seen.size());
  });
}

CheckSpec server_chain_row() {
  MoveRow row;
  row.moves.push_back({.what = "the server's chain",
                       .play = read_chain,
                       .facts = {{.name = "chain",
                                  .values = {"as configured"},
                                  .otherwise = "the chain is not what the listener was given"}}});
  return spec_of("dtls-server-chain", std::move(row));
}

}  // namespace

std::vector<CheckSpec> identity_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(matrix_row());
  rows.push_back(psk_row());
  rows.push_back(server_chain_row());
  return rows;
}

}  // namespace handfast::check::dtls
