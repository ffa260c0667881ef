// Section F3: good PROXY headers, what they say, and what stands behind them.
#include <utility>

#include "harness/check/identity/announce.hpp"
#include "harness/check/identity/users.hpp"
#include "harness/check/profiles.hpp"

namespace handfast::check::identity {

namespace {

using namespace std::chrono_literals;
using tls_protocol::Expect;
using tls_protocol::Move;
using tls_protocol::TalkOptions;

const std::string header_client(good_client_fixture);

constexpr std::uint8_t noop_type = 0x04, unique_id_type = 0x05, unknown_type = 0xe5;

CheckSpec text_families() {
  const std::string v6 = "PROXY TCP6 2001:db8::12 2001:db8::1 4711 1883\r\n";
  return header_row("proxy-v1-tcp4-tcp6",
                    all_of({{"TCP4", bytes_of(text_header("192.0.2.11")), "192.0.2.11"},
                            {"TCP6", bytes_of(v6), "2001:db8::12"},
                            {"port 0", bytes_of(text_header("192.0.2.13", "0")), "192.0.2.13"}},
                           Expect::accept),
                    "proxy.v1");
}

CheckSpec text_unknown() {
  const std::string with_addresses = "PROXY UNKNOWN 2001:db8::14 2001:db8::1 4711 1883\r\n";
  return header_row("proxy-v1-unknown",
                    all_of({{"UNKNOWN", bytes_of("PROXY UNKNOWN\r\n")},
                            {"with addresses", bytes_of(with_addresses), "2001:db8::14", false}},
                           Expect::accept),
                    "proxy.v1");
}

/// Who waits to be accepted behind the client with `header`: a broker whose acceptor stumbles over
/// that lets nobody in for a moment.
Move next_client(std::string what, const BinaryHeader& header) {
  Move move;
  move.what = std::move(what);
  move.play = [odd = to_wire(header), usual = to_wire(from("192.0.2.27"))](
                  Bench& bench, ScriptEvidence& evidence) {
    auto first = probe::RawConnection::open(bench.endpoint("proxy"), bench.timeouts().tcp);
    if (!first) return nobody_listens(first.error(), evidence);
    const auto play = [&](probe::RawConnection& second) {
      for (auto [raw, wire] : {std::pair(&*first, &odd), std::pair(&second, &usual)}) {
        raw->send(*wire);
        raw->send(connect_bytes(bench));
      }
    };
    return by_hand(bench, evidence, play, bench.timeouts().connack);
  };
  return move;
}

CheckSpec binary_families() {
  const BinaryHeader v6{.family_and_protocol = 0x21, .addresses = ipv6_addresses("2001:db8::22")};
  const BinaryHeader local{.family_and_protocol = 0x31, .addresses = unix_addresses()};
  const BinaryHeader udp{.family_and_protocol = 0x12, .addresses = ipv4_addresses("192.0.2.24")};
  auto moves = all_of({{"IPv4", to_wire(from("192.0.2.21")), "192.0.2.21"},
                       {"IPv6", to_wire(v6), "2001:db8::22"},
                       {"a Unix socket", to_wire(local)},
                       {"UDP over IPv4", to_wire(udp)}},
                      Expect::accept);
  moves.push_back(next_client("who comes behind a Unix socket", local));
  moves.push_back(next_client("who comes behind UDP", udp));
  return header_row("proxy-v2-inet", std::move(moves));
}

CheckSpec binary_local() {
  const BinaryHeader bare{.version_and_command = 0x20, .family_and_protocol = 0};
  auto with_addresses = from("192.0.2.25");
  with_addresses.version_and_command = 0x20;
  return header_row("proxy-v2-local",
                    all_of({{"LOCAL", to_wire(bare)},
                            {"with addresses", to_wire(with_addresses), "192.0.2.25", false}},
                           Expect::accept));
}

CheckSpec binary_unspecified() {
  const BinaryHeader bare{.family_and_protocol = 0};
  auto with_addresses = from("192.0.2.26");
  with_addresses.family_and_protocol = 0;
  return header_row("proxy-v2-unspec",
                    all_of({{"no addresses", to_wire(bare)},
                            {"with addresses", to_wire(with_addresses), "192.0.2.26", false}},
                           Expect::either));
}

/// The certificate that comes behind a header, with and without a name in CONNECT.
Move named_behind(std::string what, Bytes header, std::optional<std::string> claim) {
  Move move;
  move.what = std::move(what);
  move.play = [=](Bench& bench, ScriptEvidence& evidence) {
    TalkOptions options;
    options.listener = "proxy-ident";
    options.identity = header_client;
    options.preface = header;
    options.user_name = claim;
    return who_is(bench, evidence, options, {"dev-1", "admin"});
  };
  move.facts = {{.name = "user",
                 .values = {"dev-1"},
                 .otherwise = "behind a header the certificate does not name the user"}};
  if (claim) {
    move.expect = Expect::any;
    move.facts.front().values.emplace_back(no_session);
  }
  return move;
}

CheckSpec before_tls() {
  const auto header = to_wire(from("192.0.2.34"));
  IdentityRow row{.moves = {named_behind("version 2", header, {}),
                            named_behind("version 2, another name in CONNECT", header, "admin")},
                  .listeners = {"proxy-ident"},
                  .identities = {header_client},
                  .capabilities = {"proxy.v2", "ident=cn"},
                  .twin_identity = header_client};
  return spec_of("proxy-before-tls", std::move(row));
}

CheckSpec dribble() {
  Move move;
  move.what = "byte by byte";
  move.play = [](Bench& bench, ScriptEvidence& evidence) {
    const auto play = [&](probe::RawConnection& raw) {
      raw.send_in_pieces(to_wire(from("192.0.2.35")), 1, 5ms);
      raw.send(connect_bytes(bench));
    };
    return by_hand(bench, evidence, play, bench.timeouts().connack);
  };
  move.expect = Expect::any;
  move.facts = {decided("neither served nor closed")};
  return header_row("proxy-dribble", {std::move(move)});
}

CheckSpec unknown_fields() {
  const auto with = [](std::uint8_t type, std::size_t size) {
    auto header = from("192.0.2.44");
    header.fields = field(type, Bytes(size, 'i'));
    return to_wire(header);
  };
  return header_row("proxy-v2-tlv-unknown", all_of({{"an unknown type", with(unknown_type, 6)},
                                                    {"NOOP", with(noop_type, 12)},
                                                    {"UNIQUE_ID", with(unique_id_type, 16)}},
                                                   Expect::accept));
}

CheckSpec checksum() {
  auto moves = all_of({{"right", with_checksum(from("192.0.2.45"), true)}}, Expect::accept);
  moves.push_back(announces({"wrong", with_checksum(from("192.0.2.45"), false)}, Expect::reject));
  return header_row("proxy-v2-crc", std::move(moves));
}

CheckSpec long_header() {
  auto header = from("192.0.2.46");
  constexpr std::size_t four_kib = 4096;
  while (header.fields.size() < four_kib) {
    const auto one = field(unknown_type, Bytes(200, 'l'));
    header.fields.insert(header.fields.end(), one.begin(), one.end());
  }
  Move move;
  move.what = "4 KB of TLVs";
  move.play = [wire = to_wire(header)](Bench& bench, ScriptEvidence& evidence) {
    const auto play = [&](probe::RawConnection& raw) {
      raw.send(wire);
      raw.send(connect_bytes(bench));
    };
    return by_hand(bench, evidence, play, bench.timeouts().connack);
  };
  move.expect = Expect::any;
  move.facts = {decided("neither served nor closed")};
  return header_row("proxy-v2-long", {std::move(move)});
}

CheckSpec websocket() {
  Announced v2{"version 2", to_wire(from("192.0.2.51")), "192.0.2.51"};
  Announced none{"no header", {}};
  v2.listener = none.listener = "proxy-ws";
  auto malformed = from("192.0.2.52");
  malformed.addresses.pop_back();
  Announced short_by_one{"11 bytes of addresses", to_wire(malformed)};
  short_by_one.listener = "proxy-ws";
  std::vector<Move> moves{announces(std::move(v2), Expect::accept),
                          announces(std::move(none), Expect::reject),
                          announces(std::move(short_by_one), Expect::reject)};
  auto spec = header_row("proxy-websocket", std::move(moves), "proxy.v2", {"proxy-ws"});
  spec.capabilities.emplace_back("proxy.ws");
  return spec;
}

CheckSpec spoof() {
  auto header = from("192.0.2.53");
  header.fields = tls_field(client_tls | client_cert_conn | client_cert_sess, 0, "admin");
  return header_row("proxy-spoof",
                    all_of({{"a header with a common name", to_wire(header)}}, Expect::either));
}

}  // namespace

std::vector<CheckSpec> header_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make :
       {text_families, text_unknown, binary_families, binary_local, binary_unspecified, before_tls,
        dribble, unknown_fields, checksum, long_header, websocket, spoof}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::identity
