#include <atomic>
#include <thread>

#include "pki/fleet/fleet_seed.hpp"
#include "pki/mint/key.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// A CA in files, and the descriptor of a fleet below it.
struct Lab {
  TempFolder folder;
  Ca good;
  Ca bad{KeyType::p256, "rogue CA"};
  SeedDescriptor descriptor;

  Lab() {
    put("ca", good);
    put("rogue", bad);
    descriptor.fleet = fleet_of(KeyType::p256, 50);
    descriptor.fleet.seed = "a phrase\nof two lines";
    descriptor.fleet.mix = {.revoked = 0.1, .expired = 0.1, .soon = 0.02, .rogue = 0.04};
    descriptor.minted = noon;
    descriptor.issuer = {folder / "ca.pem", folder / "ca.key", {folder / "ca.pem"}};
    descriptor.rogue = {folder / "rogue.pem", folder / "rogue.key", {}};
  }
  void put(const std::string& name, const Ca& ca) const {
    spit(folder / (name + ".pem"), certificate_pem(ca.certificate.get()));
    spit(folder / (name + ".key"), private_key_pem(ca.key.get()).value());
  }
};

}  // namespace

TEST_CASE("a seed's descriptor says everything again", "[pki]") {
  Lab lab;
  auto& fleet = lab.descriptor.fleet;
  fleet.subject = {.country = "CN",
                   .state = "Zhejiang",
                   .locality = "Hangzhou",
                   .organization = "a, b = c",
                   .unit = "u",
                   .common_name = "dev {i}",
                   .more = {{"serialNumber", "1 2"}}};
  fleet.names = {"urn:x:{i}", "{i}.lab.test"};
  fleet.reuse = 3;
  fleet.signature = {.hash = Hash::sha512, .pss = true, .salt_octets = 20};
  lab.descriptor.publication = {.crl_urls = {"http://a/1", "http://a/2"},
                                .ocsp_urls = {"http://b"},
                                .issuer_urls = {"http://c"}};
  const auto file = lab.folder / "devices.seed";
  REQUIRE(write_seed_descriptor(file, lab.descriptor));
  CHECK(mode_of(file) == 0600);
  CHECK(std::filesystem::file_size(file) < 1000);
  const auto back = read_seed_descriptor(file).value();
  CHECK(back.fleet.name == fleet.name);
  CHECK(back.fleet.count == fleet.count);
  CHECK(back.fleet.key == fleet.key);
  CHECK(back.fleet.reuse == fleet.reuse);
  CHECK(back.fleet.subject == fleet.subject);
  CHECK(back.fleet.names == fleet.names);
  CHECK(back.fleet.profile.usages == fleet.profile.usages);
  CHECK(back.fleet.mix == fleet.mix);
  CHECK(back.fleet.signature == fleet.signature);
  CHECK(back.fleet.seed == fleet.seed);
  CHECK(back.minted == noon);
  CHECK(period_of(back.fleet.validity, noon + std::chrono::hours(5)) ==
        period_of(fleet.validity, noon));
  CHECK(back.publication == lab.descriptor.publication);
  CHECK(back.issuer == lab.descriptor.issuer);
  CHECK(back.rogue == lab.descriptor.rogue);
}

TEST_CASE("members of a seed are those of a pack with the same phrase", "[pki]") {
  Lab lab;
  REQUIRE(write_seed_descriptor(lab.folder / "devices.seed", lab.descriptor));
  write_fleet(FleetStore::pack, lab.folder / "devices.pack", lab.descriptor.fleet,
              issuers_of(lab.good, lab.bad));
  const auto seed = open_fleet(lab.folder / "devices.seed").value();
  const auto pack = open_fleet(lab.folder / "devices.pack").value();
  CHECK(seed->store() == FleetStore::seed);
  CHECK(seed->count() == 50);
  for (const auto kind : {FleetMember::revoked, FleetMember::expired, FleetMember::rogue}) {
    CHECK(seed->members(kind) == pack->members(kind));
    CHECK(seed->serials(kind).value() == pack->serials(kind).value());
  }
  for (const std::uint64_t i : {49U, 0U, 17U, 17U}) {
    MintedIdentity left;
    MintedIdentity right;
    REQUIRE(seed->read(i, left));
    REQUIRE(pack->read(i, right));
    CHECK(left.key == right.key);
    CHECK(left.serial == right.serial);
    CHECK(left.kind == right.kind);
    CHECK(tbs_of(left.certificate) == tbs_of(right.certificate));
    const auto identity = seed->identity(i).value();
    CHECK(belongs_to(identity.leaf(), identity.key()));
    CHECK(identity.intermediates().size() == (left.kind == FleetMember::rogue ? 0 : 1));
  }
  CHECK(seed->identity(50).error().kind == ProblemKind::usage);
  CHECK(seed->serial(50).error().kind == ProblemKind::usage);
}

TEST_CASE("a seed serves several threads at once", "[pki]") {
  const Lab lab;
  const auto fleet = SeedFleet::of(lab.descriptor).value();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t i = 0; i < 50; ++i) {
        const auto identity = fleet->identity((i * 7 + thread) % 50);
        if (identity && belongs_to(identity->leaf(), identity->key())) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 4 * 50);
}

TEST_CASE("a seed moves with its folder", "[pki]") {
  const Lab lab;
  const auto home = lab.folder / "home";
  std::filesystem::create_directory(home);
  for (const auto* file : {"ca.pem", "ca.key", "rogue.pem", "rogue.key"}) {
    std::filesystem::rename(lab.folder / file, home / file);
  }
  auto descriptor = lab.descriptor;
  descriptor.issuer = {home / "ca.pem", home / "ca.key", {home / "ca.pem"}};
  descriptor.rogue = {home / "rogue.pem", home / "rogue.key", {}};
  REQUIRE(write_seed_descriptor(home / "devices.seed", descriptor));
  std::filesystem::rename(home, lab.folder / "moved");
  CHECK(open_fleet(lab.folder / "moved/devices.seed").value()->identity(3));
}

TEST_CASE("what a seed lacks is told", "[pki]") {
  Lab lab;
  const auto file = lab.folder / "devices.seed";
  auto without = lab.descriptor;
  without.fleet.seed.clear();
  CHECK(write_seed_descriptor(file, without).error().text() ==
        "\"devices\" is to come from a seed, but there is none (give a phrase as seed, or take "
        "another store)");
  REQUIRE(write_seed_descriptor(file, lab.descriptor));
  CHECK(write_seed_descriptor(file, lab.descriptor).error().kind == ProblemKind::environment);
  std::filesystem::rename(lab.folder / "ca.key", lab.folder / "away.key");
  CHECK(open_fleet(file).error().hint ==
        "members of this fleet are signed when asked for, which takes the issuer's key");
  std::filesystem::copy(lab.folder / "rogue.key", lab.folder / "ca.key");
  CHECK(open_fleet(file).error().message.starts_with("the key is not that of the certificate"));

  const auto whole = slurp(file);
  spit(lab.folder / "bent", whole + "nonsense 3\n");
  const auto bent = open_fleet(lab.folder / "bent").error();
  CHECK(bent.kind == ProblemKind::environment);
  CHECK(bent.message.starts_with("the descriptor of the fleet is damaged: its line "));
  spit(lab.folder / "bent", whole.substr(0, whole.find("seed ", 30)));
  CHECK(open_fleet(lab.folder / "bent").error().message ==
        "the descriptor of the fleet is damaged: a line is missing");
  auto lines = lab.descriptor;
  lines.fleet.subject.organization = "a\nb";
  CHECK(write_seed_descriptor(lab.folder / "lines", lines).error().message ==
        "a value of \"devices\" has several lines");
}
