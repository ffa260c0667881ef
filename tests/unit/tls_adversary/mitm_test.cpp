// The adversary himself: while he changes nothing, or nothing that matters, connections work.
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

/// Handshake, tickets and an echo through him.
void check_works(Engine& engine, const Target& target, Edits edits,
                 const ConnectionSettings& connection = {.host = "localhost"}) {
  auto client = engine.make_client(connection).value();
  auto server = target.next();
  Tls13Mitm mitm(server, target.log(), std::move(edits));
  Output out;
  client->start(out);
  exchange(*client, mitm, out);
  INFO(client->failure().detail);
  REQUIRE(has_event(out, EventKind::handshake_done));
  REQUIRE(client->send(as_bytes("hello"), out));
  exchange(*client, mitm, out);
  CHECK(as_text(out.plain) == "hello");
  CHECK(mitm.unreadable() == 0);
}

}  // namespace

TEST_CASE("the man in the middle reads every message of the server and passes it on",
          "[tls][adversary]") {
  const auto* suite =
      GENERATE("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  auto options = plain_options();
  options.client_trust = test_pki().trust();
  options.configure = [suite](SSL_CTX* context) { SSL_CTX_set_ciphersuites(context, suite); };
  const Target target(options);
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    std::vector<int> seen;
    const Edits edits{.units = [&](Units& units) {
      for (const auto& unit : units) seen.push_back(unit.message_type());
    }};
    check_works(engine, target, edits,
                {.host = "localhost", .identity = test_pki().client_identity()});
    // 0 stands for ChangeCipherSpec, and in the end for the echo.
    CHECK(seen == std::vector<int>{2, 0, 8, 13, 11, 15, 20, 4, 4, 0});
  });
}

TEST_CASE("a server that lies can sign for it: the same messages signed again are accepted",
          "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    const auto seen = attack(engine, target, lie(target, [](Units& units) {
                               // Another signature than the server's, as ECDSA is.
                               if (auto* unit = find(units, message::certificate_verify)) {
                                 unit->bytes.back() ^= 1;
                               }
                             }));
    check_outcome(seen, "accepted");
  });
}

TEST_CASE("messages may come one byte in each record (RFC 8446 5.1)", "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    check_works(engine, target, {.records = [](PlainRecords& records) {
                  PlainRecords cut;
                  for (const auto& record : records) {
                    if (record.content_type != content::handshake) {
                      cut.push_back(record);
                      continue;
                    }
                    for (const auto byte : record.content) {
                      cut.push_back({.epoch = record.epoch, .content = {byte}});
                    }
                  }
                  records = cut;
                }});
  });
}

TEST_CASE("all messages under the same keys may share a record (RFC 8446 5.1)",
          "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    check_works(engine, target, {.records = [](PlainRecords& records) {
                  PlainRecords joined;
                  for (const auto& record : records) {
                    const bool fits = !joined.empty() && joined.back().epoch == record.epoch &&
                                      joined.back().content_type == record.content_type &&
                                      record.content_type == content::handshake;
                    if (!fits) {
                      joined.push_back(record);
                      continue;
                    }
                    auto& into = joined.back().content;
                    into.insert(into.end(), record.content.begin(), record.content.end());
                  }
                  records = joined;
                }});
  });
}

TEST_CASE("records may be padded up to their limit (RFC 8446 5.4)", "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    for (const std::size_t padding : {1U, 4000U, 15000U}) {
      check_works(engine, target, {.records = [padding](PlainRecords& records) {
                    for (auto& record : records) record.padding = padding;
                  }});
    }
  });
}

TEST_CASE("legacy_record_version is ignored (RFC 8446 5.1)", "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine& kind, Engine& engine) {
    check_works(engine, target, {.records = [&kind](PlainRecords& records) {
                  for (auto& record : records) {
                    // libssl minds it once it knows the version.
                    const bool early =
                        record.epoch == Epoch::plain && record.content_type == content::handshake;
                    if (early || kind.name != "libssl") record.version = 0x0301;
                  }
                }});
  });
}

TEST_CASE("the man in the middle follows a HelloRetryRequest", "[tls][adversary]") {
  auto options = plain_options();
  options.configure = [](SSL_CTX* context) { SSL_CTX_set1_groups_list(context, "P-384"); };
  const Target target(options);
  auto settings = tls13_settings();
  settings.groups = {"P-256", "P-384"};
  with_each_engine(
      [&](const TestedEngine&, Engine& engine) {
        // The end of the handshake signed again: his transcript is right.
        check_outcome(attack(engine, target, lie(target, {})), "accepted");
        check_works(engine, target, {});
      },
      settings);
}
