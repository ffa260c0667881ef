#include "pki/revocation/reason.hpp"

#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;

TEST_CASE("every reason of RFC 5280 is read back from its word", "[pki][revocation]") {
  const auto words = revocation_reason_names();
  REQUIRE(words.size() == 10);
  for (const auto word : words) {
    const auto reason = parse_revocation_reason(word);
    REQUIRE(reason);
    CHECK(to_string(*reason) == word);
  }
  CHECK(parse_revocation_reason("keyCompromise").value() == RevocationReason::key_compromise);
  CHECK(static_cast<int>(parse_revocation_reason("aACompromise").value()) == 10);
}

TEST_CASE("a mistyped reason gets a suggestion", "[pki][revocation]") {
  const auto wrong = parse_revocation_reason("keyCompromize");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().kind == ProblemKind::usage);
  CHECK(wrong.error().text() ==
        "there is no revocation reason \"keyCompromize\" (did you mean \"keyCompromise\"?)");
}

TEST_CASE("variants are found by their names and stand where the table says", "[pki][revocation]") {
  for (const auto& info : crl_variants()) {
    CHECK(to_string(info.variant) == info.name);
    CHECK(parse_crl_variant(info.name).value() == info.variant);
  }
  for (const auto& info : ocsp_variants()) {
    CHECK(to_string(info.variant) == info.name);
    CHECK(parse_ocsp_variant(info.name).value() == info.variant);
  }
  CHECK(crl_variants().back().variant == CrlVariant::truncated);
  CHECK(ocsp_variants().back().variant == OcspVariant::undefined_status);
  CHECK(parse_crl_variant("stael").error().text() ==
        "there is no CRL variant \"stael\" (did you mean \"stale\"?)");
  CHECK(parse_ocsp_variant("try-latr").error().text() ==
        "there is no OCSP variant \"try-latr\" (did you mean \"try-later\"?)");
}
