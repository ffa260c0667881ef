// A server that goes astray in place of the WebSocket upgrade's answer, and behind it.
#include <fmt/format.h>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/integration/loadgen/peer_table.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view connack{"\x20\x03\x00\x00\x00", 5};

/// The true answer, changed.
Script answers(const std::function<std::string(std::string)>& change) {
  return [change](Conversation& peer) { peer.plain(change(peer.upgrade_answer())); };
}

Script says(std::string text) {
  return [text](Conversation& peer) { peer.plain(text); };
}

std::string half(const std::string& text) { return text.substr(0, text.size() / 2); }

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  return text.replace(text.find(what), what.size(), by);
}

std::vector<Deed> in_place_of_the_answer() {
  return {
      {"garbage", says(std::string(100, '\xff')), "http:protocol"},
      {"MQTT", says(std::string(connack)), "http:protocol"},
      {"404", says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "http:404"},
      {"302", says("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"), "http:302"},
      {"200", says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), "http:200"},
      {"no key",
       says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\n\r\n"),
       "http:protocol"},
      {"another's key", answers([](std::string text) {
         char& letter = text[text.find("Accept: ") + 8];
         letter = letter == 'A' ? 'B' : 'A';
         return text;
       }),
       "http:protocol"},
      {"another subprotocol",
       answers([](std::string text) { return replaced(text, ": mqtt", ": soap"); }),
       "http:protocol"},
      {"a header without end", says("HTTP/1.1 101 X\r\n" + std::string(100000, 'x')),
       "http:protocol"},
      {"half an answer, then silence", answers(half), "deadline"},
      {"half an answer, then FIN",
       [](Conversation& peer) {
         peer.plain(half(peer.upgrade_answer()));
         peer.fin();
       },
       "closed"},
      {"silence", [](Conversation&) {}, "deadline"},
      {"FIN", &Conversation::fin, "closed"},
      {"RST", &Conversation::rst, "errno:ECONNRESET"},
  };
}

/// A frame of the server with another first byte, or with one of these lengths.
std::string frame(std::uint8_t first, std::string_view length, std::string_view payload = {}) {
  return std::string(1, static_cast<char>(first)) + std::string(length) + std::string(payload);
}

std::vector<Deed> in_place_of_a_frame() {
  return {
      {"garbage", says(std::string(100, '\xff')), "websocket:protocol"},
      {"a masked frame", says(frame(0x82, std::string_view("\x81\0\0\0\0 ", 6))),
       "websocket:protocol"},
      {"a text frame", says(frame(0x81, "\x01", "x")), "websocket:protocol"},
      {"a reserved opcode", says(frame(0x83, "\x01", "x")), "websocket:protocol"},
      {"a reserved bit", says(frame(0xc2, "\x01", "x")), "websocket:protocol"},
      {"a length of 2^63", says(frame(0x82, "\x7f\xff\xff\xff\xff\xff\xff\xff\xff")),
       "websocket:protocol"},
      {"a ping of 126 bytes", says(frame(0x89, std::string_view("\x7e\0\x7e", 3))),
       "websocket:protocol"},
      {"a fragment of nothing", says(frame(0x80, "\x01", "x")), "websocket:protocol"},
      {"close", says(frame(0x88, std::string_view("\x00", 1))), "websocket:close(1005)"},
      {"close 1002", says(frame(0x88, "\x02", "\x03\xea")), "websocket:close(1002)"},
      {"close of one byte", says(frame(0x88, "\x01", "\x03")), "websocket:protocol"},
      {"half a frame, then silence", says(frame(0x82, "\x7e\x01")), "deadline"},
      {"half a frame, then FIN",
       [](Conversation& peer) {
         peer.plain(frame(0x82, "\x7e\x01"));
         peer.fin();
       },
       "closed"},
  };
}

void add_rows(std::vector<Row>& rows, const std::string& where, const std::string& phase,
              const Stage& stage, const std::vector<Deed>& deeds) {
  for (const Transport transport : {Transport::ws, Transport::wss}) {
    for (const Deed& deed : deeds) {
      Row row{.name = fmt::format("{}, {}: {}", to_string(transport), where, deed.name),
              .transport = transport,
              .stage = stage,
              .act = deed.act};
      if (!deed.cause.empty()) row.expected = phase + "/" + deed.cause;
      if (deed.cause == "deadline") row.adjust = impatient;
      rows.push_back(std::move(row));
    }
  }
}

}  // namespace

TEST_CASE("Every end in place of the upgrade's answer and behind it has its name",
          "[loadgen][peers]") {
  std::vector<Row> rows;
  add_rows(rows, "answer's place", "upgrade", {.place = Place::upgrade}, in_place_of_the_answer());
  add_rows(rows, "CONNACK's place", "connack", {.place = Place::connack}, in_place_of_a_frame());
  add_rows(rows, "idle", "established", {.place = Place::idle}, in_place_of_a_frame());
  check_table(rows);
}

TEST_CASE("What RFC 6455 allows a server does no harm", "[loadgen][peers]") {
  std::vector<Row> rows;
  add_rows(rows, "answer's place", "upgrade", {.place = Place::upgrade},
           {{"CONNACK in the answer's own bytes, before CONNECT",
             answers([](std::string text) { return text + frame(0x82, "\x05", connack); }), ""}});
  add_rows(rows, "CONNACK's place", "connack", {.place = Place::connack},
           {{"a byte a frame",
             [](Conversation& peer) {
               for (const char byte : connack) peer.packet(std::string_view(&byte, 1));
             },
             ""},
            {"fragments with pings between",
             [](Conversation& peer) {
               using websocket::Opcode;
               peer.packet(connack.substr(0, 2), {.opcode = Opcode::binary, .fin = false});
               peer.packet("?", {.opcode = Opcode::ping});
               peer.packet({}, {.opcode = Opcode::continuation, .fin = false});
               peer.packet(connack.substr(2), {.opcode = Opcode::continuation});
             },
             ""},
            {"thousands of pings",
             [](Conversation& peer) {
               const std::string ping = frame(0x89, "\x04", "ping");
               std::string many;
               for (int i = 0; i < 5000; ++i) many += ping;
               peer.plain(many);
               peer.packet(connack);
             },
             ""}});
  check_table(rows);
}
