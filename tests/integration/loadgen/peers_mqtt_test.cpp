// A broker that goes astray above all transports: in place of CONNACK, with packets that nobody
// asked for, and while the client publishes, waits for an acknowledgement or subscribes.
#include <fmt/format.h>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/integration/loadgen/peer_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using loadgen::FleetSpec;

namespace {

constexpr std::string_view malformed = "mqtt:malformed";
constexpr std::string_view unexpected = "mqtt:unexpected_packet";
constexpr std::string_view unexpected_ack = "mqtt:unexpected_acknowledgement";

Deed packet(std::string name, std::string_view bytes, std::string_view cause) {
  return {std::move(name),
          [bytes = hex(bytes)](Conversation& peer) { peer.packet(as_text(bytes)); },
          std::string(cause)};
}

/// Ends that are the same in every state.
std::vector<Deed> ends() {
  const auto begins = [](Conversation& peer) { peer.packet(as_text(hex("30 40 00 01"))); };
  return {
      packet("garbage", "ff ff ff ff ff ff ff ff", malformed),
      packet("packet type 0", "00 00", malformed),
      packet("a length of five bytes", "30 ff ff ff ff 01", malformed),
      packet("a packet of 256 MiB", "30 ff ff ff 7f 00", malformed),
      {"half a packet, then FIN",
       [begins](Conversation& peer) {
         begins(peer);
         peer.fin();
       },
       "closed"},
      {"half a packet, then RST",
       [begins](Conversation& peer) {
         begins(peer);
         peer.rst();
       },
       "errno:ECONNRESET"},
      {"FIN", &Conversation::fin, "closed"},
      {"RST", &Conversation::rst, "errno:ECONNRESET"},
      packet("DISCONNECT", "e0 01 8e", "disconnect:session_taken_over(142)"),
      packet("DISCONNECT of an unknown code", "e0 01 ff", malformed),
  };
}

/// Packets that no server may send, or not now. `ack` is the word for acknowledgements.
std::vector<Deed> unsolicited(std::string_view ack) {
  return {
      packet("CONNECT", "10 0f 00 04 'MQTT' 05 02 00 3c 00 00 02 'me'", unexpected),
      packet("a second CONNACK", "20 03 00 00 00", unexpected),
      packet("PUBACK of an unknown id", "40 02 12 34", ack),
      packet("PUBREC of an unknown id", "50 02 12 34", ack),
      packet("PUBREL", "62 02 12 34", ack),
      packet("PUBCOMP", "70 02 12 34", ack),
      packet("SUBSCRIBE", "82 07 00 01 00 00 01 't' 00", unexpected),
      packet("SUBACK not asked for", "90 04 12 34 00 00", ack),
      packet("UNSUBSCRIBE", "a2 06 00 01 00 00 01 't'", unexpected),
      packet("UNSUBACK not asked for", "b0 04 12 34 00 00", unexpected),
      packet("PINGREQ", "c0 00", unexpected),
      packet("AUTH", "f0 00", unexpected),
  };
}

std::vector<Deed> in_place_of_connack() {
  std::vector<Deed> deeds = ends();
  std::erase_if(deeds, [](const Deed& deed) {
    return deed.name.starts_with("half") || deed.name.starts_with("DISCONNECT") ||
           deed.name.starts_with("a second");
  });
  for (Deed& deed : unsolicited(unexpected)) {
    if (deed.name != "a second CONNACK") deeds.push_back(std::move(deed));
  }
  deeds.push_back(packet("DISCONNECT", "e0 01 8e", unexpected));
  deeds.push_back(packet("PUBLISH", "30 05 00 01 't' 00 'x'", unexpected));
  deeds.push_back(packet("PINGRESP", "d0 00", unexpected));
  deeds.push_back(packet("CONNACK that refuses", "20 03 00 87 00", "connack:not_authorized(135)"));
  deeds.push_back(packet("CONNACK without a code", "20 01 00", malformed));
  deeds.push_back(packet("CONNACK with reserved flags", "2f 03 00 00 00", malformed));
  deeds.push_back(
      packet("CONNACK twice the same property", "20 09 00 00 06 21 00 01 21 00 01", malformed));
  deeds.push_back(packet("half a CONNACK, then silence", "20 03 00", "deadline"));
  deeds.push_back({"half a CONNACK, then FIN",
                   [](Conversation& peer) {
                     peer.packet(as_text(hex("20 03 00")));
                     peer.fin();
                   },
                   "closed"});
  deeds.push_back({"silence", [](Conversation&) {}, "deadline"});
  return deeds;
}

void add_rows(std::vector<Row>& rows, const std::string& where, const std::string& phase,
              const Stage& stage, const std::vector<Deed>& deeds,
              const std::function<void(FleetSpec&)>& adjust = {}) {
  for (const Transport transport : every_transport()) {
    for (const Deed& deed : deeds) {
      Row row{.name = fmt::format("{}, {}: {}", to_string(transport), where, deed.name),
              .transport = transport,
              .stage = stage,
              .act = deed.act};
      if (!deed.cause.empty()) row.expected = phase + "/" + deed.cause;
      row.adjust = [adjust, silent = deed.cause == "deadline"](FleetSpec& fleet) {
        if (adjust) adjust(fleet);
        if (silent) impatient(fleet);
      };
      rows.push_back(std::move(row));
    }
  }
}

void qos_1(FleetSpec& fleet) { fleet.messages->qos = 1; }
void qos_2(FleetSpec& fleet) { fleet.messages->qos = 2; }

void subscribes(FleetSpec& fleet) {
  fleet.behaviour = loadgen::Behaviour::subscribe;
  fleet.messages->subscriptions = {{.filter = "t", .qos = 1}};
}

}  // namespace

TEST_CASE("Every end in place of CONNACK has its name", "[loadgen][peers]") {
  std::vector<Row> rows;
  add_rows(rows, "CONNACK's place", "connack", {.place = Place::connack}, in_place_of_connack());
  check_table(rows);
}

TEST_CASE("Every end of an idle connection has its name", "[loadgen][peers]") {
  std::vector<Row> rows;
  add_rows(rows, "idle", "established", {.place = Place::idle}, ends());
  add_rows(rows, "idle", "established", {.place = Place::idle}, unsolicited(unexpected));
  add_rows(rows, "idle", "established", {.place = Place::idle},
           {{"silence", [](Conversation&) {}, "deadline"},
            packet("half a packet, then silence", "30 40 00 01", "deadline")});
  // Nobody publishes in this run, so the limit is 1 MiB.
  add_rows(rows, "idle", "established", {.place = Place::idle},
           {packet("a packet of a byte too many", "30 fd ff 3f 00", malformed)});
  add_rows(rows, "MQTT 3.1.1", "established", {.place = Place::connack},
           {packet("DISCONNECT, which 3.1.1 does not have", "20 02 00 00 e0 00", malformed)},
           [](FleetSpec& fleet) { fleet.mqtt_level = 4; });
  check_table(rows);
}

TEST_CASE("Every end of a connection that publishes has its name", "[loadgen][peers]") {
  std::vector<Row> rows;
  const Stage publishing{.place = Place::busy};
  add_rows(rows, "publishing", "established", publishing, ends());
  add_rows(rows, "publishing", "established", publishing, unsolicited(unexpected_ack));
  add_rows(rows, "publishing", "established", publishing,
           {packet("half a packet, then silence", "30 40 00 01", ""),
            packet("PUBLISH that nobody asked for", "30 05 00 01 't' 00 'x'", "")},
           [](FleetSpec& fleet) { fleet.messages->pace.count = 10; });
  check_table(rows);
}

TEST_CASE("Every end of a connection that waits for an acknowledgement has its name",
          "[loadgen][peers]") {
  std::vector<Row> rows;
  const Stage waiting{.place = Place::busy};
  add_rows(rows, "unacknowledged", "established", waiting, ends(), qos_1);
  add_rows(rows, "unacknowledged", "established", waiting, unsolicited(unexpected_ack), qos_1);
  add_rows(rows, "unacknowledged", "established", waiting,
           {packet("PUBREC for QoS 1", "50 02 00 01", unexpected_ack),
            packet("PUBACK twice", "40 02 00 01 40 02 00 01", unexpected_ack),
            packet("PUBACK without an id", "40 00", unexpected_ack)},
           qos_1);
  add_rows(rows, "unacknowledged QoS 2", "established", waiting,
           {packet("PUBACK for QoS 2", "40 02 00 01", unexpected_ack),
            packet("PUBCOMP before PUBREC", "70 02 00 01", unexpected_ack),
            packet("PUBREC twice", "50 02 00 01 50 02 00 01", unexpected_ack)},
           qos_2);
  add_rows(rows, "unacknowledged", "established", waiting, {{"silence", [](Conversation&) {}, ""}},
           [](FleetSpec& fleet) {
             qos_1(fleet);
             fleet.messages->pace.duration = 1s;
           });
  check_table(rows);
}

TEST_CASE("Every end of a connection that subscribes has its name", "[loadgen][peers]") {
  std::vector<Row> rows;
  const Stage asked{.place = Place::busy, .packet = mqtt::PacketType::subscribe};
  add_rows(rows, "subscribing", "suback", asked,
           {packet("SUBACK of an unknown id", "90 04 12 34 00 00", unexpected_ack),
            packet("SUBACK of two codes", "90 05 ff ff 00 00 00", unexpected_ack),
            packet("SUBACK without a code", "90 03 ff ff 00", unexpected_ack),
            packet("SUBACK that refuses", "90 04 ff ff 00 87", "suback:not_authorized(135)"),
            packet("SUBACK twice", "90 04 ff ff 00 01 90 04 ff ff 00 01", unexpected_ack),
            {"silence", [](Conversation&) {}, "deadline"}},
           subscribes);
  add_rows(rows, "subscribing", "established", asked,
           {packet("PUBLISH whose topic is cut", "30 03 00 09 't'", malformed),
            packet("PUBLISH of QoS 3", "36 07 00 01 't' 00 01 00 'x'", malformed),
            packet("PUBACK of an unknown id", "40 02 12 34", unexpected_ack),
            packet("a second CONNACK", "20 03 00 00 00", unexpected),
            {"FIN", &Conversation::fin, "closed"},
            {"RST", &Conversation::rst, "errno:ECONNRESET"}},
           subscribes);
  check_table(rows);
}
