// A server that goes astray at each message of the TLS handshake, and behind it. The expected
// causes are those of docs/connection-behaviours.md.
#include <fmt/format.h>

#include <array>

#include "core/tls/alert.hpp"
#include "tests/integration/loadgen/lab.hpp"
#include "tests/integration/loadgen/peer_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint8_t alert_record = 21;  // RFC 8446 §5.1
constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t data_record = 23;

constexpr std::string_view half_of_a_handshake("\x16\x03\x03\x01\x00\x02\x00", 7);
constexpr std::string_view half_of_a_sealed_one("\x17\x03\x03\x01\x00\x02\x00", 7);

/// What the server's records of a handshake carry, in order.
const std::vector<std::string>& messages_of(int version) {
  static const std::vector<std::string> tls13{
      "ServerHello", "ChangeCipherSpec", "EncryptedExtensions", "Certificate", "CertificateVerify"};
  static const std::vector<std::string> tls12{"ServerHello",       "Certificate",
                                              "ServerKeyExchange", "ServerHelloDone",
                                              "NewSessionTicket",  "ChangeCipherSpec"};
  return version == TLS1_3_VERSION ? tls13 : tls12;
}

std::string alert_bytes(std::uint8_t level, std::uint8_t description) {
  return {static_cast<char>(level), static_cast<char>(description)};
}

std::string alert_cause(std::uint8_t description) {
  return fmt::format("alert_received:{}({})", tls::alert_name(description), description);
}

/// An alert, encrypted or not.
Script says_alert(std::uint8_t level, std::uint8_t description, bool encrypted) {
  return [=](Conversation& peer) {
    const std::string alert = alert_bytes(level, description);
    if (encrypted) return peer.record(alert_record, alert);
    peer.wire(std::string("\x15\x03\x03\x00\x02", 5) + alert);
  };
}

Script then(Script first, void (Conversation::*last)()) {
  return [=](Conversation& peer) {
    first(peer);
    (peer.*last)();
  };
}

/// What a server may do at any byte of TLS.
std::vector<Deed> deeds_at_any_byte(bool encrypted) {
  const auto half_record = encrypted ? half_of_a_sealed_one : half_of_a_handshake;
  const auto says = [](std::string_view text) {
    return [text](Conversation& peer) { peer.wire(text); };
  };
  const std::string noise(100, '\xff');
  return {
      {"garbage", [noise](Conversation& peer) { peer.wire(noise); }, "tls:protocol"},
      {"another protocol", says("HTTP/1.1 400 Bad Request\r\n\r\n"), "tls:protocol"},
      {"half a record, then silence", says(half_record), "deadline"},
      {"half a record, then FIN", then(says(half_record), &Conversation::fin), "closed"},
      {"silence", [](Conversation&) {}, "deadline"},
      {"FIN", &Conversation::fin, "closed"},
      {"RST", &Conversation::rst, "errno:ECONNRESET"},
  };
}

std::vector<Deed> alerts(bool encrypted) {
  std::vector<Deed> deeds;
  for (const std::uint8_t description :
       std::to_array<std::uint8_t>({10, 40, 42, 48, 70, 80, 112, 116})) {
    deeds.push_back({fmt::format("fatal alert {}", description),
                     says_alert(2, description, encrypted), alert_cause(description)});
  }
  deeds.push_back({"fatal alert, then RST", then(says_alert(2, 49, encrypted), &Conversation::rst),
                   alert_cause(49)});
  deeds.push_back({"fatal alert, then FIN", then(says_alert(2, 50, encrypted), &Conversation::fin),
                   alert_cause(50)});
  deeds.push_back({"close_notify", says_alert(1, 0, encrypted), "closed"});
  if (encrypted) {
    // RFC 8446 §6: an error alert is one, whatever level it claims.
    deeds.push_back({"warning alert", says_alert(1, 49, true), alert_cause(49)});
    deeds.push_back({"alert of level 0", says_alert(0, 80, true), alert_cause(80)});
    deeds.push_back({"half an alert", [](Conversation& peer) { peer.record(alert_record, "\x02"); },
                     "tls:protocol"});
  } else {
    deeds.push_back(
        {"warning alert, then FIN", then(says_alert(1, 112, false), &Conversation::fin), "closed"});
    deeds.push_back({"six warning alerts",
                     [](Conversation& peer) {
                       for (int i = 0; i < 6; ++i) says_alert(1, 112, false)(peer);
                     },
                     "tls:protocol"});
  }
  return deeds;
}

void add_rows(std::vector<Row>& rows, const std::string& where, const Row& like,
              const std::vector<Deed>& deeds, const std::string& phase) {
  for (const Deed& deed : deeds) {
    Row row = like;
    row.name = fmt::format("{}, {}: {}", to_string(like.transport), where, deed.name);
    row.act = deed.act;
    if (!deed.cause.empty()) row.expected = phase + "/" + deed.cause;
    if (deed.cause == "deadline") row.adjust = impatient;
    rows.push_back(std::move(row));
  }
}

Stage behind(std::size_t records) {
  return {.place = records == 0 ? Place::hello : Place::flight, .records = records};
}

/// What comes in a record of its own where no handshake is going on any more.
std::vector<Deed> deeds_of_records() {
  const auto seals = [](std::uint8_t type, std::string content) {
    return [=](Conversation& peer) { peer.record(type, content); };
  };
  const std::string long_record = std::string("\x17\x03\x03\x48\x01", 5) + std::string(20000, 'x');
  return {
      {"a record of noise",
       [](Conversation& peer) {
         peer.wire(std::string("\x17\x03\x03\x00\x40", 5) + std::string(64, 'n'));
       },
       "tls:protocol"},
      {"a record that is too long", [long_record](Conversation& peer) { peer.wire(long_record); },
       "tls:protocol"},
      {"a second Finished",
       seals(handshake_record, std::string("\x14\0\0\x20", 4) + std::string(32, 'f')),
       "tls:protocol"},
      {"a message of an unknown type", seals(handshake_record, std::string("\xc8\0\0\0", 4)),
       "tls:protocol"},
      {"an inner record of an unknown type", seals(99, "x"), "tls:protocol"},
      {"empty records without end",
       [](Conversation& peer) {
         for (int i = 0; i < 100; ++i) peer.record(data_record, "");
       },
       "tls:protocol"},
      {"half a ticket, then FIN",
       [](Conversation& peer) {
         peer.record(handshake_record, std::string("\x04\0\0\x40\0\0", 6));
         peer.fin();
       },
       "closed"},
      {"tickets without end, then FIN",
       [](Conversation& peer) {
         peer.tickets(200);
         peer.fin();
       },
       "closed"},
      {"tickets without end, then close_notify",
       [](Conversation& peer) {
         peer.tickets(200);
         peer.close_notify();
       },
       "closed"},
  };
}

}  // namespace

TEST_CASE("Every end at every message of the TLS handshake has its name", "[loadgen][peers]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const Transport transport = GENERATE(Transport::tls, Transport::wss);
  const auto& messages = messages_of(version);
  std::vector<Row> rows;
  for (std::size_t records = 0; records <= messages.size(); ++records) {
    const std::string where =
        records == 0 ? "ServerHello's place" : fmt::format("behind {}", messages[records - 1]);
    const bool encrypted = version == TLS1_3_VERSION && records > 0;
    const Row like{.transport = transport, .stage = behind(records), .tls_version = version};
    add_rows(rows, where, like, deeds_at_any_byte(encrypted), "tls");
    // TLS 1.2: from ChangeCipherSpec on an alert would have to be encrypted too.
    if (version == TLS1_2_VERSION && records == messages.size()) continue;
    add_rows(rows, where, like, alerts(encrypted), "tls");
  }
  check_table(rows);
}

TEST_CASE("Every end behind the TLS handshake has its name", "[loadgen][peers]") {
  std::vector<Row> rows;
  for (const Transport transport : {Transport::tls, Transport::wss}) {
    const Row secured{.transport = transport, .stage = {.place = Place::secured}};
    const std::string phase = transport == Transport::tls ? "connack" : "upgrade";
    for (const auto& deeds : {deeds_at_any_byte(true), alerts(true), deeds_of_records()}) {
      add_rows(rows, "secured", secured, deeds, phase);
    }
    const Row idle{.transport = transport, .stage = {.place = Place::idle}};
    for (const auto& deeds : {deeds_at_any_byte(true), alerts(true), deeds_of_records()}) {
      add_rows(rows, "idle", idle, deeds, "established");
    }
    const Row busy{.transport = transport, .stage = {.place = Place::busy}};
    add_rows(rows, "publishing", busy, alerts(true), "established");
  }
  check_table(rows);
}

TEST_CASE("Tickets without end do no harm to who waits for something else", "[loadgen][peers]") {
  std::vector<Row> rows;
  for (const Transport transport : {Transport::tls, Transport::wss}) {
    rows.push_back({.name = fmt::format("{}, tickets before CONNACK", to_string(transport)),
                    .transport = transport,
                    .stage = {.place = Place::connack},
                    .act = [](Conversation& peer) {
                      peer.tickets(200);
                      peer.packet({"\x20\x03\x00\x00\x00", 5});
                    }});
    rows.push_back({.name = fmt::format("{}, tickets for who collects them", to_string(transport)),
                    .transport = transport,
                    .stage = {.place = Place::connack},
                    .act =
                        [](Conversation& peer) {
                          peer.tickets(200);
                          peer.packet({"\x20\x03\x00\x00\x00", 5});
                        },
                    .adjust =
                        [](loadgen::FleetSpec& fleet) {
                          fleet.resumption.kind = loadgen::ResumptionKind::tickets;
                        }});
  }
  check_table(rows);
}

TEST_CASE("A server that ends at each byte of its handshake ends in tls", "[loadgen][peers]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  struct Sweep {
    Transport transport;
    bool resets;
    std::uint64_t step;
  };
  // Every byte once; what else there is need not be that thorough.
  const auto sweep = GENERATE(values<Sweep>(
      {{Transport::tls, false, 1}, {Transport::tls, true, 29}, {Transport::wss, false, 31}}));
  // More than a handshake has bytes.
  const std::uint64_t count = 1450 / sweep.step;
  std::uint64_t number = 0;
  std::uint64_t within = 0;
  const Peer peer([&](int fd) {
    Conversation talk(fd, sweep.transport, version);
    if (talk.play_cut(number++ * sweep.step)) ++within;
    sweep.resets ? talk.rst() : talk.fin();
  });
  loadgen::FleetSpec fleet;
  fleet.name = "cut";
  fleet.endpoint = {.transport = sweep.transport, .host = "127.0.0.1", .port = peer.port()};
  fleet.tls.trust = test_pki().trust();
  fleet.deadline = 60s;
  fleet.max_in_flight = 32;  // the peer serves one after the other
  const auto rate = static_cast<double>(count);
  fleet.stages = {{rate, rate, 1s}};
  const auto stats = run_one(fleet, {.drain = 60s}).fleets.at(0);
  INFO(failures_of(stats) << "; " << within << " within the handshake");
  CHECK(stats.started == count);
  CHECK(stats.failed == count);
  CHECK(within > count / 2);
  CHECK(within < count);
  const std::string cause = sweep.resets ? "errno:ECONNRESET" : "closed";
  const std::string behind = sweep.transport == Transport::tls ? "connack" : "upgrade";
  CHECK(stats.failures == std::map<stats::FailureKey, std::uint64_t>{
                              {{"tls", cause}, within}, {{behind, cause}, count - within}});
}
