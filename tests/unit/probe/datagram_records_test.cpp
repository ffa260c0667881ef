// DTLS records and hellos as bytes, against vectors written from RFC 6347.
#include "harness/probe/datagram/exchange.hpp"
#include "harness/probe/datagram/first_answer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

namespace handfast::probe {
namespace {

using test::hex;

/// HelloVerifyRequest with a cookie of four bytes, in a record of DTLS 1.0 (section 4.2.1).
const Bytes hello_verify =
    hex("16 feff 0000 000000000007 0013 03 000007 0000 000000 000007 feff 04 c0ffee00");

TEST_CASE("A datagram is split into its records", "[dtls]") {
  const auto records =
      split_datagram(hex("14 fefd 0000 000000000003 0001 01"
                         "16 fefd 0001 000000000000 0002 aabb"));
  REQUIRE(records);
  REQUIRE(records->size() == 2);
  CHECK((*records)[0].type == ContentType::change_cipher_spec);
  CHECK((*records)[0].sequence == 3);
  CHECK((*records)[1].epoch == 1);
  CHECK((*records)[1].fragment == hex("aabb"));
  Bytes again;
  for (const auto& record : *records) append_record(again, record);
  CHECK(split_datagram(again) == records);
}

TEST_CASE("Bytes that are no whole records are none", "[dtls]") {
  for (std::size_t size = 0; size < hello_verify.size(); ++size) {
    INFO(size);
    CHECK_FALSE(split_datagram(ByteView(hello_verify).first(size)));
  }
  CHECK_FALSE(split_datagram(hex("16 feff 0000 000000000000 ffff 00")));
}

TEST_CASE("Handshake fragments are read in clear and only there", "[dtls]") {
  const auto record = split_datagram(hello_verify)->front();
  const auto parts = fragments_of(record);
  REQUIRE(parts.size() == 1);
  CHECK(parts.front().type == 3);
  CHECK(parts.front().whole());
  CHECK(to_bytes(parts.front()) == record.fragment);
  auto sealed = record;
  sealed.epoch = 1;
  CHECK(fragments_of(sealed).empty());
  auto cut = record;
  cut.fragment.pop_back();
  CHECK(fragments_of(cut).empty());
}

TEST_CASE("A datagram is told in words", "[dtls]") {
  CHECK(describe_datagram(hello_verify) == "HelloVerifyRequest 7 B");
  CHECK(describe_datagram(hex("15 fefd 0000 000000000000 0002 0228")) ==
        "alert handshake_failure (40)");
  CHECK(describe_datagram(hex("0b fefd")) == "no records, 3 B");
  CHECK(describe_datagram(hex("17 fefd 0001 000000000001 0003 aabbcc")) ==
        "protected application data 3 B");
}

TEST_CASE("First answers are told apart", "[dtls]") {
  const auto cookie = read_answer(hello_verify);
  CHECK(cookie.kind == AnswerKind::hello_verify);
  CHECK(cookie.cookie == hex("c0ffee00"));
  CHECK(cookie.record_sequence == 7);
  CHECK(cookie.bytes == hello_verify.size());
  const auto alert = read_answer(hex("15 fefd 0000 000000000000 0002 0246"));
  CHECK(alert.kind == AnswerKind::alert);
  CHECK(alert.text() == "alert protocol_version (70)");
  CHECK(read_answer(hex("00")).kind == AnswerKind::something);
  // A ServerHello without extensions: its version is the legacy one.
  const Bytes random(32, 0x11);
  auto body = hex("fefd");
  body.insert(body.end(), random.begin(), random.end());
  const auto end = hex("00 c02b 00");
  body.insert(body.end(), end.begin(), end.end());
  const Fragment hello{
      .type = 2, .length = static_cast<std::uint32_t>(body.size()), .message_seq = 1, .body = body};
  const auto answer = read_answer(datagram_of({.fragment = to_bytes(hello)}));
  CHECK(answer.kind == AnswerKind::server_hello);
  CHECK(answer.version == dtls_1_2);
}

TEST_CASE("A hello has its cookie behind the session identifier", "[dtls]") {
  const auto hello = make_datagram_hello("").value();
  const auto first = hello_body(hello);
  // client_version, random, no session identifier, no cookie, two bytes of the suites' length.
  CHECK(ByteView(first).first(2)[0] == 0xfe);
  CHECK(first[34] == 0);
  CHECK(first[35] == 0);
  const auto second = hello_body(with_cookie(hello, hex("c0ffee")));
  CHECK(second[35] == 3);
  CHECK(Bytes(second.begin() + 36, second.begin() + 39) == hex("c0ffee"));
  CHECK(Bytes(second.begin() + 39, second.end()) == Bytes(first.begin() + 36, first.end()));
}

TEST_CASE("A hello in fragments is a datagram each, and whole when put together", "[dtls]") {
  auto hello = make_datagram_hello("").value();
  hello.fragment_bytes = 40;
  const auto body = hello_body(hello);
  Bytes together;
  std::uint64_t sequence = 0;
  for (const auto& datagram : hello_datagrams(hello)) {
    const auto record = split_datagram(datagram)->front();
    CHECK(record.sequence == sequence++);
    const auto part = fragments_of(record).front();
    CHECK(part.length == body.size());
    CHECK(part.offset == together.size());
    CHECK(part.body.size() <= 40);
    together.insert(together.end(), part.body.begin(), part.body.end());
  }
  CHECK(together == body);
}

TEST_CASE("A CoAP ping is answered by the reset of its number alone", "[dtls]") {
  Exchange exchange(DatagramApplication::coap, "id");
  CHECK(exchange.question() == hex("40 00 00 01"));
  CHECK_FALSE(exchange.answers(hex("70 00 00 02")));
  CHECK_FALSE(exchange.answers(hex("60 00 00 01")));
  CHECK(exchange.answer().empty());
  CHECK(exchange.answers(hex("70 00 00 01")));
  CHECK(exchange.answer() == "a reset");
}

TEST_CASE("MQTT-SN is asked to connect, and then pinged", "[dtls]") {
  Exchange exchange(DatagramApplication::mqtt_sn, "ab");
  CHECK(exchange.question() == hex("08 04 04 01 003c 'ab'"));
  CHECK_FALSE(exchange.answers(hex("02 17")));
  CHECK_FALSE(exchange.answers(hex("03 05 01")));
  CHECK(exchange.refusal() == "CONNACK 1 congestion");
  CHECK(exchange.answers(hex("03 05 00")));
  CHECK(exchange.question() == hex("02 16"));
  CHECK(exchange.answers(hex("02 17")));
}

TEST_CASE("An echo is the same bytes, and every question is new", "[dtls]") {
  Exchange exchange(DatagramApplication::echo, "id");
  const auto first = exchange.question();
  CHECK(exchange.answers(first));
  const auto second = exchange.question();
  CHECK(second != first);
  CHECK_FALSE(exchange.answers(first));
  CHECK(datagram_application("mqtt-sn") == DatagramApplication::mqtt_sn);
  CHECK(datagram_application("yes") == DatagramApplication::unknown);
}

}  // namespace
}  // namespace handfast::probe
