#include "pki/mint/certificate.hpp"
#include "pki/store/pki.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using handfast::pki::test::small_manifest;
using handfast::pki::test::TempFolder;

TEST_CASE("an applied PKI answers with files, identities, trust and fleets",
          "[pki][S0-03][S0-06]") {
  const TempFolder home;
  const auto manifest = test::manifest_of(small_manifest());
  REQUIRE(apply(manifest, {.home = home.path(), .key_owner = {}, .now = test::noon}));
  const auto pki = Pki::open(manifest, home.path()).value();
  CHECK(pki.certificate("server").value() == home / "server.pem");
  CHECK(pki.chain("server").value() == home / "server-chain.pem");
  CHECK(pki.key("server").value() == home / "server.key");
  CHECK(pki.key("root").value() == home / "root.key");
  CHECK(pki.bundle("cacert").value() == home / "cacert.pem");
  CHECK(pki.bundle("second").value() == home / "second.pem");

  const auto identity = pki.identity("client").value();
  CHECK(name_text(X509_get_subject_name(identity.leaf())) == "CN = client");
  CHECK(identity.intermediates().size() == 1);
  CHECK(belongs_to(identity.leaf(), identity.key()));
  CHECK(pki.trust("cacert")->anchors().size() == 2);
  REQUIRE(pki.trust("root")->anchors().size() == 1);
  CHECK(name_text(X509_get_subject_name(pki.trust("root")->anchors()[0])) == "CN = test root");

  const auto fleet = pki.fleet("devices").value();
  CHECK(fleet->count() == 3);
  CHECK(name_text(X509_get_subject_name(fleet->identity(2)->leaf())) == "CN = dev-000002");
  CHECK(fleet->identity(2)->intermediates().size() == 1);
  CHECK(pki.fleet("devices").value() == fleet);
  CHECK(pki.summary() ==
        std::vector<std::string>{"root: P-256, self-signed, expires 2036-05-29",
                                 "second: P-256, issued by root, expires 2031-05-31",
                                 "server: P-256, issued by second, expires 2026-07-01",
                                 "client: P-256, issued by second, expires 2026-07-01",
                                 "devices: 3 certificates, P-256, issued by second"});
}

TEST_CASE("names that the PKI lacks come with a suggestion", "[pki]") {
  const TempFolder home;
  const auto manifest = test::manifest_of(small_manifest());
  REQUIRE(apply(manifest, {.home = home.path(), .key_owner = {}, .now = test::noon}));
  const auto pki = Pki::open(manifest, home.path()).value();
  CHECK(pki.certificate("sever").error().text() ==
        "the PKI has no entry \"sever\" (did you mean \"server\"?)");
  CHECK(pki.key("").error().kind == ProblemKind::usage);
  CHECK(pki.identity("root").error().text() ==
        "the PKI has no identity \"root\" (one of: server, client)");
  CHECK(pki.trust("cacerts").error().text() ==
        "the PKI has no bundle or authority \"cacerts\" (did you mean \"cacert\"?)");
  CHECK(pki.fleet("device").error().text() ==
        "the PKI has no fleet \"device\" (did you mean \"devices\"?)");
}

TEST_CASE("a PKI that was not applied says how", "[pki]") {
  const TempFolder home;
  const auto manifest = test::manifest_of(small_manifest());
  CHECK(Pki::open(manifest, home.path()).error().text() ==
        (home / "root.pem").string() +
            ": the PKI is not complete: the file is missing (run handfast pki apply)");
}
