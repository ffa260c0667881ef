// What a server must not say once the handshake is over (RFC 8446 sections 4.6 and 6.1).
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

Unit later(Bytes message) { return {.epoch = Epoch::application, .bytes = std::move(message)}; }
Unit later(std::uint8_t content_type, Bytes bytes) {
  return {.epoch = Epoch::application, .content_type = content_type, .bytes = std::move(bytes)};
}

/// The server says all this in front of its tickets.
auto says(Units extra) {
  return [extra = std::move(extra)](const Target&) {
    return Edits{.units = [extra](Units& units) {
      if (find(units, message::new_session_ticket) == nullptr) return;
      units.insert(units.begin(), extra.begin(), extra.end());
    }};
  };
}

auto changes_ticket(std::function<void(Bytes&)> change) {
  return [change = std::move(change)](const Target&) {
    return Edits{.units = in_message(message::new_session_ticket, change)};
  };
}

Bytes key_update(std::uint8_t request) {
  return handshake_message(message::key_update, Bytes{request});
}

/// Whether what the client sends still comes back.
bool echoes(Client& client, Tls13Mitm& mitm) {
  Output out;
  if (!client.send(as_bytes("still there"), out)) return false;
  exchange(client, mitm, out);
  return as_text(out.plain) == "still there";
}

}  // namespace

TEST_CASE(
    "a KeyUpdate with another value than 0 or 1 is refused with illegal_parameter (RFC 8446 4.6.3)",
    "[tls][adversary]") {
  for (const std::uint8_t value : Bytes{2, 255}) {
    check_each(says({later(key_update(value))}), {"illegal_parameter"});
  }
}

TEST_CASE("a KeyUpdate of another length is refused with decode_error (RFC 8446 4.6.3)",
          "[tls][adversary]") {
  check_each(says({later(handshake_message(message::key_update, Bytes{}))}), {"decode_error"});
  check_each(says({later(handshake_message(message::key_update, Bytes{0, 0}))}),
             {"decode_error", "illegal_parameter"});
}

TEST_CASE("a KeyUpdate before the Finished is refused with unexpected_message (RFC 8446 4.6.3)",
          "[tls][adversary]") {
  check_each(
      [](const Target&) {
        return Edits{.units = behind(message::certificate_verify,
                                     {.epoch = Epoch::handshake, .bytes = key_update(0)})};
      },
      {"unexpected_message"});
}

TEST_CASE(
    "what shares a KeyUpdate's record behind it is refused with unexpected_message (RFC 8446 5.1)",
    "[tls][adversary]") {
  Bytes two = key_update(0);
  const Bytes second = key_update(0);
  two.insert(two.end(), second.begin(), second.end());
  check_each(says({later(two)}), {"unexpected_message"});
}

TEST_CASE("KeyUpdates are followed, and answered when the server asks (RFC 8446 4.6.3)",
          "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    for (const int request : {SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED}) {
      auto client = engine.make_client({.host = "localhost"}).value();
      auto server = target.next();
      Tls13Mitm mitm(server, target.log(), {});
      Output out;
      client->start(out);
      exchange(*client, mitm, out);
      for (int round = 0; round < 3; ++round) {
        REQUIRE(SSL_key_update(server.ssl(), request) == 1);
        REQUIRE(SSL_do_handshake(server.ssl()) == 1);
        out.clear();
        client->feed(mitm.forward(server.drain()), out);
        exchange(*client, mitm, out);
        CHECK(echoes(*client, mitm));
      }
      CHECK(mitm.unreadable() == 0);
    }
  });
}

TEST_CASE("a flood of KeyUpdates is refused with unexpected_message", "[tls][adversary]") {
  // libssl has no limit.
  check_each(says(Units(200, later(key_update(0)))), {"unexpected_message", "accepted"});
}

TEST_CASE(
    "handshake messages that have no place after the handshake are refused with unexpected_message "
    "(RFC 8446 4.6)",
    "[tls][adversary]") {
  for (const std::uint8_t type : Bytes{0, 1, 2, 5, 8, 11, 15, 20, 99, 254}) {
    INFO("type " << int{type});
    check_each(says({later(handshake_message(type, Bytes(40)))}), {"unexpected_message"});
  }
}

TEST_CASE(
    "a CertificateRequest after the handshake is refused with unexpected_message (RFC 8446 4.6.2)",
    "[tls][adversary]") {
  check_each(says({later(handshake_message(message::certificate_request,
                                           Bytes{1, 7, 0, 8, 0, 13, 0, 4, 0, 2, 4, 3}))}),
             {"unexpected_message"});
}

TEST_CASE("a ticket before the Finished is refused with unexpected_message (RFC 8446 4.6.1)",
          "[tls][adversary]") {
  const Bytes ticket = handshake_message(message::new_session_ticket,
                                         Bytes{0, 0, 1, 0, 1, 2, 3, 4, 1, 0, 0, 1, 9, 0, 0});
  check_each(
      [ticket](const Target&) {
        return Edits{.units = behind(message::certificate_verify,
                                     {.epoch = Epoch::handshake, .bytes = ticket})};
      },
      {"unexpected_message"});
}

TEST_CASE("tickets that are malformed are refused (RFC 8446 4.6.1)", "[tls][adversary]") {
  SECTION("empty") {
    check_each(says({later(handshake_message(message::new_session_ticket,
                                             Bytes{0, 0, 1, 0, 1, 2, 3, 4, 1, 0, 0, 0, 0, 0}))}),
               {"decode_error"});
  }
  SECTION("bytes behind it") {
    check_each(changes_ticket([](Bytes& bytes) {
                 bytes.push_back(0);
                 fit_length(bytes);
               }),
               {"decode_error"});
  }
  SECTION("an extension twice") {
    check_each(changes_ticket([](Bytes& bytes) {
                 edit_extensions(bytes, [](ExtensionList& list) {
                   list = {{extension::early_data, {0, 0, 0, 1}},
                           {extension::early_data, {0, 0, 0, 1}}};
                 });
               }),
               {"illegal_parameter"});
  }
  SECTION("an extension of another message") {
    check_each(
        changes_ticket([](Bytes& bytes) { set_extension(bytes, extension::key_share, {0, 23}); }),
        {"illegal_parameter"});
  }
  SECTION("early_data of another length") {
    check_each(changes_ticket(
                   [](Bytes& bytes) { set_extension(bytes, extension::early_data, {0, 0, 1}); }),
               {"decode_error"});
  }
  SECTION("an unknown extension is ignored, as it must be") {
    check_each(
        changes_ticket([](Bytes& bytes) { set_extension(bytes, extension::unassigned, {1, 2}); }),
        {"accepted"});
  }
}

TEST_CASE("a flood of tickets costs neither the connection nor memory for each",
          "[tls][adversary]") {
  auto settings = tls13_settings();
  settings.keep_sessions = true;
  const Target target(plain_options());
  with_each_engine(
      [&](const TestedEngine&, Engine& engine) {
        auto client = engine.make_client({.host = "localhost"}).value();
        auto server = target.next();
        Tls13Mitm mitm(server, target.log(), {});
        Output out;
        client->start(out);
        exchange(*client, mitm, out);
        for (int round = 0; round < 20; ++round) {
          out.clear();
          client->feed(mitm.forward(server.tickets(20)), out);
          REQUIRE_FALSE(has_event(out, EventKind::failed));
        }
        CHECK(client->take_session() != nullptr);
        CHECK(echoes(*client, mitm));
      },
      settings);
}

TEST_CASE("a flood of empty records is refused with unexpected_message", "[tls][adversary]") {
  check_each(says(Units(200, later(content::data, {}))), {"unexpected_message"});
}

TEST_CASE("user_canceled is passed over, also in front of close_notify (RFC 8446 6.1)",
          "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    const auto seen =
        attack(engine, target,
               says({later(content::alert, {1, 90}), later(content::alert, {1, 0})})(target));
    CHECK(seen.done());
    CHECK(has_event(seen.out, EventKind::closed));
    CHECK_FALSE(seen.failed());
  });
}

TEST_CASE("alerts after the handshake end the connection whatever their level says (RFC 8446 6.2)",
          "[tls][adversary]") {
  for (const std::uint8_t level : Bytes{1, 2}) {
    check_each(says({later(content::alert, {level, 116})}), {"received certificate_required"});
  }
}
