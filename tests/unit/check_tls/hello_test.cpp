// ClientHello as a value to change, and the first flight read back; no sockets.
#include "harness/probe/hello.hpp"

#include <algorithm>

#include "harness/check/tls_protocol/answer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

namespace handfast::probe {
namespace {

using tls::native::FirstFlight;
using tls::native::read_first_flight;

std::vector<std::uint16_t> types_of(const tls::native::ClientHello& hello) {
  std::vector<std::uint16_t> types;
  for (const auto& extension : hello.extra) types.push_back(extension.type);
  return types;
}

TEST_CASE("spelled-out extensions encode to the same bytes", "[probe]") {
  for (const auto base : {HelloBase::modern, HelloBase::tls13, HelloBase::tls12}) {
    auto hello = make_hello(base, "localhost").value();
    Bytes named, spelled;
    tls::native::encode(hello.message, named);
    spell_out_extensions(hello.message);
    tls::native::encode(hello.message, spelled);
    CHECK(named == spelled);
    CHECK(types_of(hello.message).size() > 4);
  }
}

TEST_CASE("a hello of TLS 1.2 alone has nothing of TLS 1.3", "[probe]") {
  auto hello = make_hello(HelloBase::tls12, "localhost").value();
  spell_out_extensions(hello.message);
  const auto types = types_of(hello.message);
  CHECK(std::ranges::find(types, 0) != types.end());   // server_name
  CHECK(std::ranges::find(types, 43) == types.end());  // supported_versions
  CHECK(std::ranges::find(types, 51) == types.end());  // key_share
  CHECK(std::ranges::find(types, 45) == types.end());  // psk_key_exchange_modes
}

TEST_CASE("an address is no server name", "[probe]") {
  CHECK(make_hello(HelloBase::modern, "127.0.0.1")->message.server_name.empty());
  CHECK(make_hello(HelloBase::modern, "::1")->message.server_name.empty());
  CHECK(make_hello(HelloBase::modern, "broker.example")->message.server_name == "broker.example");
}

TEST_CASE("a hello without its extension block ends behind compression", "[probe]") {
  auto hello = make_hello(HelloBase::tls12, "").value();
  hello.message.extension_block = false;
  hello.message.session_id.clear();
  hello.message.cipher_suites = {0x002f};
  Bytes message;
  tls::native::encode(hello.message, message);
  CHECK(message.size() == 4 + 2 + 32 + 1 + 4 + 2);
  CHECK(to_hex(ByteView(message).last(6)) == "0002002f0100");
}

TEST_CASE("records are cut where they are told to be", "[probe]") {
  const Bytes message(120, 7);
  const auto wire = in_records(message, 0x0300, 50);
  CHECK(wire.size() == 120 + 3 * 5);
  CHECK(to_hex(ByteView(wire).first(6)) == "160300003207");
  CHECK(to_hex(ByteView(wire).subspan(110, 6)) == "160300001407");
}

TEST_CASE("each hello is a fresh one", "[probe]") {
  const auto one = make_hello(HelloBase::modern, "").value();
  const auto other = make_hello(HelloBase::modern, "").value();
  CHECK(one.message.random != other.message.random);
  CHECK(one.message.session_id != other.message.session_id);
  CHECK(one.message.key_shares[0].key_exchange != other.message.key_shares[0].key_exchange);
}

// ServerHello of TLS 1.2: version, random, no session, suite, null, extensions.
Bytes server_hello(const std::string& random, const std::string& extensions) {
  const auto block = test::hex(extensions);
  Bytes body = test::hex("0303");
  const auto filled = test::hex(random);
  body.insert(body.end(), filled.begin(), filled.end());
  const auto rest = test::hex("00 c02f 00");
  body.insert(body.end(), rest.begin(), rest.end());
  body.push_back(0);
  body.push_back(static_cast<std::uint8_t>(block.size()));
  body.insert(body.end(), block.begin(), block.end());
  Bytes message{2, 0, 0, static_cast<std::uint8_t>(body.size())};
  message.insert(message.end(), body.begin(), body.end());
  return message;
}

std::string repeated(const std::string& byte, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += byte;
  return text;
}

TEST_CASE("the facts of a ServerHello of TLS 1.2 are read", "[probe]") {
  const auto message = server_hello(repeated("11", 24) + "444f574e47524401", "ff01000100 00170000");
  const auto flight = read_first_flight(in_records(message, 0x0303, 16384));
  REQUIRE(flight.server_hello);
  CHECK(flight.server_hello->version() == 0x0303);
  CHECK(flight.server_hello->cipher_suite == 0xc02f);
  CHECK(flight.server_hello->downgrade_mark() == 0x0303);
  CHECK_FALSE(flight.server_hello->retry());
  CHECK_FALSE(flight.complete());  // ServerHelloDone is still to come

  HelloAnswer answer;
  answer.connected = true;
  answer.flight = flight;
  const auto step = check::tls_protocol::step_of("case", answer);
  CHECK(step.outcome == Outcome::accept);
  CHECK(check::tls_protocol::fact(step, "downgrade mark") == "TLS 1.2");
  CHECK(check::tls_protocol::fact(step, "renegotiation_info") == "00");
  CHECK(check::tls_protocol::fact(step, "extended_master_secret") == "present");
  CHECK(check::tls_protocol::fact(step, "max_fragment_length").empty());
}

TEST_CASE("a ServerHello in records of one byte is the same ServerHello", "[probe]") {
  const auto message = server_hello(repeated("22", 32), "002b00020304");
  const auto flight = read_first_flight(in_records(message, 0x0303, 1));
  REQUIRE(flight.server_hello);
  CHECK(flight.server_hello->version() == 0x0304);
  CHECK(flight.complete());
  CHECK(flight.largest_record_bytes == 1);
}

TEST_CASE("a HelloRetryRequest is told by its random", "[probe]") {
  const auto message = server_hello(
      "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c", "0033000200 17");
  const auto flight = read_first_flight(in_records(message, 0x0303, 16384));
  REQUIRE(flight.server_hello);
  CHECK(flight.server_hello->retry());
  CHECK(flight.server_hello->group() == 0x0017);
  CHECK(flight.complete());
}

TEST_CASE("an alert ends the first flight", "[probe]") {
  const auto flight = read_first_flight(test::hex("15 0301 0002 02 46"));
  REQUIRE(flight.alert);
  CHECK(flight.alert->description == 70);
  CHECK(flight.complete());
}

TEST_CASE("every beginning of a flight is incomplete and nothing else", "[probe]") {
  const auto message = server_hello(repeated("22", 32), "002b00020304");
  const auto wire = in_records(message, 0x0303, 16384);
  for (std::size_t size = 0; size < wire.size(); ++size) {
    CHECK_FALSE(read_first_flight(ByteView(wire).first(size)).complete());
  }
}

TEST_CASE("bytes that are no TLS are shown", "[probe]") {
  const auto flight = read_first_flight(as_bytes("HTTP/1.0 400 Bad Request"));
  CHECK(flight.complete());
  CHECK(flight.trouble == "no TLS record: 485454502f312e302034303020426164");
}

TEST_CASE("a malformed ServerHello is a rejection that says so", "[probe]") {
  HelloAnswer answer;
  answer.connected = true;
  answer.flight = read_first_flight(test::hex("16 0303 0006 02 000002 0303"));
  CHECK(answer.flight.trouble == "a ServerHello that is malformed");
  CHECK(answer.outcome() == Outcome::reject);
}

TEST_CASE("a warning alert in front of ServerHello is no rejection", "[probe]") {
  auto wire = test::hex("15 0303 0002 01 70");
  HelloAnswer warned;
  warned.connected = true;
  warned.flight = read_first_flight(wire);
  CHECK(warned.outcome() == Outcome::reject);  // nothing but it came

  const auto hello = in_records(server_hello(repeated("22", 32), "002b00020304"), 0x0303, 16384);
  wire.insert(wire.end(), hello.begin(), hello.end());
  warned.flight = read_first_flight(wire);
  CHECK(warned.outcome() == Outcome::accept);
}

}  // namespace
}  // namespace handfast::probe
