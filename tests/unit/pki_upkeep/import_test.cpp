#include "pki/upkeep/import.hpp"

#include "core/tls/identity.hpp"
#include "pki/mint/certificate.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// What the manifest asks of `name`, signed by `signer`'s key in `from` as an outside CA would.
std::string signed_elsewhere(const Lab& lab, const std::string& name, WallTime now,
                             const std::string& common_name = "localhost",
                             const std::string& signer = "second") {
  const auto home = lab.open();
  const auto& entry = *lab.manifest.identity(name);
  CertificateSpec spec;
  spec.profile = entry.profile;
  spec.subject = entry.subject;
  spec.subject.common_name = common_name;
  spec.names = entry.names;
  spec.publication = lab.manifest.authority(signer)->publish.urls;
  spec.period = {now - 1h, now + 20 * day};
  const auto issuer = home.certificate(signer).value();
  const auto issuer_key = home.key(signer).value();
  const auto key = home.key(name).value();
  return certificate_pem(issue(spec, key.get(), {issuer.get(), issuer_key.get()}).value().get());
}

Result<ImportReport> import(const Lab& lab, const std::string& text, WallTime now = noon) {
  return import_signed(lab.manifest, text, "in.pem", "server",
                       {.home = lab.folder.path(), .key_owner = {}, .now = now}, now);
}

}  // namespace

TEST_CASE("a certificate signed outside is installed and the old one archived (S4-11, S1-11)",
          "[pki]") {
  const Lab lab;
  const auto old = slurp(lab.folder / "server.pem");
  const auto pem = signed_elsewhere(lab, "server", noon);
  const auto report =
      import(lab, "Dear customer,\r\nhere it is:\n" + pem + "\nKind regards\n").value();
  CHECK(contains(report.files, "server.pem"));
  CHECK(contains(report.notes, "server@1 is in the archive"));
  CHECK(slurp(lab.folder / "server.pem") == pem);
  CHECK(slurp(lab.folder / "server-chain.pem").starts_with(pem));
  CHECK(slurp(lab.folder / "archive/server@1.pem") == old);
  CHECK(lab.state().entries.at("server").generation == 2);
  // It stays.
  const auto again = apply(lab.manifest, {.home = lab.folder.path(), .key_owner = {}, .now = noon});
  CHECK(again->written.empty());
  CHECK(import(lab, pem)->unchanged);
}

TEST_CASE("a certificate that does not fit is refused and nothing is changed", "[pki]") {
  const Lab lab;
  const auto client = slurp(lab.folder / "client.pem");
  const auto renamed = signed_elsewhere(lab, "server", noon, "elsewhere.test");
  const auto rogue = signed_elsewhere(lab, "server", noon, "localhost", "rogue");
  const auto before = snapshot(lab.folder.path());
  const auto refused = [&](const std::string& text, WallTime now = noon) {
    const auto done = import(lab, text, now);
    REQUIRE_FALSE(done.has_value());
    return done.error().text();
  };
  CHECK(contains(refused(client), "is for another key than that of \"server\""));
  CHECK(contains(refused(rogue), "not by \"second\" as the manifest says"));
  CHECK(contains(refused(signed_elsewhere(lab, "server", noon), noon + 90 * day), "expired on"));
  CHECK(contains(refused("no certificate"), "in.pem"));
  CHECK(snapshot(lab.folder.path()).size() == before.size());
  const auto kept = slurp(lab.folder / "server.pem");
  CHECK(contains(refused(renamed), "does not say what the manifest asks for \"server\""));
  CHECK(slurp(lab.folder / "server.pem") == kept);
  CHECK(lab.state().entries.at("server").generation == 1);
  CHECK(import_signed(lab.manifest, client, "in.pem", "sever", {}, noon).error().text() ==
        "in.pem: the manifest has no authority or identity \"sever\" (did you mean \"server\"?)");
}

TEST_CASE("the root is trusted before its intermediate (S4-33)", "[pki]") {
  const Lab lab;
  const Lab partner;
  const auto root = slurp(partner.folder / "root.pem");
  const auto second = slurp(partner.folder / "second.pem");
  auto home = lab.lock();
  const auto early = import_trust(home, second, "second.pem", "partner-second", noon);
  REQUIRE_FALSE(early.has_value());
  CHECK(contains(early.error().text(),
                 "is an intermediate, and its issuer CN = lab root is not "
                 "trusted yet (import the root first, then the "
                 "intermediate)"));
  CHECK_FALSE(std::filesystem::exists(lab.folder / "trust"));
  REQUIRE(import_trust(home, root, "root.pem", "partner", noon).has_value());
  REQUIRE(import_trust(home, second, "second.pem", "partner-second", noon).has_value());
  // Roots stand last.
  CHECK(slurp(lab.folder / "trust/trust.pem") == second + root);
  CHECK(trust_names(home) == std::vector<std::string>{"partner-second-trust", "partner-trust"});
}

TEST_CASE(
    "roots of others are uploaded to the trust store, one whole chain at once too (S4-07, "
    "S4-56)",
    "[pki]") {
  const Lab lab;
  const Lab partner;
  const auto root = slurp(partner.folder / "root.pem");
  const auto second = slurp(partner.folder / "second.pem");
  auto home = lab.lock();
  const auto report = import_trust(home, second + "some text\n" + root, "-", "capf", noon).value();
  CHECK(report.name == "capf-trust");
  CHECK(report.notes.size() == 2);
  CHECK(slurp(lab.folder / "trust/capf-trust.pem") == second + root);
  CHECK(import_trust(home, second + root, "-", "capf", noon)->unchanged);
}

TEST_CASE("what cannot be trusted is refused", "[pki]") {
  const Lab lab;
  const Lab partner;
  const auto root = slurp(partner.folder / "root.pem");
  auto home = lab.lock();
  const auto refused = [&](const std::string& text, const std::string& name = "x",
                           WallTime now = noon) {
    const auto done = import_trust(home, text, "in.pem", name, now);
    REQUIRE_FALSE(done.has_value());
    return done.error().text();
  };
  CHECK(contains(refused(slurp(partner.folder / "client.pem")), "is no CA certificate"));
  CHECK(contains(refused(root + slurp(partner.folder / "client.key")),
                 "there is a private key in it"));
  CHECK(contains(refused(root, "../x"), "cannot be a name"));
  CHECK(contains(refused(root, "x", noon + 4000 * day), "expired on"));
  REQUIRE(import_trust(home, root, "in.pem", "taken", noon).has_value());
  CHECK(contains(refused(slurp(lab.folder / "rogue.pem"), "taken"),
                 "\"taken-trust\" is another certificate already"));
}
