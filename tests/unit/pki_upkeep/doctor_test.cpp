#include "pki/upkeep/doctor.hpp"

#include "pki/upkeep/crl_files.hpp"
#include "pki/upkeep/renewal.hpp"
#include "pki/upkeep/revoking.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// Errors alone, one line each.
std::vector<std::string> errors(const Lab& lab, WallTime now = noon) {
  std::vector<std::string> out;
  for (const auto& complaint : examine(lab.open(), now)) {
    if (complaint.severity != Severity::error) continue;
    out.push_back(std::string(to_string(complaint.examination)) + ": " + complaint.about + ": " +
                  complaint.sentence);
    CHECK_FALSE(complaint.advice.empty());
  }
  return out;
}

bool any(const std::vector<std::string>& list, const std::string& part) {
  return std::ranges::any_of(list, [&](const auto& line) { return contains(line, part); });
}

struct Healthy : Lab {
  Healthy() {
    auto home = lock();
    REQUIRE(write_crls(home, {.valid = {}, .now = noon}).has_value());
  }
};

}  // namespace

TEST_CASE("a home in order has no errors", "[pki]") {
  const Healthy lab;
  CHECK(errors(lab).empty());
  CHECK(is_healthy(examine(lab.open(), noon)));
}

TEST_CASE("the doctor finds what is missing, open or of another key (S4-74)", "[pki]") {
  const Healthy lab;
  SECTION("a lost file") {
    std::filesystem::remove(lab.folder / "server-chain.pem");
    CHECK(contains(errors(lab), "files: server: server-chain.pem is missing"));
  }
  SECTION("a key that others can read") {
    std::filesystem::permissions(lab.folder / "server.key", std::filesystem::perms(0644));
    CHECK(contains(errors(lab), "files: server: others can read server.key (mode 0644)"));
  }
  SECTION("a key of another certificate") {
    spit(lab.folder / "server.key", slurp(lab.folder / "client.key"));
    CHECK(any(errors(lab), "server.key and server.pem do not belong together"));
  }
  SECTION("a key that is gone") {
    std::filesystem::remove(lab.folder / "client.key");
    CHECK(any(errors(lab), "client: its key client.key is not here"));
  }
  SECTION("a bundle with an old root") {
    spit(lab.folder / "cacert.pem", slurp(lab.folder / "rogue.pem"));
    CHECK(contains(errors(lab),
                   "trust: cacert: cacert.pem lacks the current certificate of second, root"));
  }
  SECTION("a chain that begins with an old certificate") {
    const auto chain = slurp(lab.folder / "server-chain.pem");
    REQUIRE(renew(lab.manifest, {.names = {"server"}},
                  {.home = lab.folder.path(), .key_owner = {}, .now = noon})
                .has_value());
    spit(lab.folder / "server-chain.pem", chain);
    CHECK(any(errors(lab), "chains: server: server-chain.pem does not begin with its current"));
  }
  SECTION("a certificate that has expired") {
    CHECK(any(errors(lab, noon + 7 * day), "chains: client: a peer that trusts its root refuses"));
  }
  SECTION("a clock that is behind") {
    CHECK(any(errors(lab, noon - 400 * day), "but the clock says 2025-"));
  }
  SECTION("a CRL that was not made again") {
    auto home = lab.lock();
    REQUIRE(revoke(home.state(), "server", "keyCompromise", noon).has_value());
    REQUIRE(home.save().has_value());
    CHECK(contains(errors(lab), "revocation: second: second-crl.pem lacks 1 revoked certificates"));
  }
  SECTION("a CRL that has ended") {
    CHECK(any(errors(lab, noon + 9 * day), "second-crl.pem ended on 2026-06-09T12:00:00Z"));
  }
}

TEST_CASE("nodes that cannot verify each other are named (S4-75)", "[pki]") {
  const auto manifest = manifest_of(R"(handfast-pki: 1
authorities: {mine: {}, theirs: {}}
identities:
  here: {issuer: mine, profile: peer, names: [here.test]}
  there: {issuer: theirs, profile: peer, names: [there.test]}
bundles: {both: [mine, theirs]}
distribute:
  one: [here, mine]
  two: [there, both]
)");
  const auto found = examine_cross_trust(manifest);
  REQUIRE(found.size() == 1);
  CHECK(found[0].about == "one");
  CHECK(found[0].sentence == "it cannot verify there of two");
  CHECK(found[0].advice == "distribute theirs to one as well");
}

TEST_CASE("the doctor's answer is text and JSON", "[pki]") {
  CHECK(doctor_text({}) == "everything is in order\n");
  const std::vector<Complaint> one{
      {Examination::files, Severity::error, "server", "x is missing", "run apply"}};
  CHECK(doctor_text(one) ==
        "error: files: server: x is missing; run apply\n1 error, 0 other findings\n");
  CHECK(contains(doctor_json(one), "\"healthy\": false"));
}
