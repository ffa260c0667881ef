// Section F3: PROXY headers that are missing, misplaced or malformed.
#include <fmt/format.h>

#include "harness/check/identity/announce.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/alerts.hpp"

namespace handfast::check::identity {

namespace {

using namespace std::chrono_literals;
using tls_protocol::Expect;
using tls_protocol::Move;
using tls_protocol::Talk;
using tls_protocol::TalkOptions;
namespace alert = tls_protocol::alert;

CheckSpec header_missing() {
  return header_row("proxy-missing", all_of({{"no header", {}}}, Expect::reject));
}

/// A client whose first bytes inside TLS are `inner`, then CONNECT.
Move inside_tls(std::string what, TalkOptions options, Bytes inner) {
  Move move;
  move.what = what;
  move.expect = Expect::reject;
  move.play = [=](Bench& bench, ScriptEvidence& evidence) {
    return tls_protocol::with_talk(bench, evidence, what, options, [&](Talk& talk, Step&) {
      if (!talk.handshake()) return;
      talk.line().send(inner);
      if (talk.connect()) talk.ping();
    });
  };
  return move;
}

/// A header of text that MQTT could take for a PUBREC of 82 bytes: CONNECT completes it.
std::string long_text_header() {
  return "PROXY TCP6 2001:0db8:0000:0000:0000:0000:0000:0031 "
         "2001:0db8:0000:0000:0000:0000:0000:0001 56324 18830\r\n";
}

CheckSpec unexpected() {
  const auto text = bytes_of(long_text_header());
  const auto binary = to_wire(from("192.0.2.31"));
  std::vector<Move> moves = all_of({{"version 1, plain", text, "", true, "plain"},
                                    {"version 2, plain", binary, "", true, "plain"},
                                    {"version 1, before TLS", text, "", true, "one"},
                                    {"version 2, before TLS", binary, "", true, "one"}},
                                   Expect::reject);
  for (auto move = moves.begin() + 2; move != moves.end(); ++move) {
    move->alerts = {alert::unexpected_message, alert::protocol_version, alert::decode_error,
                    alert::record_overflow};
  }
  moves.push_back(inside_tls("version 1, inside TLS", {.listener = "one"}, text));
  moves.push_back(inside_tls("version 2, inside TLS", {.listener = "one"}, binary));
  return header_row("proxy-unexpected", std::move(moves), "", {"plain", "one"});
}

CheckSpec second_header() {
  TalkOptions options{.listener = "proxy-mtls"};
  options.identity = std::string(good_client_fixture);
  options.preface = to_wire(from("192.0.2.32"));
  IdentityRow row{.moves = {inside_tls("version 1", options, bytes_of(long_text_header())),
                            inside_tls("version 2", options, to_wire(from("192.0.2.33")))},
                  .listeners = {"proxy-mtls"},
                  .identities = {std::string(good_client_fixture)},
                  .capabilities = {"proxy.v2"},
                  .twin_identity = std::string(good_client_fixture)};
  return spec_of("proxy-inside-tls", std::move(row));
}

CheckSpec half() {
  static constexpr Nanos longest = 120s;  // chain-cases.md 1.7, where no deadline is declared
  Move move;
  move.what = "half a header";
  move.play = [](Bench& bench, ScriptEvidence& evidence) {
    const auto play = [](probe::RawConnection& raw) {
      const auto header = to_wire(from("192.0.2.36"));
      raw.send(ByteView(header).first(header.size() / 2));
    };
    return by_hand(bench, evidence, play, longest);
  };
  move.expect = Expect::reject;
  move.facts = {decided("half a header keeps a connection for two minutes")};
  auto spec = header_row("proxy-half-then-silence", {std::move(move)});
  std::get<ScriptPlan>(spec.plan).tries = 1;
  return spec;
}

CheckSpec malformed_text() {
  const auto line = [](std::string_view rest) {
    return bytes_of(fmt::format("PROXY {}\r\n", rest));
  };
  // Enough behind it that no receiver waits for more.
  const std::string filler(100, 'x');
  const auto bare_lf = "PROXY TCP4 192.0.2.41 192.0.2.1 4711 1883\n" + filler;
  return header_row("proxy-v1-malformed",
                    all_of({{"family TCP5", line("TCP5 192.0.2.41 192.0.2.1 4711 1883")},
                            {"port 65536", line("TCP4 192.0.2.41 192.0.2.1 65536 1883")},
                            {"leading zero", line("TCP4 192.0.2.41 192.0.2.1 04711 1883")},
                            {"address 192.0.2.256", line("TCP4 192.0.2.256 192.0.2.1 4711 1883")},
                            {"one port missing", line("TCP4 192.0.2.41 192.0.2.1 4711")},
                            {"LF alone", bytes_of(bare_lf)},
                            {"no line end in 107 bytes", bytes_of("PROXY TCP4 " + filler)}},
                           Expect::reject),
                    "proxy.v1");
}

CheckSpec malformed_binary() {
  const auto good = from("192.0.2.42");
  auto signature = good, version = good, command = good, family = good, short_by_one = good,
       nothing = good;
  signature.right_signature = false;
  version.version_and_command = 0x31;
  command.version_and_command = 0x23;
  family.family_and_protocol = 0x41;
  short_by_one.addresses.pop_back();
  nothing.addresses.clear();
  return header_row("proxy-v2-malformed", all_of({{"signature", to_wire(signature)},
                                                  {"version 3", to_wire(version)},
                                                  {"command 3", to_wire(command)},
                                                  {"family 4", to_wire(family)},
                                                  {"11 bytes of addresses", to_wire(short_by_one)},
                                                  {"no addresses", to_wire(nothing)}},
                                                 Expect::reject));
}

CheckSpec overrun() {
  auto header = from("192.0.2.43");
  header.fields = field(5, Bytes(8, 'i'));
  header.fields.resize(header.fields.size() - 4);
  auto spec = header_row("proxy-v2-tlv-overrun",
                         all_of({{"4 bytes too long", to_wire(header)}}, Expect::reject));
  spec.weaker_without = CheckSpec::Weaker{.capability = "proxy.tls_tlv", .level = Level::may};
  return spec;
}

}  // namespace

std::vector<CheckSpec> stray_header_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make : {header_missing, unexpected, second_header, half, malformed_text,
                           malformed_binary, overrun}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::identity
