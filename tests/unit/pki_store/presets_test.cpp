// Every preset is applied, twice. RSA is replaced by P-256 where it only costs time.
#include "pki/manifest/presets.hpp"

#include "pki/mint/certificate.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::string quick(const std::string& name) {
  std::string text(preset_text(name).value());
  for (auto at = text.find("key: rsa2048"); at != std::string::npos;
       at = text.find("key: rsa2048")) {
    text.replace(at, 12, "key: p256");
  }
  return text;
}

}  // namespace

TEST_CASE("every preset applies cleanly and then has nothing to do", "[pki]") {
  for (const auto& name : preset_names()) {
    INFO(name);
    const TempFolder home;
    const auto manifest = parse_manifest(quick(name), name);
    REQUIRE(manifest);
    const auto first = apply(*manifest, {.home = home.path(), .key_owner = {}, .now = noon});
    REQUIRE(first);
    const auto before = snapshot(home.path());
    const auto second = apply(*manifest, {.home = home.path(), .key_owner = {}, .now = noon});
    REQUIRE(second);
    CHECK(second->written.empty());
    CHECK(second->changes.empty());
    CHECK(snapshot(home.path()) == before);
  }
}

TEST_CASE("the two-tier preset leaves the file set of the guide (S2-11, S2-08, S2-09)", "[pki]") {
  const TempFolder home;
  REQUIRE(
      apply(preset("emqx-two-tier").value(), {.home = home.path(), .key_owner = {}, .now = noon}));
  for (const std::string file :
       {"root-ca.key", "root-cacert.pem", "second-ca.key", "second-cacert.pem", "second.csr",
        "cacert.pem", "server.key", "server.csr", "server.pem", "server-chain.pem", "client.key",
        "client.csr", "client.pem", "client-chain.pem"}) {
    INFO(file);
    CHECK(std::filesystem::exists(home / file));
  }
  CHECK(slurp(home / "cacert.pem") ==
        slurp(home / "root-cacert.pem") + slurp(home / "second-cacert.pem"));
}

TEST_CASE("the single preset leaves the file set of the older guides", "[pki][S2-11]") {
  const TempFolder home;
  REQUIRE(
      apply(preset("emqx-single").value(), {.home = home.path(), .key_owner = {}, .now = noon}));
  for (const std::string file : {"ca.key", "ca.pem", "emqx.key", "emqx.csr", "emqx.pem",
                                 "client.key", "client.csr", "client.pem"}) {
    INFO(file);
    CHECK(std::filesystem::exists(home / file));
  }
}

TEST_CASE("the phones' own certificates come from their own authority (S4-79)", "[pki]") {
  const TempFolder home;
  const auto manifest = parse_manifest(quick("cucm"), "cucm").value();
  REQUIRE(apply(manifest, {.home = home.path(), .key_owner = {}, .now = noon}));
  const auto pki = Pki::open(manifest, home.path()).value();
  const auto phone = pki.fleet("phones").value()->identity(7).value();
  CHECK(name_text(X509_get_subject_name(phone.leaf())).ends_with("CN = SEP000000000007"));
  const auto capf = certificate_in(home / "capf.pem");
  CHECK(X509_verify(phone.leaf(), X509_get0_pubkey(capf.get())) == 1);
}

TEST_CASE("a delegated OCSP signer is minted by the authority (S4-60)", "[pki]") {
  const TempFolder home;
  const auto manifest = parse_manifest(quick("cucm"), "cucm").value();
  REQUIRE(apply(manifest, {.home = home.path(), .key_owner = {}, .now = noon}));
  const auto signer = certificate_in(home / "sub-ocsp.pem");
  const auto sub = certificate_in(home / "sub.pem");
  CHECK(X509_verify(signer.get(), X509_get0_pubkey(sub.get())) == 1);
  CHECK(usages_of(signer.get()).has_extended("OCSPSigning"));
  CHECK(X509_get_ext_by_NID(signer.get(), NID_id_pkix_OCSP_noCheck, -1) >= 0);
  CHECK(X509_get_ext_by_NID(certificate_in(home / "tomcat.pem").get(), NID_info_access, -1) >= 0);
}

TEST_CASE("one wildcard certificate serves several servers (S1-17)", "[pki]") {
  const TempFolder home;
  const auto manifest = parse_manifest(quick("camtrace"), "camtrace").value();
  REQUIRE(apply(manifest, {.home = home.path(), .key_owner = {}, .now = noon}));
  const auto server = certificate_in(home / "server.CRT");
  for (const auto* host :
       {"north.cameras.lab.test", "south.cameras.lab.test", "camtrace.lab.test"}) {
    INFO(host);
    CHECK(X509_check_host(server.get(), host, 0, 0, nullptr) == 1);
  }
  CHECK(std::filesystem::exists(home / "server-combined.pem"));
}

TEST_CASE("an unchanged apply reads no private key", "[pki]") {
  // Broken keys that nobody parses would be found at once; the digests of the files are enough.
  const TempFolder home;
  const auto manifest = preset("emqx-two-tier").value();
  REQUIRE(apply(manifest, {.home = home.path(), .key_owner = {}, .now = noon}));
  std::filesystem::remove(home / "root-ca.key");  // kept elsewhere
  std::filesystem::remove(home / "second-ca.key");
  CHECK(apply(manifest, {.home = home.path(), .key_owner = {}, .now = noon})->written.empty());
}
