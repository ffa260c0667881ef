#include "pki/upkeep/metrics.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("metrics bear the names that dashboards for certificates know", "[pki]") {
  const Lab lab;
  const auto text = metrics_text({lab.item("client"), lab.item("devices")},
                                 {{"second", noon, noon + 8 * day, 2}}, noon);
  CHECK(contains(text, "# TYPE x509_cert_not_after gauge\n"));
  CHECK(contains(text,
                 "x509_cert_expires_in_seconds{name=\"client\",kind=\"identity\",serial_number=\"" +
                     lab.item("client").serial + "\","));
  CHECK(contains(text, ",issuer=\"second\"} 432000\n"));
  CHECK(contains(text, "x509_cert_expired{name=\"client\""));
  CHECK(contains(text, "handfast_fleet_members{name=\"devices\"} 20\n"));
  CHECK(contains(text, "x509_crl_entries{authority=\"second\"} 2\n"));
  CHECK(contains(text, "x509_crl_next_update{authority=\"second\"} 1781006400"));
  CHECK(contains(metrics_text({lab.item("client")}, {}, noon + 6 * day),
                 ",issuer=\"second\"} -86400\n"));
}

TEST_CASE("what has no certificate has no metrics", "[pki]") {
  const auto manifest = manifest_of(lab_manifest());
  CHECK(metrics_text(inventory(manifest, {}, noon), {}, noon).empty());
}
