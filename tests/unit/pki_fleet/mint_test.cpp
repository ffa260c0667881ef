#include "pki/fleet/fleet_mint.hpp"

#include <set>

#include "pki/formats/describe.hpp"
#include "pki/mint/key_bytes.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

CertificateFacts facts_of(FleetMinter& minter, std::uint64_t index) {
  MintedIdentity member;
  REQUIRE(minter.mint(index, member));
  return describe(parsed(member.certificate).get());
}

}  // namespace

TEST_CASE("members say their kind in issuer and dates", "[pki]") {
  const Ca good;
  const Ca bad(KeyType::p256, "rogue CA");
  auto fleet = fleet_of(KeyType::p256, 40);
  fleet.mix = {.revoked = 0.1, .expired = 0.1, .soon = 0.1, .rogue = 0.1};
  auto minter = FleetMinter::of(fleet, issuers_of(good, bad), noon).value();
  MintedIdentity member;
  for (std::uint64_t i = 0; i < fleet.count; ++i) {
    REQUIRE(minter.mint(i, member));
    CHECK(member.kind == minter.roster().kind(i));
    const auto leaf = parsed(member.certificate);
    REQUIRE(leaf);
    const bool rogue = member.kind == FleetMember::rogue;
    CHECK(X509_check_issued((rogue ? bad : good).certificate.get(), leaf.get()) == X509_V_OK);
    CHECK(X509_verify(leaf.get(), (rogue ? bad : good).key.get()) == 1);
    CHECK(period_of(leaf.get()) == period_of(member.kind, fleet.validity, noon));
    CHECK(serial_hex(leaf.get()) == to_hex(member.serial));
    CHECK(belongs_to(leaf.get(), decode_key(member.key, fleet.key).value().get()));
  }
}

TEST_CASE("members end with their issuer, never after it", "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 1);
  fleet.validity = Validity::lasting(std::chrono::hours(24 * 3650));
  auto minter = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  CHECK(facts_of(minter, 0).not_after == describe(ca.certificate.get()).not_after);
}

TEST_CASE("names of members follow every placeholder", "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 300);
  fleet.subject = {.common_name = "{hex:4}-{rand:12}"};
  fleet.names = {"urn:uuid:{uuid}", "urn:again:{uuid}", "{i}.lab.test"};
  fleet.seed = "phrase";
  auto minter = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  const auto facts = facts_of(minter, 255);
  CHECK(facts.subject.starts_with("CN = 00ff-"));
  CHECK(facts.subject.size() == std::string("CN = 00ff-").size() + 12);
  REQUIRE(facts.extensions.names.size() == 3);
  CHECK(facts.extensions.names[0].substr(13) == facts.extensions.names[1].substr(14));
  CHECK(facts.extensions.names[2] == "DNS:255.lab.test");
  auto again = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  CHECK(facts_of(again, 255).subject == facts.subject);
  CHECK(facts_of(again, 254).subject != facts.subject);
  fleet.seed.clear();
  auto random = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  CHECK(facts_of(random, 255).subject != facts.subject);
  CHECK(facts_of(random, 255).subject == facts_of(random, 255).subject);
}

TEST_CASE("a seed gives the same keys and serials, and another fleet others", "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 10);
  fleet.seed = "phrase";
  auto minter = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  auto again = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  fleet.name = "meters";
  auto other = FleetMinter::of(fleet, issuers_of(ca), noon).value();
  MintedIdentity left;
  MintedIdentity right;
  REQUIRE(minter.mint(7, left));
  REQUIRE(again.mint(7, right));
  CHECK(left.key == right.key);
  CHECK(left.serial == right.serial);
  CHECK(tbs_of(left.certificate) == tbs_of(right.certificate));
  REQUIRE(other.mint(7, right));
  CHECK(left.key != right.key);
  CHECK(left.serial != right.serial);
}

TEST_CASE("keys of a pool are dealt in turn, seeded or not", "[pki]") {
  const Ca ca;
  for (const auto* phrase : {"", "phrase"}) {
    auto fleet = fleet_of(KeyType::p256, 10);
    fleet.reuse = 3;
    fleet.seed = phrase;
    auto minter = FleetMinter::of(fleet, issuers_of(ca), noon).value();
    auto another = minter.another().value();
    std::set<Bytes> keys;
    std::set<Bytes> serials;
    std::vector<Bytes> in_order;
    for (std::uint64_t i = 0; i < 10; ++i) {
      MintedIdentity member;
      REQUIRE((i % 2 == 0 ? minter : another).mint(i, member));
      keys.insert(member.key);
      serials.insert(member.serial);
      in_order.push_back(member.key);
    }
    CHECK(keys.size() == 3);
    CHECK(serials.size() == 10);
    for (std::size_t i = 3; i < 10; ++i) CHECK(in_order[i] == in_order[i - 3]);
  }
}

TEST_CASE("a fleet that cannot be says why", "[pki]") {
  const Ca ca;
  const auto problem = [&](const FleetEntry& fleet) {
    return FleetMinter::of(fleet, issuers_of(ca), noon).error().text();
  };
  auto fleet = fleet_of(KeyType::p256, 1000);
  fleet.where = "pki.yaml:7:3";
  fleet.mix.rogue = 0.01;
  CHECK(problem(fleet) ==
        "pki.yaml:7:3: \"devices\" has rogue members, but no rogue issuer (name an authority that "
        "nobody trusts)");
  fleet.mix = {};
  fleet.subject.common_name = std::string(62, 'x') + "{i}";
  CHECK(problem(fleet) == "pki.yaml:7:3: the common name \"" + std::string(62, 'x') +
                              "999\" has 65 characters, 64 are allowed (a shorter template)");
  fleet.subject.common_name = "dev {i}";
  fleet.names = {"my dev {i}"};
  CHECK(problem(fleet) ==
        "pki.yaml:7:3: \"my dev 0\" is no DNS name, IP address, URI or e-mail address (write for "
        "example localhost, 127.0.0.1, '::1', '*.lab.test' or 'urn:lab:7')");
  fleet.names = {};
  fleet.key = KeyType::rsa2048;
  fleet.seed = "phrase";
  CHECK(problem(fleet).starts_with("pki.yaml:7:3: a RSA 2048 key cannot be made from a seed"));
  fleet.key = KeyType::mldsa44;
  fleet.seed.clear();
  if (!make_key(KeyType::mldsa44))
    CHECK(problem(fleet).find("needs OpenSSL 3.5") != std::string::npos);
}

TEST_CASE("there is no member beyond the end", "[pki]") {
  const Ca ca;
  auto minter = FleetMinter::of(fleet_of(KeyType::p256, 3), issuers_of(ca), noon).value();
  MintedIdentity member;
  CHECK(minter.mint(3, member).error().kind == ProblemKind::usage);
}
