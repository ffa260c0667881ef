#include "pki/upkeep/renewal.hpp"

#include "pki/mint/certificate.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

ApplyOptions at(const Lab& lab, WallTime now) {
  return {.home = lab.folder.path(), .key_owner = {}, .now = now};
}

std::string refused(const Lab& lab, const RenewalRequest& request) {
  const auto before = snapshot(lab.folder.path());
  const auto done = renew(lab.manifest, request, at(lab, noon));
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().kind == ProblemKind::usage);
  CHECK(snapshot(lab.folder.path()) == before);
  return done.error().text();
}

}  // namespace

TEST_CASE("renew gives a new certificate for the same key under the same names (S0-21, S3-30)",
          "[pki]") {
  const Lab lab;
  const auto before = lab.state().entries.at("server");
  const auto key = slurp(lab.folder / "server.key");
  const auto report = renew(lab.manifest, {.names = {"server"}}, at(lab, noon + 2 * day)).value();
  const auto after = lab.state().entries.at("server");
  CHECK(after.key == before.key);
  CHECK(slurp(lab.folder / "server.key") == key);
  CHECK(after.serial != before.serial);
  CHECK(after.generation == 2);
  CHECK(after.not_after == "2026-07-03T12:00:00Z");
  CHECK(fingerprint(certificate_in(lab.folder / "server.pem").get()) == after.certificate);
  CHECK(report.archived == std::vector<std::string>{"server@1"});
  REQUIRE(report.refresh.nodes.size() == 1);
  CHECK(report.refresh.nodes[0].node == "broker-node");
  REQUIRE(report.refresh.exports.size() == 1);
  CHECK(report.refresh.exports[0].name == "mosq");
  const auto text = renewal_text(report, false);
  CHECK(contains(text, "server: reissue, generation 2 (a new certificate was asked for)\n"));
  CHECK(contains(text, "broker-node needs again: server-chain.pem\n"));
}

TEST_CASE("every replaced generation is kept and stays revocable (S4-47, S4-43, S4-11)", "[pki]") {
  const Lab lab;
  const auto first = slurp(lab.folder / "client.pem");
  const auto first_key = slurp(lab.folder / "client.key");
  REQUIRE(renew(lab.manifest, {.names = {"client"}}, at(lab, noon + 1h)).has_value());
  REQUIRE(
      renew(lab.manifest, {.names = {"client"}, .rekey = true}, at(lab, noon + 2h)).has_value());
  CHECK(slurp(lab.folder / "archive/client@1.pem") == first);
  CHECK(slurp(lab.folder / "archive/client@2.key") == first_key);
  auto state = lab.state();
  CHECK(state.entries.at("client").old.size() == 2);
  CHECK(revoke(state, "client@1", "superseded", noon).has_value());
}

TEST_CASE("a certificate can be renewed before and after it has expired (S4-41)", "[pki]") {
  const Lab lab;
  REQUIRE(renew(lab.manifest, {.names = {"client"}}, at(lab, noon + 1 * day)).has_value());
  CHECK(lab.state().entries.at("client").not_after == "2026-06-07T12:00:00Z");
  CHECK(lab.item("client", noon + 20 * day).condition == Condition::expired);
  REQUIRE(renew(lab.manifest, {.names = {"client"}}, at(lab, noon + 20 * day)).has_value());
  CHECK(lab.item("client", noon + 20 * day).condition == Condition::installed);
}

TEST_CASE("a renewed sub-CA keeps its key, so what it issued stays valid", "[pki]") {
  const Lab lab;
  const auto server = lab.state().entries.at("server");
  const auto second = lab.state().entries.at("second");
  const auto report = renew(lab.manifest, {.names = {"second"}}, at(lab, noon + 1 * day)).value();
  CHECK(lab.state().entries.at("second").key == second.key);
  CHECK(lab.state().entries.at("second").serial != second.serial);
  CHECK(lab.state().entries.at("server") == server);
  CHECK(contains(report.archived, "second@1"));
  // The chain files carry it all the same.
  CHECK(contains(report.written, "server-chain.pem"));
}

TEST_CASE("rekey keeps the type of the key, or takes what the manifest asks for now (S4-44)",
          "[pki]") {
  const Lab lab;
  const auto before = lab.state().entries.at("server");
  RenewalRequest request{.names = {"server"}, .rekey = true};
  REQUIRE(renew(lab.manifest, request, at(lab, noon)).has_value());
  const auto after = lab.state().entries.at("server");
  CHECK(after.key != before.key);
  CHECK(after.key_type == "p256");

  request.key = KeyType::p384;
  CHECK(refused(lab, request) ==
        "test.yaml:14:3: the manifest asks for a p256 key for \"server\", not for p384 (write "
        "\"key: p384\" there first)");
  auto text = lab_manifest();
  const std::string entry = "server: {issuer: second,";
  text.insert(text.find(entry) + entry.size(), " key: p384,");
  const auto changed = manifest_of(text);
  REQUIRE_FALSE(apply(changed, at(lab, noon)).has_value());
  REQUIRE(renew(changed, request, at(lab, noon)).has_value());
  CHECK(lab.state().entries.at("server").key_type == "p384");
  CHECK(apply(changed, at(lab, noon))->written.empty());
}

TEST_CASE("a CA gets a new key only when that is meant, and its children are reissued in order",
          "[pki]") {
  const Lab lab;
  RenewalRequest request{.names = {"second"}, .rekey = true};
  CHECK(refused(lab, request) ==
        "\"second\" is an authority: a new key means to reissue server, client, devices (say "
        "--yes-ca if that is meant; renew keeps the key)");
  request.yes_authority = true;
  const auto report = renew(lab.manifest, request, at(lab, noon)).value();
  std::vector<std::string> order;
  for (const auto& change : report.changes) order.push_back(change.entry + " " + change.action);
  CHECK(order == std::vector<std::string>{"second rekey", "server reissue", "client reissue",
                                          "cacert write", "devices mint"});
  CHECK(report.refresh.nodes.size() == 2);
}

TEST_CASE("a wrong name to renew is told before anything is done", "[pki]") {
  const Lab lab;
  CHECK(refused(lab, {.names = {"client", "sever"}}) ==
        "the manifest has no entry \"sever\" (did you mean \"server\"?)");
  CHECK(refused(lab, {.names = {"devices"}})
            .ends_with("\"devices\" is a fleet: its members are minted anew, not renewed (change "
                       "its entry, and apply mints the next generation)"));
  CHECK(contains(refused(lab, {.names = {"cacert"}}), "\"cacert\" is a bundle"));
}

TEST_CASE("due names are those that end in time, and a dry run changes nothing", "[pki]") {
  const Lab lab;
  CHECK(due_names(lab.items(), 10 * day, noon) == std::vector<std::string>{"client"});
  CHECK(due_names(lab.items(), 30 * day, noon) ==
        std::vector<std::string>{"server", "client", "lone"});
  CHECK(all_names(lab.items()).size() == 6);
  const auto before = snapshot(lab.folder.path());
  auto options = at(lab, noon);
  options.dry_run = true;
  const auto report = renew(lab.manifest, {.names = {"client"}}, options).value();
  CHECK(contains(renewal_text(report, true), "would do: client: reissue, generation 2"));
  CHECK(snapshot(lab.folder.path()) == before);
}
