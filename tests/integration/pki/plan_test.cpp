// `pki plan` and `pki apply --output json`: what they say and what they exit with.
#include "tests/integration/pki/command.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::string manifest(const std::string& names) {
  return R"(handfast-pki: 1
authorities: {root: {}}
identities:
  broker: {issuer: root, profile: server, cn: localhost, names: [)" +
         names + "]}\n";
}

}  // namespace

TEST_CASE("plan says what apply would do and exits with 10, and with 0 when there is nothing",
          "[pki]") {
  const TempFolder folder;
  spit(folder / "pki.yaml", manifest("127.0.0.1"));
  const auto first = pki_cli(folder, "plan");
  CHECK(first.exit_code == 10);
  CHECK(first.out ==
        "authority root: issue, new\nidentity broker: issue, new\n"
        "2 changes in 6 files; make them with: handfast pki apply pki.yaml\n");
  CHECK_FALSE(std::filesystem::exists(folder / "pki"));
  REQUIRE(pki_cli(folder, "apply").exit_code == 0);
  const auto before = snapshot(folder / "pki");
  const auto second = pki_cli(folder, "plan");
  CHECK(second.exit_code == 0);
  CHECK(second.out == "nothing to do\n");

  spit(folder / "pki.yaml", manifest("127.0.0.1, lab.test"));
  const auto third = pki_cli(folder, "plan");
  CHECK(third.exit_code == 10);
  CHECK(third.out ==
        "identity broker: reissue, the manifest changed (generation 2)\n"
        "1 changes in 4 files; make them with: handfast pki apply pki.yaml\n");
  CHECK(snapshot(folder / "pki") == before);
}

TEST_CASE("plan and apply say the same as JSON", "[pki]") {
  const TempFolder folder;
  spit(folder / "pki.yaml", manifest("127.0.0.1"));
  const auto plan = pki_cli(folder, "plan --output json");
  CHECK(plan.exit_code == 10);
  CHECK(plan.out.find("\"dry_run\": true") != std::string::npos);
  CHECK(plan.out.find("\"entry\": \"broker\"") != std::string::npos);
  CHECK(plan.out.find("\"action\": \"issue\"") != std::string::npos);
  const auto apply = pki_cli(folder, "apply --output json");
  CHECK(apply.exit_code == 0);
  const auto changes = [](const std::string& text) {
    return text.substr(0, text.find("\"dry_run\""));
  };
  CHECK(changes(plan.out) == changes(apply.out));
}

TEST_CASE("a manifest that cannot be is refused by plan with its place", "[pki]") {
  const TempFolder folder;
  spit(folder / "pki.yaml", "handfast-pki: 1\nauthorities: {root: {pathlen: deep}}\n");
  const auto refused = pki_cli(folder, "plan");
  CHECK(refused.exit_code == 2);
  CHECK(refused.out.empty());
  CHECK(refused.err.starts_with("handfast pki: pki.yaml:2:31: "));
}

TEST_CASE("presets are written, applied, and leave nothing to plan", "[pki]") {
  for (const std::string name : {"emqx-two-tier", "emqx-single", "cms-db"}) {
    INFO(name);
    const TempFolder folder;
    REQUIRE(pki_cli(folder, "init --preset " + name).exit_code == 0);
    CHECK(pki_cli(folder, "apply").exit_code == 0);
    CHECK(pki_cli(folder, "plan").exit_code == 0);
  }
}

TEST_CASE("OpenSSL agrees with twins, wildcards and the rehashed folder", "[pki][S4-05][S1-19]") {
  const TempFolder folder;
  spit(folder / "pki.yaml", R"(handfast-pki: 1
authorities: {root: {}, second: {issuer: root, pathlen: 0, constrain: {permit: [lab.test]}}}
identities:
  broker: {issuer: second, profile: server, cn: broker.lab.test, names: ['*.lab.test'], twin: rsa2048}
bundles: {dir: {of: [root, second], form: rehash}}
)");
  REQUIRE(pki_cli(folder, "apply").exit_code == 0);
  for (const std::string leaf : {"broker", "broker-rsa2048"}) {
    require_success(folder,
                    "openssl verify -x509_strict -no-CAfile -no-CAstore -CApath pki/dir -purpose "
                    "sslserver -verify_hostname a.lab.test pki/" +
                        leaf + ".pem");
  }
  require_success(folder, "openssl x509 -noout -text -in pki/second.pem | grep -q 'DNS:lab.test'");
}
