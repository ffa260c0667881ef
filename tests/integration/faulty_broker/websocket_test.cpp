// WebSocket octet by octet: what a conforming server says, and what each switch makes of it.
#include <chrono>
#include <thread>

#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/integration/faulty_broker/raw_client.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

const std::string connack_frame = "820420020000";
const std::string pingresp_frame = "8202d000";
const std::string close_1000 = "880203e8";
const std::string close_1002 = "880203ea";
const std::string close_1003 = "880203eb";
const std::string close_1009 = "880203f1";

/// One frame, masked with a key of zeros.
std::string frame(std::uint8_t first, std::string_view payload, bool masked = true) {
  std::string out{static_cast<char>(first)};
  const char bit = masked ? static_cast<char>(0x80) : '\0';
  if (payload.size() < 126) {
    out += static_cast<char>(bit | static_cast<char>(payload.size()));
  } else {
    out += static_cast<char>(bit | 126);
    out += static_cast<char>(payload.size() >> 8U);
    out += static_cast<char>(payload.size() & 0xffU);
  }
  if (masked) out += std::string(4, '\0');
  return out + std::string(payload);
}

std::string connect_text() { return std::string(as_text(mqtt_connect("raw"))); }
std::string closing() { return frame(0x88, std::string("\x03\xe8", 2)); }

std::string request(std::string_view fields = "Sec-WebSocket-Protocol: mqtt\r\n",
                    std::string_view first = "GET /mqtt HTTP/1.1", std::string_view version = "13",
                    std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==") {
  return std::string(first) +
         "\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: " +
         std::string(version) + "\r\nSec-WebSocket-Key: " + std::string(key) + "\r\n" +
         std::string(fields) + "\r\n";
}

/// What comes back on `parts`, each sent by itself, in hexadecimal; "!" behind it for a closed
/// connection, where `expected` ends so.
std::string answer(const std::vector<std::string>& parts, const Defects& defects,
                   const std::string& expected) {
  FaultyLab lab;
  lab.start({"ws"}, defects);
  RawClient client(lab.broker().listeners().front().endpoint.port);
  client.send(request());
  std::size_t head = 0;
  for (std::size_t count = 1; head == 0 && !client.closed(); ++count) {
    const auto at = as_text(client.hear(count)).find("\r\n\r\n");
    if (at != std::string_view::npos) head = at + 4;
  }
  for (const auto& part : parts) {
    client.send(part);
    if (parts.size() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }
  const bool to_the_end = expected.ends_with('!');
  const auto& heard = to_the_end ? client.hear_all() : client.hear(head + expected.size() / 2);
  const auto text = to_hex(ByteView(heard).subspan(head));
  if (!to_the_end) return text.substr(0, expected.size());
  return text + (client.closed() ? "!" : "");
}

struct FrameCase {
  std::string name;
  std::vector<std::string> sent;
  std::string conforming, faulty;
};

TEST_CASE("Every switch about frames changes what comes back", "[faulty_broker]") {
  const auto connect = connect_text();
  const auto half = connect.size() / 2;
  const auto first_half = connect.substr(0, half);
  const auto second_half = connect.substr(half);
  const auto whole = frame(0x82, connect);
  const std::vector<FrameCase> cases{
      {"ws_accepts_text", {frame(0x81, connect)}, close_1003 + "!", connack_frame},
      {"ws_accepts_unmasked", {frame(0x82, connect, false)}, close_1002 + "!", connack_frame},
      {"ws_accepts_reserved", {frame(0xc2, connect)}, close_1002 + "!", connack_frame},
      {"ws_accepts_orphan_continuation", {frame(0x80, connect)}, close_1002 + "!", connack_frame},
      {"ws_accepts_long_control",
       {frame(0x89, std::string(126, 'x'))},
       close_1002 + "!",
       "8a7e007e" + std::string("78")},
      {"ws_no_pong", {frame(0x89, "x") + whole}, "8a0178" + connack_frame, connack_frame},
      {"ws_no_close_echo",
       {whole + closing()},
       connack_frame + close_1000 + "!",
       connack_frame + "!"},
      {"ws_packet_is_message",
       {frame(0x82, first_half) + frame(0x82, second_half) + closing()},
       connack_frame + close_1000 + "!",
       "!"},
      {"ws_one_packet_per_message",
       {frame(0x82, connect + std::string("\xc0\x00", 2)) + closing()},
       connack_frame + pingresp_frame + close_1000 + "!",
       connack_frame + close_1000 + "!"},
      {"ws_no_fragments",
       {frame(0x02, first_half) + frame(0x80, second_half)},
       connack_frame,
       close_1002 + "!"},
      {"ws_control_breaks_message",
       {frame(0x02, first_half) + frame(0x89, "x") + frame(0x80, second_half)},
       "8a0178" + connack_frame,
       "8a0178" + close_1002 + "!"},
      {"ws_header_in_one_read",
       {whole.substr(0, 1), whole.substr(1)},
       connack_frame,
       close_1002 + "!"},
      {"ws_dies_of_huge_length",
       {std::string("\x82\xff\x40\0\0\0\0\0\0\0", 10) + connect},
       close_1009 + "!",
       "!"},
      {"ws_ignores_top_bit",
       {std::string("\x82\xff\x80\0\0\0\0\0\0", 9) + static_cast<char>(connect.size()) +
        std::string(4, '\0') + connect},
       close_1009 + "!",
       connack_frame},
      {"ws_masks_frames", {whole}, connack_frame, "82840000000020020000"},
  };
  for (const auto& [name, sent, conforming, faulty] : cases) {
    INFO(name);
    CHECK(answer(sent, {}, conforming) == conforming);
    CHECK(answer(sent, with_defect(name), faulty) == faulty);
  }
}

struct UpgradeCase {
  std::string name, sent;
  std::string conforming, faulty;  ///< what the answer holds
};

std::string head_of_answer(const UpgradeCase& upgrade, const Defects& defects) {
  FaultyLab lab;
  lab.start({"ws"}, defects);
  RawClient client(lab.broker().listeners().front().endpoint.port);
  client.send(upgrade.sent);
  std::string head;
  for (std::size_t count = 1; head.find("\r\n\r\n") == std::string::npos; ++count) {
    head = std::string(as_text(client.hear(count)));
    if (client.closed() || head.size() < count) break;
  }
  return head;
}

TEST_CASE("Every switch about the upgrade changes its answer", "[faulty_broker]") {
  const std::string good_hash = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
  const std::string upgraded = "HTTP/1.1 101 ";
  const std::vector<UpgradeCase> cases{
      {"ws_wrong_accept_hash", request(), good_hash, "Sec-WebSocket-Accept: "},
      {"ws_no_subprotocol", request(), "Sec-WebSocket-Protocol: mqtt\r\n", upgraded},
      {"ws_first_subprotocol_only", request("Sec-WebSocket-Protocol: foo, mqtt\r\n"),
       "Sec-WebSocket-Protocol: mqtt\r\n", "HTTP/1.1 400 "},
      {"ws_echoes_unknown_subprotocol", request("Sec-WebSocket-Protocol: foo\r\n"), "HTTP/1.1 400 ",
       "Sec-WebSocket-Protocol: foo\r\n"},
      {"ws_case_sensitive_fields",
       "GET /mqtt HTTP/1.1\r\nhost: h\r\nupgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\n"
       "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
       good_hash, "HTTP/1.1 400 "},
      {"ws_any_version", request("", "GET /mqtt HTTP/1.1", "8"),
       "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\n", upgraded},
      {"ws_any_key", request("", "GET /mqtt HTTP/1.1", "13", "short"), "HTTP/1.1 400 ", upgraded},
      {"ws_any_method", request("", "POST /mqtt HTTP/1.1"), "HTTP/1.1 405 ", upgraded},
      {"ws_any_path", request("", "GET /other HTTP/1.1"), "HTTP/1.1 404 ", upgraded},
      {"ws_refuses_query", request("", "GET /mqtt?x=1 HTTP/1.1"), upgraded, "HTTP/1.1 400 "},
      {"ws_any_origin", request("Origin: https://foreign.handfast.test\r\n"), "HTTP/1.1 403 ",
       upgraded},
      {"ws_hangs_on_large_head", request("X: " + std::string(20000, 'x') + "\r\n"), "HTTP/1.1 431 ",
       ""},
      {"ws_request_in_one_read", request().substr(0, 40), "", "HTTP/1.1 400 "},
      {"ws_accepts_deflate", request("Sec-WebSocket-Extensions: permessage-deflate\r\n"), upgraded,
       "Sec-WebSocket-Extensions: permessage-deflate\r\n"},
      {"ws_hangs_without_upgrade", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 400 ", ""},
  };
  for (const auto& upgrade : cases) {
    INFO(upgrade.name);
    const auto before = head_of_answer(upgrade, {});
    const auto after = head_of_answer(upgrade, with_defect(upgrade.name));
    CHECK(before.find(upgrade.conforming) != std::string::npos);
    CHECK(after.find(upgrade.faulty) != std::string::npos);
    CHECK(before != after);
  }
}

TEST_CASE("A broker that dies of a length accepts nobody any more", "[faulty_broker]") {
  FaultyLab lab;
  lab.start({"ws", "tcp"}, with_defect("ws_dies_of_huge_length"));
  const auto port = lab.broker().listeners().front().endpoint.port;
  RawClient killer(port);
  killer.send(request() + std::string("\x82\xff\x40\0\0\0\0\0\0\0", 10));
  killer.hear_all();
  CHECK(killer.closed());
  for (int i = 0; i < 100 && !RawClient(port).refused(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(RawClient(port).refused());
}

}  // namespace
}  // namespace handfast::test
