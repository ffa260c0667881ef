// Section F2: pre-shared keys in place of certificates.
#include <fmt/format.h>

#include "core/tls/native/first_flight.hpp"
#include "harness/check/identity/spec.hpp"
#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/probe/hello.hpp"

namespace handfast::check::identity {

namespace {

using tls::Version;
using tls_protocol::Expect;
using tls_protocol::Move;
using tls_protocol::TalkOptions;
namespace alert = tls_protocol::alert;

constexpr std::uint8_t unknown_psk_identity = 115;

tls::ExternalPsk known_key(std::size_t which = 0) {
  const auto known = known_keys().at(which);
  return {.identity = known.identity, .key = known.key};
}

tls::ExternalPsk unknown_identity() {
  return {.identity = "nobody-knows-me", .key = known_key().key};
}

tls::ExternalPsk wrong_key() {
  auto key = known_key();
  key.key.front() ^= 1U;
  return key;
}

TalkOptions with_key(tls::ExternalPsk key, std::optional<Version> version) {
  TalkOptions options;
  options.listener = "psk";
  options.psk = std::move(key);
  if (version) options.settings.min_version = options.settings.max_version = *version;
  return options;
}

/// Played where the right key gets in under this version: RFC 4279 is about TLS 1.2, and a broker
/// may keep its keys to that.
Move under(Version version, std::string what,
           const std::function<Step(Bench&, ScriptEvidence&)>& play) {
  Move move;
  move.what = fmt::format("{}, {}", what, tls::to_string(version));
  move.play = [=](Bench& bench, ScriptEvidence& evidence) {
    const auto good = tls_protocol::whole_connection(bench, "the right key",
                                                     with_key(known_key(), version), evidence);
    if (good.outcome != probe::Outcome::accept) {
      return tls_protocol::left_out(version == Version::tls1_3 ? "no-psk-under-tls13"
                                                               : "no-psk-under-tls12");
    }
    return play(bench, evidence);
  };
  return move;
}

/// This key must not get in under either version.
std::vector<Move> turned_away(const std::string& what, const tls::ExternalPsk& key,
                              std::vector<std::uint8_t> alerts_tls12,
                              std::vector<std::uint8_t> alerts_tls13) {
  std::vector<Move> moves;
  for (const auto version : {Version::tls1_2, Version::tls1_3}) {
    moves.push_back(under(version, what, tls_protocol::whole(what, with_key(key, version))));
    moves.back().expect = Expect::no_access;
    moves.back().alerts = version == Version::tls1_2 ? alerts_tls12 : alerts_tls13;
  }
  return moves;
}

CheckSpec key_row(const std::string& id, std::vector<Move> moves,
                  std::vector<std::string> identities = {}) {
  return spec_of(id, {.moves = std::move(moves),
                      .listeners = {"psk"},
                      .identities = std::move(identities),
                      .capabilities = {"psk"}});
}

CheckSpec good() {
  Move move;
  move.what = "the right key";
  move.play = [](Bench& bench, ScriptEvidence& evidence) {
    return who_is(bench, evidence, with_key(known_key(), std::nullopt), {known_key().identity});
  };
  move.facts = {{.name = "user",
                 .values = {known_key().identity},
                 .otherwise = "the user is not the identity of the key"}};
  return key_row("psk-good", {std::move(move)});
}

CheckSpec unknown() {
  // Under TLS 1.3 a server may ignore a key that it does not know, and then lacks a certificate.
  // One that hides which identities it knows answers as to a wrong key.
  return key_row("psk-unknown-identity",
                 turned_away("an unknown identity", unknown_identity(),
                             {unknown_psk_identity, alert::decrypt_error, alert::bad_record_mac},
                             {unknown_psk_identity, alert::decrypt_error, alert::handshake_failure,
                              alert::illegal_parameter, alert::bad_record_mac}));
}

CheckSpec wrong() {
  return key_row("psk-wrong-key", turned_away("a wrong key", wrong_key(),
                                              {alert::decrypt_error, alert::bad_record_mac},
                                              {alert::decrypt_error, alert::illegal_parameter,
                                               alert::handshake_failure, alert::bad_record_mac}));
}

std::string ending(const Step& step) {
  if (step.alert) return fmt::format("alert {}", *step.alert);
  return std::string(probe::to_string(step.outcome));
}

/// Both ways to fail, side by side.
Step both_failures(Bench& bench, ScriptEvidence& evidence, Version version) {
  const auto nobody = tls_protocol::whole_connection(
      bench, "an unknown identity", with_key(unknown_identity(), version), evidence);
  auto step = tls_protocol::whole_connection(bench, "a wrong key", with_key(wrong_key(), version),
                                             evidence);
  const bool same = ending(nobody) == ending(step);
  step.facts.emplace_back("answers", same ? "the same"
                                          : fmt::format("{} to an unknown identity, {} to a wrong "
                                                        "key",
                                                        ending(nobody), ending(step)));
  return step;
}

CheckSpec no_oracle() {
  std::vector<Move> moves;
  for (const auto version : {Version::tls1_2, Version::tls1_3}) {
    auto move = under(version, "both", [version](Bench& bench, ScriptEvidence& evidence) {
      return both_failures(bench, evidence, version);
    });
    move.expect = Expect::any;
    move.facts = {{.name = "answers",
                   .values = {"the same"},
                   .otherwise = "the answer tells which identities exist"}};
    moves.push_back(std::move(move));
  }
  return key_row("psk-no-oracle", std::move(moves));
}

CheckSpec certificate_client() {
  const std::string client(good_client_fixture);
  TalkOptions options;
  options.listener = "psk";
  options.identity = client;
  Move move;
  move.what = "a client with a certificate";
  move.play = tls_protocol::whole(move.what, options);
  move.expect = Expect::no_access;
  move.alerts = {alert::handshake_failure, alert::insufficient_security};
  return key_row("psk-cert-client", {std::move(move)}, {client});
}

/// ClientKeyExchange of plain PSK: the identity in clear (RFC 4279 section 2), then
/// ChangeCipherSpec and a Finished that cannot be right: the identity is judged before.
Bytes exchange_with(ByteView identity) {
  Bytes message;
  ByteWriter writer(message);
  constexpr std::uint8_t client_key_exchange = 16;
  writer.u8(client_key_exchange);
  writer.u8(0);
  writer.u16(static_cast<std::uint16_t>(identity.size() + 2));
  writer.u16(static_cast<std::uint16_t>(identity.size()));
  writer.bytes(identity);
  constexpr std::uint16_t tls12 = 0x0303;
  auto wire = probe::in_records(message, tls12, message.size());
  const Bytes change_cipher_spec{20, 3, 3, 0, 1, 1};
  wire.insert(wire.end(), change_cipher_spec.begin(), change_cipher_spec.end());
  const auto finished = probe::in_records(Bytes(40, 0x5a), tls12, 40);
  wire.insert(wire.end(), finished.begin(), finished.end());
  return wire;
}

/// No library sends an identity with a NUL in it.
Step raw_identity(Bench& bench, ScriptEvidence& evidence, ByteView identity) {
  Step step;
  const auto endpoint = bench.endpoint("psk");
  auto hello = probe::make_hello(probe::HelloBase::tls12, endpoint.host);
  auto raw = probe::RawConnection::open(endpoint, bench.timeouts().tcp);
  if (!hello || !raw) {
    evidence.problem = (hello ? raw.error() : hello.error()).text();
    return step;
  }
  // PSK with AES-128-GCM, AES-256-GCM, AES-128-CBC: key exchange without Diffie-Hellman.
  hello->message.cipher_suites = {0x00a8, 0x00a9, 0x00ae, 0x008c};
  raw->send(probe::to_wire(*hello));
  const Bytes hello_done{14, 0, 0, 0};
  const auto asked = [&] {
    const auto& got = raw->received();
    return got.size() >= 4 && std::equal(hello_done.begin(), hello_done.end(), got.end() - 4);
  };
  if (!raw->await(asked, Clock::now() + bench.timeouts().handshake)) {
    return tls_protocol::left_out("no-plain-psk-suite");
  }
  raw->received().clear();
  raw->send(exchange_with(identity));
  const bool ended = raw->await_end(Clock::now() + bench.timeouts().handshake);
  step.outcome = ended ? probe::Outcome::reject : probe::Outcome::hang;
  const auto flight = tls::native::read_first_flight(raw->received());
  if (flight.alert) {
    step.close = probe::CloseKind::alert;
    step.alert = flight.alert->description;
  } else if (ended) {
    step.close = raw->end() == probe::RawEnd::reset ? probe::CloseKind::rst : probe::CloseKind::fin;
  }
  step.took = Clock::now() - raw->opened_at();
  return step;
}

CheckSpec odd_identities() {
  std::vector<Move> moves;
  for (const auto& [what, which] : {std::pair{"128 bytes", 1}, std::pair{"beyond ASCII", 2}}) {
    const auto key = known_key(static_cast<std::size_t>(which));
    Move move;
    move.what = what;
    move.play = [key](Bench& bench, ScriptEvidence& evidence) {
      return who_is(bench, evidence, with_key(key, std::nullopt), {key.identity});
    };
    move.expect = Expect::reject_or_serve;
    move.facts = {{.name = "user",
                   .values = {key.identity, no_session},
                   .otherwise = "the user is not the identity of the key"}};
    moves.push_back(std::move(move));
  }
  Move move;
  move.what = "\"dev-1\", NUL, \"x\"";
  move.play = [](Bench& bench, ScriptEvidence& evidence) {
    const std::string identity("dev-1\0x", 7);
    return raw_identity(bench, evidence, as_bytes(identity));
  };
  move.expect = Expect::reject;
  move.alerts = {unknown_psk_identity, alert::decrypt_error};
  moves.push_back(std::move(move));
  return key_row("psk-identity-odd", std::move(moves));
}

CheckSpec under_tls13() {
  Move move;
  move.what = "the right key, TLS 1.3";
  move.play = tls_protocol::whole(move.what, with_key(known_key(), Version::tls1_3));
  move.expect = Expect::either;
  return key_row("psk-tls13", {std::move(move)});
}

}  // namespace

std::vector<CheckSpec> key_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make :
       {good, unknown, wrong, no_oracle, certificate_client, odd_identities, under_tls13}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::identity
