// A broker that stops reading while the client has much to say, and then leaves, or does not.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "tests/integration/loadgen/peer_table.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

/// More than the sockets of a connection hold, as fast as they take it.
void talkative(loadgen::FleetSpec& fleet) {
  fleet.messages->payload.bytes = 256 * 1024;
  fleet.messages->pace = {.rate = 0, .count = 1000, .duration = 40s};
}

/// The second connection of a peer waits until the first one's flood has come to its end.
void patient_enough(loadgen::FleetSpec& fleet) {
  impatient(fleet);
  fleet.deadline = 15s;
}

Script then(const Script& last) {
  return [last](Conversation& peer) {
    peer.let_pile_up();
    last(peer);
  };
}

std::vector<Deed> departures() {
  const std::string busy{"\xe0\x01\x89", 3};
  return {
      {"FIN", &Conversation::fin, "closed"},
      {"RST", &Conversation::rst, "errno:ECONNRESET"},
      {"DISCONNECT, then FIN",
       [busy](Conversation& peer) {
         peer.packet(busy);
         peer.fin();
       },
       "disconnect:server_busy(137)"},
      {"DISCONNECT, then RST",
       [busy](Conversation& peer) {
         peer.packet(busy);
         peer.rst();
       },
       "disconnect:server_busy(137)"},
      {"garbage", [](Conversation& peer) { peer.packet(std::string_view("\0\0\0\0", 4)); },
       "mqtt:malformed"},
  };
}

}  // namespace

TEST_CASE("A broker that leaves a backlog behind is named as if there were none",
          "[loadgen][peers]") {
  std::vector<Row> rows;
  for (const Transport transport : every_transport()) {
    auto deeds = departures();
    if (transport == Transport::tls || transport == Transport::wss) {
      deeds.push_back({"alert, then RST",
                       [](Conversation& peer) {
                         peer.record(21, "\x02\x50");
                         peer.rst();
                       },
                       "alert_received:internal_error(80)"});
    }
    for (const Deed& deed : deeds) {
      rows.push_back({.name = fmt::format("{}: {}", to_string(transport), deed.name),
                      .transport = transport,
                      .stage = {.place = Place::busy},
                      .act = then(deed.act),
                      .expected = "established/" + deed.cause,
                      .adjust = talkative});
    }
    rows.push_back({.name = fmt::format("{}: silence", to_string(transport)),
                    .transport = transport,
                    .stage = {.place = Place::busy},
                    .act = [](Conversation&) {},
                    .expected = "established/deadline",  // of the PINGREQ that cannot leave
                    .adjust =
                        [](loadgen::FleetSpec& fleet) {
                          talkative(fleet);
                          impatient(fleet);
                        }});
  }
  check_table(rows);
}

TEST_CASE("A broker that asks for answers and takes none cannot fill our memory",
          "[loadgen][peers]") {
  std::atomic<int> most = 0;
  const auto floods = [&most](std::string_view text) {
    return [&most, text](Conversation& peer) { most = std::max(most.load(), peer.flood(text)); };
  };
  constexpr std::string_view publish{"\x32\x06\0\x01t\0\x01\0", 8};  // QoS 1
  constexpr std::string_view ping{"\x89\0", 2};
  std::vector<Row> rows;
  for (const Transport transport : every_transport()) {
    const bool frames = transport == Transport::ws || transport == Transport::wss;
    Row row{.name = fmt::format("{}: a flood", to_string(transport)),
            .transport = transport,
            .stage = {.place = Place::idle},
            .act = floods(frames ? ping : publish),
            .expected = "established/deadline",  // of the PINGREQ, whose answer is behind the flood
            .adjust = patient_enough};
    if (!frames) {
      row.stage = {.place = Place::busy, .packet = mqtt::PacketType::subscribe};
      row.act = [flood = row.act](Conversation& peer) {
        peer.packet({"\x90\x04\xff\xff\0\0", 6});
        flood(peer);
      };
      row.adjust = [](loadgen::FleetSpec& fleet) {
        fleet.behaviour = loadgen::Behaviour::echo;  // hears, and does not leave before the end
        fleet.messages->pace = {.rate = 1, .duration = 50s};
        patient_enough(fleet);
      };
    }
    rows.push_back(std::move(row));
  }
  check_table(rows);
  CHECK(most > 0);
  CHECK(most < 32);
}
