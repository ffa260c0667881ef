#include "core/tls/alert.hpp"

#include "core/tls/openssl.hpp"
#include "tests/support/catch.hpp"

using namespace handfast::tls;

TEST_CASE("alerts are named as RFC 8446 section 6 names them, with their number", "[tls]") {
  CHECK(to_string(Alert{2, 116}) == "certificate_required (116)");
  CHECK(to_string(Alert{2, 48}) == "unknown_ca (48)");
  CHECK(to_string(Alert{2, 200}) == "alert_200 (200)");
  CHECK(alert_number("certificate_expired") == 45);
  CHECK_FALSE(alert_number("certificate_tired"));
}

TEST_CASE("verification results have a stable name and words", "[tls]") {
  CHECK(verify_name(X509_V_ERR_CERT_HAS_EXPIRED) == "cert_has_expired");
  CHECK(verify_name(9999) == "code_9999");
  CHECK(verify_text(X509_V_ERR_CERT_HAS_EXPIRED) == "certificate has expired");
}
