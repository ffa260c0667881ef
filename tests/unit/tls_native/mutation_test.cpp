// Each mutation on the wire, and what libssl's server makes of it.
#include "core/tls/mutation.hpp"

#include <map>
#include <set>

#include "tests/unit/tls_native/lab.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;

namespace {

/// What OpenSSL 3.0 does: "takes it", or the alert that it sends.
const std::map<std::string_view, std::string_view> openssl{
    {"hello-extension-twice", "illegal_parameter (47)"},
    {"hello-compression", "illegal_parameter (47)"},
    {"hello-unknown-groups", "handshake_failure (40)"},
    {"hello-empty-key-share", "takes it"},
    {"hello-psk-not-last", "illegal_parameter (47)"},
    {"hello-record-version-0300", "takes it"},
    {"hello-record-version-0304", "takes it"},
    {"binder-flipped", "illegal_parameter (47)"},
    {"certificate-context", "decode_error (50)"},
    {"certificate-truncated", "decode_error (50)"},
    {"certificate-trailing", "decode_error (50)"},
    {"certificate-empty-entry", "decode_error (50)"},
    {"certificate-list-too-long", "decode_error (50)"},
    {"verify-missing", "unexpected_message (10)"},
    {"verify-flipped", "decrypt_error (51)"},
    {"verify-scheme-not-asked", "illegal_parameter (47)"},
    {"verify-pkcs1", "illegal_parameter (47)"},
    {"finished-flipped", "decrypt_error (51)"},
    {"finished-missing", "bad_record_mac (20)"},
    {"flight-split-64", "takes it"},
    {"flight-split-messages", "takes it"},
    {"hello-again", "unexpected_message (10)"},
    {"key-update-requested", "takes it"},
    {"key-update-bad-value", "illegal_parameter (47)"},
    {"key-update-early", "unexpected_message (10)"},
    {"record-padded", "takes it"},
    {"record-empty", "takes it"},
    {"record-empty-handshake", "unexpected_message (10)"},
    {"record-too-long", "record_overflow (22)"},
    {"record-tag-flipped", "bad_record_mac (20)"},
    {"record-plain", "bad_record_mac (20)"},
    {"record-unknown-type", "unexpected_message (10)"},
    {"data-after-close-notify", "silence: "},
};

std::string outcome_of(Mutation mutation) {
  MemoryServer server(
      {.identity = test_pki().server_identity(), .client_trust = test_pki().trust()});
  auto engine = native_engine({.keep_sessions = true});
  ConnectionSettings settings{.host = "localhost", .identity = test_pki().client_identity()};
  // Sessions for what concerns keys: the first connection does nothing wrong.
  auto first = engine->make_client(settings).value();
  Output out;
  first->start(out);
  exchange(*first, server, out);
  REQUIRE(echoes(*first, server));
  settings.resume = first->take_session();
  const auto name = facts_of(mutation).name;
  if (!name.starts_with("binder") && !name.starts_with("hello-psk")) settings.resume = nullptr;

  settings.mutation = mutation;
  auto next = server.next();
  auto client = engine->make_client(settings).value();
  out.clear();
  client->start(out);
  exchange(*client, next, out);
  if (mutation == Mutation::data_after_close_notify) client->close(CloseStyle::close_notify, out);
  const bool echoed = !has_event(out, EventKind::failed) && client->send(as_bytes("hi"), out);
  if (echoed) exchange(*client, next, out);
  if (const auto& alert = client->facts().alert_received) return to_string(*alert);
  if (as_text(out.plain) == "hi" && next.received() == "hi") return "takes it";
  return "silence: " + client->failure().detail;
}

}  // namespace

TEST_CASE("libssl's server answers each mutation as it should", "[tls_native]") {
  for (const auto& facts : mutations()) {
    INFO(facts.name);
    REQUIRE(openssl.contains(facts.name));
    const auto outcome = outcome_of(facts.mutation);
    CHECK(outcome == openssl.at(facts.name));
    CHECK((outcome == "takes it") == facts.allowed);
  }
  CHECK(openssl.size() == mutations().size());
}

TEST_CASE("mutations have names of their own, and nobody else's", "[tls_native]") {
  std::set<std::string_view> names;
  for (const auto& facts : mutations()) {
    CHECK(names.insert(facts.name).second);
    CHECK(find_mutation(facts.name) == &facts);
    CHECK(&facts_of(facts.mutation) == &facts);
    CHECK_FALSE(facts.what.empty());
    CHECK(facts.reference.starts_with("RFC 8446 "));
  }
  CHECK(find_mutation("none") == nullptr);
}

TEST_CASE("libssl does nothing wrong on purpose", "[tls]") {
  auto engine = make_libssl_engine({.trust = test_pki().trust()}).value();
  const auto refused =
      engine->make_client({.host = "localhost", .mutation = Mutation::verify_flipped});
  REQUIRE(!refused);
  CHECK(refused.error().text() ==
        "libssl does nothing wrong on purpose, so not \"verify-flipped\" (the native engine does)");
}
