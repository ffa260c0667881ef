// Section C1: versions and downgrade.
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/talk.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"

namespace handfast::check::tls_protocol {

namespace {

using probe::Hello;
using probe::HelloBase;

/// A hello of a version before TLS 1.2, with the suites of its time and nothing that is newer.
void make_old(Hello& hello, std::uint16_t version) {
  auto& message = hello.message;
  message.legacy_version = version;
  message.versions.clear();
  message.key_shares.clear();
  message.psk_key_exchange_modes.clear();
  message.signature_algorithms.clear();
  // ECDHE and RSA with AES-CBC, RSA with 3DES and RC4, the renegotiation SCSV.
  message.cipher_suites = {0xc013, 0xc014, 0xc009, 0xc00a, 0x002f, 0x0035, 0x000a, 0x0005, 0x00ff};
  message.session_id.clear();
  if (version == 0x0300) {
    hello.record_version = version;
    message.groups.clear();
    message.extension_block = false;
  }
}

/// The hello of SSL 2.0 (RFC 5246 appendix E.2): a length with the top bit set, type 1, version,
/// three lengths, suites of three bytes, challenge.
Bytes ssl2_hello(std::uint16_t version) {
  const bool modern = version > 0x0300;
  // SSL 2.0: RC4-128-MD5 and DES-EDE3-MD5. TLS in this form: the suite behind a zero byte.
  const Bytes suites = modern ? Bytes{0, 0xc0, 0x2f, 0, 0x00, 0x9c, 0, 0x00, 0x2f, 0, 0x00, 0xff}
                              : Bytes{0x01, 0x00, 0x80, 0x07, 0x00, 0xc0};
  const Bytes challenge(32, 0x5a);
  Bytes body;
  ByteWriter writer(body);
  writer.u8(1);
  writer.u16(version);
  writer.u16(static_cast<std::uint16_t>(suites.size()));
  writer.u16(0);
  writer.u16(static_cast<std::uint16_t>(challenge.size()));
  writer.bytes(suites);
  writer.bytes(challenge);
  Bytes wire;
  ByteWriter framed(wire);
  framed.u16(static_cast<std::uint16_t>(0x8000U | body.size()));
  framed.bytes(body);
  return wire;
}

ScriptPlan one_version(tls::Version version, std::string what) {
  ScriptPlan plan;
  plan.drive = [version, what](Bench& bench) {
    ScriptEvidence evidence;
    TalkOptions options;
    options.settings.min_version = options.settings.max_version = version;
    evidence.steps.push_back(whole_connection(bench, what, std::move(options), evidence));
    return evidence;
  };
  plan.judge = [what](Level level, const ScriptEvidence& evidence) {
    return judge_single(evidence, what,
                        [level](const Step& step) { return judge_acceptance(level, step); });
  };
  return plan;
}

CheckSpec only_tls13() {
  const auto client_of = [](tls::Version version) {
    TalkOptions options;
    options.listener = "one-v13";
    options.settings.min_version = options.settings.max_version = version;
    return options;
  };
  MoveRow row;
  row.listeners = {"one-v13"};
  row.moves = {{.what = "TLS 1.3 alone", .play = whole("", client_of(tls::Version::tls1_3))},
               {.what = "TLS 1.2 alone",
                .play = whole("", client_of(tls::Version::tls1_2)),
                .expect = Expect::reject,
                .alerts = {alert::protocol_version, alert::handshake_failure}}};
  auto spec = spec_of("tls-v13-only-listener", std::move(row));
  spec.capabilities = {"tls.versions=1.3"};
  return spec;
}

CheckSpec old_version(const std::string& id, std::string what, std::uint16_t version,
                      std::vector<std::uint8_t> alerts) {
  HelloRow row;
  row.cases.push_back({.what = std::move(what),
                       .change = [version](Hello& hello) { make_old(hello, version); },
                       .want = Want::reject,
                       .alerts = std::move(alerts)});
  return spec_of(id, std::move(row));
}

CheckSpec ssl2_row() {
  HelloRow row;
  row.cases = {
      {.what = "version 2",
       .change = [](Hello& hello) { hello.raw = ssl2_hello(0x0002); },
       .want = Want::reject,
       .alerts = {alert::protocol_version, alert::unexpected_message, alert::handshake_failure}},
      {.what = "TLS 1.2 in this form",
       .change = [](Hello& hello) { hello.raw = ssl2_hello(0x0303); },
       .want = Want::either,
       .level = Level::may}};
  return spec_of("tls-ssl2-hello", std::move(row));
}

CheckSpec grease_row() {
  HelloRow row;
  row.cases.push_back(
      {.what = "unknown versions in front",
       .change = [](Hello& hello) { hello.message.versions = {0x7a7a, 0x0305, 0x0304, 0x0303}; },
       .fact = FactWant{
           .name = "version", .values = {}, .otherwise = "unknown versions changed the choice"}});
  return spec_of("tls-version-grease", std::move(row));
}

CheckSpec record_version_row() {
  HelloRow row;
  row.cases = {{.what = "record version 0x0300",
                .change = [](Hello& hello) { hello.record_version = 0x0300; }},
               {.what = "record version 0x0304",
                .change = [](Hello& hello) { hello.record_version = 0x0304; }}};
  return spec_of("tls-record-version-odd", std::move(row));
}

CheckSpec preferred_row() {
  HelloRow row;
  row.also_spoken = {HelloBase::tls13};
  row.cases.push_back({.what = "both versions offered",
                       .change = [](Hello&) {},
                       .fact = FactWant{.name = "version",
                                        .values = {"TLS 1.3"},
                                        .otherwise = "the best common version was not chosen"}});
  return spec_of("tls-v13-preferred", std::move(row));
}

CheckSpec sentinel_row() {
  HelloRow row;
  row.also_spoken = {HelloBase::tls13};
  row.cases.push_back({.what = "TLS 1.2 alone",
                       .base = HelloBase::tls12,
                       .change = [](Hello&) {},
                       .fact = FactWant{.name = "downgrade mark",
                                        .values = {"TLS 1.2"},
                                        .otherwise = "a client could be held back unnoticed"}});
  return spec_of("tls-downgrade-sentinel", std::move(row));
}

CheckSpec fallback_row() {
  HelloRow row;
  row.also_spoken = {HelloBase::tls13};
  row.cases.push_back(
      {.what = "TLS 1.2 with FALLBACK_SCSV",
       .base = HelloBase::tls12,
       .change = [](Hello& hello) { hello.message.cipher_suites.push_back(0x5600); },
       .want = Want::reject,
       .alerts = {alert::inappropriate_fallback}});
  return spec_of("tls-fallback-scsv", std::move(row));
}

}  // namespace

std::vector<CheckSpec> version_rows() {
  const std::vector<std::uint8_t> refused{alert::protocol_version, alert::handshake_failure,
                                          alert::internal_error};
  std::vector<CheckSpec> rows;
  rows.push_back(spec_of("tls-v12", one_version(tls::Version::tls1_2, "TLS 1.2 alone")));
  rows.push_back(spec_of("tls-v13", one_version(tls::Version::tls1_3, "TLS 1.3 alone")));
  // Those whose stacks we know to have it; for others it is advice.
  rows.back().level = Level::should;
  for (const auto* driver : {"mosquitto", "rabbitmq", "ejabberd", "activemq", "aedes"}) {
    rows.back().level_on.emplace(driver, Level::must);
  }
  rows.push_back(preferred_row());
  rows.push_back(only_tls13());
  rows.push_back(old_version("tls-v11-refused", "TLS 1.1 alone", 0x0302, refused));
  rows.push_back(old_version("tls-v10-refused", "TLS 1.0 alone", 0x0301, refused));
  rows.push_back(old_version("tls-ssl3-refused", "SSL 3.0 alone", 0x0300,
                             {alert::protocol_version, alert::handshake_failure}));
  rows.push_back(ssl2_row());
  rows.push_back(grease_row());
  rows.push_back(record_version_row());
  rows.push_back(sentinel_row());
  rows.push_back(fallback_row());
  return rows;
}

}  // namespace handfast::check::tls_protocol
