#include "pki/upkeep/forget.hpp"

#include "pki/upkeep/trust_store.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("forget refuses while something needs the certificate, and says what (S4-39, S1-14)",
          "[pki]") {
  const Lab lab;
  const auto before = snapshot(lab.folder.path());
  auto home = lab.lock();
  const auto server = forget(home, "server");
  REQUIRE_FALSE(server.has_value());
  CHECK(server.error().kind == ProblemKind::failed);
  CHECK(server.error().text() ==
        "\"server\" is still needed: the export \"mosq\" needs it; \"broker-node\" gets it (take "
        "these out of the manifest first)");
  CHECK(contains(forget(home, "second").error().text(), "it issued \"server\""));
  CHECK(forget(home, "sever").error().text() ==
        "there is nothing called \"sever\" to forget (did you mean \"server\"?)");
  auto after = snapshot(lab.folder.path());
  std::erase_if(after, [](const auto& file) { return file.first.ends_with("/.lock"); });
  auto unlocked = before;
  std::erase_if(unlocked, [](const auto& file) { return file.first.ends_with("/.lock"); });
  CHECK(after == unlocked);
}

TEST_CASE("what is forgotten goes to the archive, the key behind the certificate (S1-14)",
          "[pki]") {
  const Lab lab;
  const auto certificate = slurp(lab.folder / "lone.pem");
  auto home = lab.lock();
  const auto report = forget(home, "lone").value();
  CHECK(report.moved.front() == "lone.pem");
  CHECK(report.moved.back() == "lone.key");
  CHECK_FALSE(std::filesystem::exists(lab.folder / "lone.pem"));
  CHECK(slurp(lab.folder / "archive/lone@1/lone.pem") == certificate);
  CHECK(mode_of(lab.folder / "archive/lone@1/lone.key") == 0600);
  CHECK(contains(forget_text("lone", report), "take \"lone\" out of the manifest now (test.yaml:"));
  CHECK(contains(forget(home, "lone").error().text(), "has no files here"));
}

TEST_CASE("only trust certificates of others can go by themselves (S4-38)", "[pki]") {
  const Lab lab;
  const Lab partner;
  auto home = lab.lock();
  const auto root = slurp(partner.folder / "root.pem");
  REQUIRE(import_trust(home, root, "partner.pem", "partner", noon).has_value());
  const auto report = forget(home, "partner-trust").value();
  CHECK(report.moved == std::vector<std::string>{"trust/partner-trust.pem"});
  CHECK(slurp(lab.folder / "archive/partner-trust/partner-trust.pem") == root);
  CHECK_FALSE(std::filesystem::exists(lab.folder / "trust/trust.pem"));
  // A root of ours that others trust is no such thing.
  CHECK(forget(home, "root").error().kind == ProblemKind::failed);
}
