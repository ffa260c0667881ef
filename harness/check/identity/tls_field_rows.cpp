// Section F3: what a balancer tells of the TLS that it ended, on a listener that lets in only whose
// certificate it verified.
#include "harness/check/identity/header_bytes.hpp"
#include "harness/check/identity/spec.hpp"
#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check::identity {

namespace {

using tls_protocol::Expect;
using tls_protocol::FactWant;
using tls_protocol::Move;
using tls_protocol::TalkOptions;

constexpr std::uint8_t verified_client = client_tls | client_cert_conn | client_cert_sess;
const std::string told_owner = "dev-1";

/// A header with this TLS field, none when it is empty, and what CONNECT says beside.
Move told(std::string what, Bytes tls, Expect expect, std::optional<std::string> claim = {}) {
  BinaryHeader header{.addresses = ipv4_addresses("192.0.2.61")};
  header.fields = std::move(tls);
  TalkOptions options;
  options.listener = "proxy-tlv";
  options.preface = to_wire(header);
  options.user_name = std::move(claim);
  Move move;
  move.what = std::move(what);
  move.expect = expect;
  move.play = [options](Bench& bench, ScriptEvidence& evidence) {
    return who_is(bench, evidence, options, {told_owner, "admin"});
  };
  return move;
}

CheckSpec told_row(const std::string& id, std::vector<Move> moves) {
  IdentityRow row{.moves = std::move(moves),
                  .listeners = {"proxy-tlv"},
                  .capabilities = {"proxy.v2", "proxy.tls_tlv"}};
  return spec_of(id, std::move(row));
}

CheckSpec tls_required() {
  return told_row("proxy-tls-required", {told("no TLS field", {}, Expect::no_access)});
}

CheckSpec certificate_required() {
  auto good = told("with a verified certificate", tls_field(verified_client, 0, told_owner),
                   Expect::accept);
  good.facts = {{.name = "user",
                 .values = {told_owner},
                 .otherwise = "the user is not the common name in the header"}};
  return told_row("proxy-cert-required",
                  {told("no certificate", tls_field(client_tls, 0, {}), Expect::no_access),
                   told("one that was not verified", tls_field(verified_client, 1, told_owner),
                        Expect::no_access),
                   std::move(good)});
}

CheckSpec session_only() {
  return told_row("proxy-cert-session-only",
                  {told("a resumed session",
                        tls_field(client_tls | client_cert_sess, 0, told_owner), Expect::either)});
}

CheckSpec name_wins() {
  auto move = told("another user name in CONNECT", tls_field(verified_client, 0, told_owner),
                   Expect::any, "admin");
  move.facts = {{.name = "user",
                 .values = {told_owner, no_session},
                 .otherwise = "CONNECT decides who the user is"}};
  return told_row("proxy-cn-username", {std::move(move)});
}

CheckSpec bad_names() {
  std::vector<Move> moves;
  const auto add = [&](const char* what, const std::string& name) {
    moves.push_back(told(what, tls_field(verified_client, 0, name), Expect::no_access, "admin"));
    moves.back().facts = {{.name = "user",
                           .values = {no_session, somebody_else},
                           .otherwise = "a broken name makes another user of the client"}};
  };
  add("a NUL", std::string("dev-1\0x", 7));
  add("control bytes", "dev-1\n\x01");
  add("no UTF-8", "dev-1\xff");
  add("empty", "");
  return told_row("proxy-cn-bad", std::move(moves));
}

}  // namespace

std::vector<CheckSpec> tls_field_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make :
       {tls_required, certificate_required, session_only, name_wins, bad_names}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::identity
