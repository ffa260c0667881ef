#include "harness/app/manual/explain.hpp"

#include "core/base/text.hpp"
#include "core/tls/alert.hpp"
#include "harness/app/manual/alert_notes.hpp"
#include "harness/app/manual/verify_notes.hpp"
#include "harness/check/check.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::app;

namespace {

std::string text_of(std::string_view word) {
  const auto text = explain(word);
  INFO(word);
  REQUIRE(text);
  return *text;
}

/// The error for `word`, as the program prints it.
std::string refusal_of(std::string_view word) {
  const auto text = explain(word);
  INFO(word);
  REQUIRE_FALSE(text);
  CHECK(text.error().kind == ProblemKind::usage);
  return text.error().text();
}

}  // namespace

TEST_CASE("a row is explained with all that the catalogue knows of it", "[manual]") {
  const auto text = text_of("client-cert-expired");
  CHECK_THAT(
      text,
      Catch::StartsWith(
          "client-cert-expired  (client-chain, A4)\n"
          "A client whose certificate expired yesterday is rejected.\n"
          "\n"
          "Level      must\n"
          "Core       part of the core set\n"
          "Sends      leaf with notAfter one day ago\n"
          "Expects    reject\n"
          "Why        RFC 5280 sections 4.1.2.5 and 6.1.3(a)(2)\n"
          "Alerts     certificate_expired (45); tolerated: bad_certificate (42),\n"
          "           certificate_unknown (46); 42 and 46 are tolerated in every row of\n"
          "           this group\n"
          "Needs      mtls: two-way TLS, a client certificate is required, trust file = R\n"
          "Note       The row is overridden where the broker documents \"no date checks\".\n"));
}

TEST_CASE("the letters of a certificate list are explained, and both outcomes of `either`",
          "[manual]") {
  const auto text = text_of("client-cross-alt-expired");
  CHECK_THAT(text, Catch::Contains("Sends      L+I(by X, expired)+I(by R, good)\n"
                                   "           R: the root; I: the intermediate under R; L: the "
                                   "client's leaf, under\n"
                                   "           I; X: a foreign root, or a certificate of its "
                                   "PKI\n"));
  CHECK_THAT(text_of("client-eku-any"),
             Catch::Contains("Expects    either: both outcomes are legitimate, the run records "
                             "which\n"));
}

TEST_CASE("the alerts of a row that is accepted are those of stacks that reject it", "[manual]") {
  CHECK_THAT(text_of("client-cross-alt-expired"),
             Catch::Contains("\nAlerts     if rejected: certificate_expired (45); "));
  CHECK_THAT(text_of("client-cert-expired"),
             Catch::Contains("\nAlerts     certificate_expired (45); "));
  CHECK_THAT(text_of("ws-frame-text"), Catch::Contains("\nAnswer     1003 {1002}\n"));
}

TEST_CASE("a slow row says so", "[manual]") {
  CHECK_THAT(text_of("tls-halfopen-silent"),
             Catch::Contains("\nLevel      should\n"
                             "Slow       waits for deadlines of the broker: only with --slow\n"));
}

TEST_CASE("several needs are listed and explained one by one", "[manual]") {
  CHECK_THAT(
      text_of("server-reload-trust"),
      Catch::Contains("\nNeeds      mtls, reload\n"
                      "           mtls: two-way TLS, a client certificate is required, trust "
                      "file = R\n"
                      "           reload: the broker can take over changed files"));
}

TEST_CASE("a row is told how to be run alone, or why it is not played", "[manual]") {
  for (const auto& row : check::rows()) {
    INFO(row.id);
    const auto text = text_of(row.id);
    const auto reason = check::unbuilt_reason(row.id);
    if (reason.empty()) {
      CHECK_THAT(text, Catch::Contains("\nAlone      handfast check --id " + std::string(row.id) +
                                       " --broker mosquitto"));
    } else {
      CHECK_THAT(text, Catch::Contains("\nPlayed     not yet: "));
    }
  }
  CHECK_THAT(text_of("emqx-one-way-tls-raw-connect"),
             Catch::EndsWith("Alone      handfast check --id emqx-one-way-tls-raw-connect --broker "
                             "mosquitto\n"));
}

TEST_CASE("no line of any explanation is wider than a terminal, where words allow it", "[manual]") {
  std::vector<std::string> words;
  for (const auto& row : check::rows()) words.emplace_back(row.id);
  for (const auto& note : alert_notes()) words.push_back(tls::alert_name(note.number));
  for (const auto& note : verify_notes()) words.emplace_back(note.name);
  for (const auto& word : words) {
    for (const auto& line : split(text_of(word), '\n')) {
      INFO(line);
      const bool command = line.starts_with("Alone") || line.starts_with("Name");
      CHECK((line.size() <= 80 || command));
    }
  }
}

TEST_CASE("an alert is explained by its name, with the rows that ask for it", "[manual]") {
  const auto text = text_of("unknown_ca");
  CHECK_THAT(text, Catch::StartsWith("alert unknown_ca (48)\n"
                                     "No path to a trust anchor: the issuer is unknown, or is not "
                                     "trusted.\n\n"
                                     "Cause      The broker's trust file lacks the root"));
  CHECK_THAT(text, Catch::Contains("\nSource     RFC 8446 section 6.2\n"
                                   "Expected   client-leaf-only-root-trust,"));
  CHECK_THAT(text, Catch::Contains("\nAlso in    client-bad-optional, client-depth-100,"));
  CHECK_THAT(text, !Catch::Contains("verify code"));
}

TEST_CASE("a number that is an alert and a verify code gets both", "[manual]") {
  const auto text = text_of("20");
  CHECK_THAT(text, Catch::StartsWith("alert bad_record_mac (20)\n"));
  CHECK_THAT(text,
             Catch::Contains("\n\nverify code 20 (unable to get local issuer certificate)\n"));
  CHECK_THAT(text_of("116"), !Catch::Contains("verify code"));
  CHECK_THAT(text_of("18"), Catch::StartsWith("verify code 18 (self-signed certificate)\n"));
}

TEST_CASE("a verify code is explained by macro, name and words", "[manual]") {
  const auto text = text_of("X509_V_ERR_CERT_HAS_EXPIRED");
  CHECK(text ==
        "verify code 10 (certificate has expired)\n"
        "A certificate has expired: the leaf, or one above it.\n"
        "\n"
        "Name       X509_V_ERR_CERT_HAS_EXPIRED\n"
        "Try        Renew it (`handfast pki renew`). Look at all of the chain, also at an\n"
        "           old intermediate that the peer still sends, and at the clock.\n");
  CHECK(text_of("cert_has_expired") == text);
  CHECK(text_of("certificate has expired") == text);
}

TEST_CASE("an unknown word is a usage problem with a suggestion", "[manual]") {
  CHECK(refusal_of("client-cert-expird") ==
        "there is no check, alert or verify code \"client-cert-expird\" (did you mean "
        "\"client-cert-expired\"?)");
  CHECK(refusal_of("unknwon_ca") ==
        "there is no check, alert or verify code \"unknwon_ca\" (did you mean \"unknown_ca\"?)");
  for (const auto word : {"", "255", "-1", "4 8", "48x", "99999999999999999999"}) {
    CHECK_THAT(refusal_of(word), Catch::StartsWith("there is no check, alert or verify code \""));
  }
  CHECK(refusal_of("something else entirely\n") ==
        "there is no check, alert or verify code \"something else entirely\\x0a\" (handfast list "
        "checks shows the ids; alerts and verify codes go by number or name)");
}
