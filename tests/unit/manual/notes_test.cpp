// The tables behind `handfast explain`: complete, and in agreement with OpenSSL's own.
#include <openssl/x509_vfy.h>

#include <set>

#include "core/tls/alert.hpp"
#include "harness/app/manual/alert_notes.hpp"
#include "harness/app/manual/profiles.hpp"
#include "harness/app/manual/verify_notes.hpp"
#include "harness/check/row.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::app;

TEST_CASE("every alert with a name has its note, and no other number has", "[manual]") {
  for (unsigned number = 0; number < 256; ++number) {
    INFO(number);
    const auto name = tls::alert_name(static_cast<std::uint8_t>(number));
    const auto* note = find_alert_note(number);
    CHECK((note != nullptr) == !name.starts_with("alert_"));
    if (note == nullptr) continue;
    CHECK_FALSE(note->meaning.empty());
    CHECK_FALSE(note->cause.empty());
    CHECK_FALSE(note->reference.empty());
  }
  CHECK(find_alert_note(256 + 48) == nullptr);
}

TEST_CASE("verify codes stand in their order, in OpenSSL's words", "[manual]") {
  int number = 0;
  for (const auto& note : verify_notes()) {
    INFO(note.name);
    CHECK(note.number == number++);
    // Later releases re-word some; the numbers are stable API.
#if OPENSSL_VERSION_MAJOR == 3 && OPENSSL_VERSION_MINOR == 0
    CHECK(note.words == X509_verify_cert_error_string(note.number));
#endif
    CHECK_FALSE(note.meaning.empty());
    CHECK_FALSE(note.advice.empty());
  }
  CHECK(verify_notes()[20].name == "unable_to_get_issuer_cert_locally");
  CHECK(number == X509_V_ERR_EC_KEY_EXPLICIT_PARAMS + 1);
}

TEST_CASE("the names of verify codes are OpenSSL's macros", "[manual]") {
  const auto number_of = [](std::string_view name) { return find_verify_note(name)->number; };
  CHECK(number_of("ok") == X509_V_OK);
  CHECK(number_of("unable_to_get_crl") == X509_V_ERR_UNABLE_TO_GET_CRL);
  CHECK(number_of("cert_has_expired") == X509_V_ERR_CERT_HAS_EXPIRED);
  CHECK(number_of("depth_zero_self_signed_cert") == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
  CHECK(number_of("invalid_purpose") == X509_V_ERR_INVALID_PURPOSE);
  CHECK(number_of("akid_issuer_serial_mismatch") == X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH);
  CHECK(number_of("permitted_violation") == X509_V_ERR_PERMITTED_VIOLATION);
  CHECK(number_of("hostname_mismatch") == X509_V_ERR_HOSTNAME_MISMATCH);
  CHECK(number_of("ca_md_too_weak") == X509_V_ERR_CA_MD_TOO_WEAK);
  CHECK(number_of("invalid_ca") == X509_V_ERR_INVALID_CA);
  CHECK(number_of("ca_cert_missing_key_usage") == X509_V_ERR_CA_CERT_MISSING_KEY_USAGE);
}

TEST_CASE("a verify code is found by number, macro, name and words", "[manual]") {
  for (const auto word :
       {"20", "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable_to_get_issuer_cert_locally",
        "Unable to get local issuer certificate"}) {
    INFO(word);
    REQUIRE(find_verify_note(word) != nullptr);
    CHECK(find_verify_note(word)->number == 20);
  }
  CHECK(find_verify_note("X509_V_OK")->number == 0);
  CHECK(find_verify_note("020") == nullptr);
  CHECK(find_verify_note("95") == nullptr);
  CHECK(find_verify_note("") == nullptr);
}

TEST_CASE("every need of a row is explained by at least one term", "[manual]") {
  for (const auto& row : check::rows()) {
    INFO(row.id << " needs " << row.needs);
    CHECK_FALSE(terms_in(row.needs).empty());
  }
}

TEST_CASE("a term is a whole word, or the part before a colon", "[manual]") {
  const auto words = [](std::string_view needs) {
    std::set<std::string_view> found;
    for (const auto& term : terms_in(needs)) found.insert(term.word);
    return found;
  };
  CHECK(words("wss-mtls + ident") == std::set<std::string_view>{"wss-mtls", "ident"});
  CHECK(words("mtls-crl:forged, reload") == std::set<std::string_view>{"mtls-crl", "reload"});
  CHECK(words("ident.to=clientid") == std::set<std::string_view>{"ident.to"});
  CHECK(words("one (TLS 1.3 only)") == std::set<std::string_view>{"one"});
  CHECK(words("none").empty());
}
