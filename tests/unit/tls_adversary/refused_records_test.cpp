// Records that a client must refuse (RFC 8446 sections 5.1, 5.2, 5.4 and 6).
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

constexpr std::size_t most_plain = 16384;

auto edits_records(std::function<void(PlainRecords&)> change) {
  return [change = std::move(change)](const Target&) { return Edits{.records = change}; };
}

PlainRecords::iterator find_record(PlainRecords& records, std::uint8_t message_type) {
  return std::ranges::find_if(records, [message_type](const PlainRecord& record) {
    return record.content_type == content::handshake && !record.content.empty() &&
           record.content[0] == message_type;
  });
}

/// Puts `extra` in front of the record that begins with this message.
auto before(std::uint8_t message_type, std::vector<PlainRecord> extra) {
  return edits_records([=](PlainRecords& records) {
    const auto found = find_record(records, message_type);
    if (found != records.end()) records.insert(found, extra.begin(), extra.end());
  });
}

auto changes(std::uint8_t message_type, std::function<void(PlainRecord&)> change) {
  return edits_records([=](PlainRecords& records) {
    const auto found = find_record(records, message_type);
    if (found != records.end()) change(*found);
  });
}

/// The record that begins with this message takes the one before it in.
auto joins(std::uint8_t message_type) {
  return edits_records([=](PlainRecords& records) {
    const auto found = find_record(records, message_type);
    if (found == records.end() || found == records.begin()) return;
    auto previous = std::prev(found);
    // ChangeCipherSpec stands between ServerHello and what follows.
    if (previous->content_type == content::change_cipher_spec) --previous;
    previous->content.insert(previous->content.end(), found->content.begin(), found->content.end());
    records.erase(found);
  });
}

PlainRecord plain(std::uint8_t type, Bytes body) {
  return {.epoch = Epoch::plain, .content_type = type, .content = std::move(body)};
}
PlainRecord protected_one(std::uint8_t type, Bytes body) {
  return {.epoch = Epoch::handshake, .content_type = type, .content = std::move(body)};
}

const PlainRecord ccs = plain(content::change_cipher_spec, {1});

}  // namespace

TEST_CASE("a record past 2^14 bytes is refused with record_overflow (RFC 8446 5.1)",
          "[tls][adversary]") {
  check_each(before(message::server_hello, {plain(content::handshake, Bytes(most_plain + 1, 0))}),
             {"record_overflow"});
}

TEST_CASE("a protected record past 2^14 + 256 bytes is refused with record_overflow (RFC 8446 5.2)",
          "[tls][adversary]") {
  // What the header says is enough.
  PlainRecord header{.content = {23, 3, 3, 0x41, 0x01, 0}, .raw = true};
  check_each(before(message::encrypted_extensions, {header}), {"record_overflow"});
}

TEST_CASE(
    "a protected record whose plaintext is past 2^14 bytes is refused with record_overflow (RFC "
    "8446 5.4)",
    "[tls][adversary]") {
  check_each(before(message::encrypted_extensions,
                    {protected_one(content::handshake, Bytes(most_plain + 1, 0))}),
             {"record_overflow"});
  check_each(changes(message::encrypted_extensions,
                     [](PlainRecord& record) { record.padding = most_plain; }),
             {"record_overflow", "accepted"});
}

TEST_CASE("a record that was changed is refused with bad_record_mac (RFC 8446 5.2)",
          "[tls][adversary]") {
  for (const auto type : {message::encrypted_extensions, message::certificate, message::finished}) {
    check_each(changes(type, [](PlainRecord& record) { record.wrong_tag = true; }),
               {"bad_record_mac"});
  }
}

TEST_CASE("a record said again is refused with bad_record_mac (RFC 8446 5.3)", "[tls][adversary]") {
  check_each(
      [](const Target&) {
        return Edits{.wire = [](Bytes& wire) {
          // The last record of the flight, as it is.
          std::size_t at = 0;
          std::size_t last = 0;
          while (at + 5 <= wire.size()) {
            last = at;
            at += 5 + (std::size_t{wire[at + 3]} << 8U) + wire[at + 4];
          }
          const Bytes record(wire.begin() + static_cast<std::ptrdiff_t>(last), wire.end());
          wire.insert(wire.end(), record.begin(), record.end());
        }};
      },
      {"bad_record_mac"});
}

TEST_CASE("a protected record too short for its tag is refused (RFC 8446 5.2)",
          "[tls][adversary]") {
  for (const std::size_t size : {0U, 1U, 16U}) {
    Bytes bytes{23, 3, 3, 0, static_cast<std::uint8_t>(size)};
    bytes.resize(5 + size);
    check_each(before(message::encrypted_extensions, {{.content = bytes, .raw = true}}),
               {"bad_record_mac"});
  }
}

TEST_CASE("a handshake fragment of zero length is refused with unexpected_message (RFC 8446 5.1)",
          "[tls][adversary]") {
  // libssl passes over one in the clear.
  check_each(before(message::server_hello, {plain(content::handshake, {})}),
             {"unexpected_message", "accepted"});
  check_each(before(message::encrypted_extensions, {protected_one(content::handshake, {})}),
             {"unexpected_message"});
}

TEST_CASE("a record without content type is refused with unexpected_message (RFC 8446 5.4)",
          "[tls][adversary]") {
  PlainRecord zeros{.epoch = Epoch::handshake, .content = {}, .padding = 20, .no_inner_type = true};
  check_each(before(message::encrypted_extensions, {zeros}), {"unexpected_message"});
}

TEST_CASE("content types that do not exist are refused with unexpected_message (RFC 8446 5)",
          "[tls][adversary]") {
  check_each(before(message::server_hello, {plain(25, {1, 2, 3})}), {"unexpected_message"});
  check_each(before(message::encrypted_extensions, {protected_one(25, {1, 2, 3})}),
             {"unexpected_message"});
  check_each(before(message::encrypted_extensions, {protected_one(24, {1, 2, 3})}),
             {"unexpected_message"});
}

TEST_CASE("a protected record under another outer type is refused (RFC 8446 5.2)",
          "[tls][adversary]") {
  for (const std::uint8_t outer : Bytes{content::handshake, content::alert}) {
    check_each(changes(message::encrypted_extensions,
                       [outer](PlainRecord& record) { record.outer_type = outer; }),
               {"unexpected_message"});
  }
}

TEST_CASE("plaintext after keys is refused with unexpected_message (RFC 8446 5)",
          "[tls][adversary]") {
  check_each(changes(message::encrypted_extensions,
                     [](PlainRecord& record) { record.epoch = Epoch::plain; }),
             {"unexpected_message"});
  check_each(before(message::finished, {plain(content::alert, {2, 40})}), {"unexpected_message"});
}

TEST_CASE("application data before the Finished is refused with unexpected_message (RFC 8446 5)",
          "[tls][adversary]") {
  check_each(before(message::finished, {protected_one(content::data, {1})}),
             {"unexpected_message"});
  check_each(before(message::server_hello, {plain(content::data, Bytes(30, 1))}),
             {"unexpected_message"});
}

TEST_CASE("a message that straddles a key change is refused with unexpected_message (RFC 8446 5.1)",
          "[tls][adversary]") {
  SECTION("EncryptedExtensions in the ServerHello's record") {
    check_each(joins(message::encrypted_extensions), {"unexpected_message"});
  }
  SECTION("a beginning behind the ServerHello") {
    check_each(
        changes(message::server_hello, [](PlainRecord& record) { record.content.push_back(8); }),
        {"unexpected_message"});
  }
  SECTION("a beginning behind the Finished") {
    check_each(changes(message::finished, [](PlainRecord& record) { record.content.push_back(4); }),
               {"unexpected_message"});
  }
  SECTION("a whole message behind the Finished") {
    check_each(changes(message::finished,
                       [](PlainRecord& record) {
                         const Bytes update = handshake_message(message::key_update, Bytes{0});
                         record.content.insert(record.content.end(), update.begin(), update.end());
                       }),
               {"unexpected_message"});
  }
}

TEST_CASE(
    "records of another type within a message are refused with unexpected_message (RFC 8446 5.1)",
    "[tls][adversary]") {
  const auto within = [](std::uint8_t message_type, PlainRecord other) {
    return edits_records([=](PlainRecords& records) {
      const auto found = find_record(records, message_type);
      if (found == records.end()) return;
      auto rest = *found;
      found->content.resize(10);
      rest.content.erase(rest.content.begin(), rest.content.begin() + 10);
      const auto behind = records.insert(std::next(found), other);
      records.insert(std::next(behind), rest);
    });
  };
  // libssl passes over both within a protected message.
  check_each(within(message::certificate, ccs), {"unexpected_message", "accepted"});
  check_each(within(message::server_hello, ccs), {"unexpected_message"});
  // user_canceled, which would be passed over elsewhere.
  check_each(within(message::certificate, protected_one(content::alert, {1, 90})),
             {"unexpected_message", "accepted"});
}

TEST_CASE(
    "a ChangeCipherSpec that is not the one byte 1 is refused with unexpected_message (RFC 8446 5)",
    "[tls][adversary]") {
  for (const auto& body : {Bytes{2}, Bytes{1, 1}, Bytes{}}) {
    check_each(before(message::encrypted_extensions, {plain(content::change_cipher_spec, body)}),
               {"unexpected_message", "illegal_parameter"});
  }
}

TEST_CASE("a protected ChangeCipherSpec is refused with unexpected_message (RFC 8446 5)",
          "[tls][adversary]") {
  check_each(before(message::certificate, {protected_one(content::change_cipher_spec, {1})}),
             {"unexpected_message"});
}

TEST_CASE("a ChangeCipherSpec after the handshake is refused with unexpected_message (RFC 8446 5)",
          "[tls][adversary]") {
  check_each(before(message::new_session_ticket, {ccs}), {"unexpected_message"});
}

TEST_CASE("a flood of ChangeCipherSpecs is refused with unexpected_message", "[tls][adversary]") {
  check_each(before(message::encrypted_extensions, std::vector<PlainRecord>(200, ccs)),
             {"unexpected_message"});
}

TEST_CASE("a flood of warnings is refused with unexpected_message", "[tls][adversary]") {
  const auto canceled = protected_one(content::alert, {1, 90});
  check_each(before(message::certificate, std::vector<PlainRecord>(200, canceled)),
             {"unexpected_message"});
}

TEST_CASE("alerts end the handshake whatever their level says (RFC 8446 6.2)", "[tls][adversary]") {
  for (const std::uint8_t level : Bytes{1, 2}) {
    // libssl passes over warnings as long as it does not know the version.
    check_each(
        before(message::server_hello, {plain(content::alert, {level, 40})}),
        {"received handshake_failure", level == 2 ? "received handshake_failure" : "accepted"});
    check_each(before(message::certificate, {protected_one(content::alert, {level, 40})}),
               {"received handshake_failure"});
  }
}

TEST_CASE("an alert that is not two bytes is refused (RFC 8446 6)", "[tls][adversary]") {
  for (const auto& body : {Bytes{2}, Bytes{2, 40, 0}}) {
    check_each(before(message::certificate, {protected_one(content::alert, body)}),
               {"decode_error", "unexpected_message"});
  }
}

TEST_CASE("a handshake message of 16 MiB is refused before it is collected", "[tls][adversary]") {
  check_each(changes(message::certificate,
                     [](PlainRecord& record) {
                       record.content[1] = record.content[2] = record.content[3] = 0xff;
                     }),
             {"illegal_parameter"});
}

TEST_CASE("a peer that speaks no TLS is refused", "[tls][adversary]") {
  for (const auto* text : {"HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"}) {
    const Target target(plain_options());
    with_each_engine([&](const TestedEngine&, Engine& engine) {
      const auto seen = attack(engine, target, {.wire = [text](Bytes& wire) {
                                 const auto bytes = as_bytes(text);
                                 wire.assign(bytes.begin(), bytes.end());
                               }});
      CHECK(seen.failed());
      CHECK_FALSE(seen.done());
      CHECK(seen.client->failure().cause == Cause::protocol);
    });
  }
}
