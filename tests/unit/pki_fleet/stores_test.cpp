// Every store gives back what was put into it, and takes it from every other.
#include <set>

#include "pki/fleet/fleet.hpp"
#include "pki/fleet/fleet_files.hpp"
#include "pki/fleet/fleet_pack.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

constexpr FleetStore written_stores[] = {FleetStore::pack, FleetStore::bundle, FleetStore::files};
constexpr FleetMember all_kinds[] = {FleetMember::revoked, FleetMember::expired, FleetMember::soon,
                                     FleetMember::rogue};

void check_equal(const Fleet& left, const Fleet& right) {
  REQUIRE(left.count() == right.count());
  CHECK(left.key_type() == right.key_type());
  for (const auto kind : all_kinds) {
    CHECK(left.members(kind) == right.members(kind));
    CHECK(left.serials(kind).value() == right.serials(kind).value());
  }
  const auto left_facts = left.facts();
  const auto right_facts = right.facts();
  CHECK(left_facts.chain == right_facts.chain);
  CHECK(left_facts.rogue_chain == right_facts.rogue_chain);
  for (std::uint64_t i = 0; i < left.count(); ++i) {
    MintedIdentity a;
    MintedIdentity b;
    REQUIRE(left.read(i, a));
    REQUIRE(right.read(i, b));
    CHECK(a.key == b.key);
    CHECK(a.certificate == b.certificate);
    CHECK(a.serial == b.serial);
    CHECK(a.kind == b.kind);
  }
}

FleetEntry mixed_fleet(KeyType type, std::uint64_t count) {
  auto fleet = fleet_of(type, count);
  fleet.mix = {.revoked = 0.1, .expired = 0.1, .soon = 0.1, .rogue = 0.1};
  return fleet;
}

}  // namespace

TEST_CASE("a fleet goes from each store to each other and stays what it is", "[pki][S4-79]") {
  const TempFolder folder;
  const Ca root;
  const Ca good(KeyType::p256, "second", root.issuer());
  const Ca bad(KeyType::p256, "rogue");
  write_fleet(FleetStore::pack, folder / "first", mixed_fleet(KeyType::p256, 20),
              issuers_of(good, bad));
  const auto first = open_fleet(folder / "first").value();
  CHECK(first->store() == FleetStore::pack);
  for (const auto between : written_stores) {
    for (const auto last : written_stores) {
      const auto name = std::string(to_string(between)) + "-" + std::string(to_string(last));
      INFO(name);
      auto out = create_fleet(between, folder / name, first->facts()).value();
      REQUIRE(copy_fleet(*first, *out, {.threads = 2, .progress = {}}));
      REQUIRE(out->commit());
      const auto opened = open_fleet(folder / name).value();
      CHECK(opened->store() == between);
      check_equal(*first, *opened);
      auto back = create_fleet(last, folder / (name + "-back"), opened->facts()).value();
      REQUIRE(copy_fleet(*opened, *back, {.threads = 1, .progress = {}}));
      REQUIRE(back->commit());
      check_equal(*first, *open_fleet(folder / (name + "-back")).value());
    }
  }
}

TEST_CASE("every key type survives every store", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  for (const auto type : {KeyType::p384, KeyType::p521, KeyType::ed25519, KeyType::ed448,
                          KeyType::rsa2048, KeyType::rsapss2048}) {
    auto fleet = fleet_of(type, 3);
    fleet.reuse = 1;
    const auto pack = folder / std::string(to_string(type));
    write_fleet(FleetStore::pack, pack, fleet, issuers_of(ca));
    const auto first = open_fleet(pack).value();
    for (const auto store : {FleetStore::bundle, FleetStore::files}) {
      INFO(to_string(type) << " " << to_string(store));
      const auto file = pack.string() + std::string(to_string(store));
      auto out = create_fleet(store, file, first->facts()).value();
      REQUIRE(copy_fleet(*first, *out, {.threads = 1, .progress = {}}));
      REQUIRE(out->commit());
      const auto opened = open_fleet(file).value();
      check_equal(*first, *opened);
      const auto identity = opened->identity(2).value();
      CHECK(belongs_to(identity.leaf(), identity.key()));
      CHECK(is_of_type(identity.key(), type));
    }
  }
}

TEST_CASE("identities carry the chain of their own issuer", "[pki]") {
  const TempFolder folder;
  const Ca good;
  const Ca bad(KeyType::p256, "rogue");
  for (const auto store : written_stores) {
    INFO(to_string(store));
    const auto file = folder / std::string(to_string(store));
    write_fleet(store, file, mixed_fleet(KeyType::p256, 10), issuers_of(good, bad));
    const auto fleet = open_fleet(file).value();
    const auto rogue = fleet->members(FleetMember::rogue).at(0);
    for (std::uint64_t i = 0; i < 10; ++i) {
      const auto identity = fleet->identity(i).value();
      REQUIRE(identity.intermediates().size() == 1);
      const auto& ca = i == rogue ? bad : good;
      CHECK(X509_cmp(identity.intermediates()[0], ca.certificate.get()) == 0);
    }
  }
}

TEST_CASE("private keys are 0600 in every store, and nothing is overwritten", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  for (const auto store : written_stores) {
    const auto file = folder / std::string(to_string(store));
    write_fleet(store, file, fleet_of(KeyType::p256, 2), issuers_of(ca));
    CHECK(mode_of(file) == (store == FleetStore::files ? 0700 : 0600));
    const auto before = snapshot(folder.path());
    CHECK(create_fleet(store, file, {}).error().text() ==
          file.string() +
              ": the fleet is there already (keys are never overwritten; move it away first)");
    CHECK(snapshot(folder.path()) == before);
  }
  CHECK(mode_of(folder / "files/000001.key") == 0600);
  CHECK(mode_of(folder / "files/000001.pem") == 0644);
  CHECK(create_fleet(FleetStore::seed, folder / "seed", {}).error().kind == ProblemKind::usage);
}

TEST_CASE("a store that was given up leaves nothing behind", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  auto minter = FleetMinter::of(fleet_of(KeyType::p256, 2), issuers_of(ca), noon).value();
  for (const auto store : written_stores) {
    INFO(to_string(store));
    {
      auto writer = create_fleet(store, folder / "fleet", {.count = 2}).value();
      MintedIdentity member;
      REQUIRE(minter.mint(0, member));
      REQUIRE(writer->add(member));
      CHECK_FALSE(std::filesystem::exists(folder / "fleet"));
    }
    CHECK(std::filesystem::is_empty(folder.path()));
  }
}

TEST_CASE("a name that is taken meanwhile is left alone", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  auto minter = FleetMinter::of(fleet_of(KeyType::p256, 1), issuers_of(ca), noon).value();
  for (const auto store : written_stores) {
    INFO(to_string(store));
    const auto file = folder / std::string(to_string(store));
    auto writer = create_fleet(store, file, {.count = 1}).value();
    MintedIdentity member;
    REQUIRE(minter.mint(0, member));
    REQUIRE(writer->add(member));
    spit(file, "somebody else's");
    CHECK(writer->commit().error().kind == ProblemKind::environment);
    CHECK(slurp(file) == "somebody else's");
  }
}

TEST_CASE("many members stand in sub-folders of a thousand", "[pki]") {
  CHECK(member_file(17, 1000) == "000017");
  CHECK(member_file(17, 1001) == "000/000017");
  CHECK(member_file(1000, 1001) == "001/001000");
  const TempFolder folder;
  const Ca ca;
  write_fleet(FleetStore::files, folder / "many", fleet_of(KeyType::p256, 1001), issuers_of(ca));
  CHECK(std::filesystem::exists(folder / "many/000/000999.key"));
  CHECK(std::filesystem::exists(folder / "many/001/001000.pem"));
  CHECK(open_fleet(folder / "many").value()->identity(1000));
}

TEST_CASE("a damaged bundle or folder is told, and never gives a wrong identity", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  write_fleet(FleetStore::bundle, folder / "bundle", fleet_of(KeyType::p256, 3), issuers_of(ca));
  const auto whole = slurp(folder / "bundle");
  CHECK(open_fleet(folder / "bundle").value()->identity(3).error().kind == ProblemKind::usage);

  spit(folder / "cut", whole.substr(0, whole.size() - 100));
  CHECK(open_fleet(folder / "cut").value()->identity(1));
  CHECK(open_fleet(folder / "cut").value()->identity(2).error().text() ==
        (folder / "cut").string() +
            ": the fleet bundle is damaged: member 2 cannot be read (move it away and mint it "
            "again)");
  // The key of one member before the certificate of another.
  const std::string begin = "-----BEGIN PRIVATE KEY-----";
  const auto first = whole.find(begin);
  const auto second = whole.find(begin, first + 1);
  const auto certificate = whole.find("-----BEGIN CERTIFICATE-----", first);
  spit(folder / "swapped", whole.substr(0, first) + whole.substr(second, certificate - first) +
                               whole.substr(certificate));
  CHECK(open_fleet(folder / "swapped").value()->identity(0).error().message ==
        "member 0 of the fleet is damaged");
  spit(folder / "none", "-----BEGIN CERTIFICATE-----\n");
  CHECK(open_fleet(folder / "none").error().message ==
        "the fleet bundle is damaged: there is no private key in it");

  write_fleet(FleetStore::files, folder / "files", fleet_of(KeyType::p256, 3), issuers_of(ca));
  std::filesystem::remove(folder / "files/000001.key");
  const auto files = open_fleet(folder / "files").value();
  CHECK(files->identity(0));
  CHECK(files->identity(1).error().kind == ProblemKind::environment);
  spit(folder / "files/fleet.txt", "handfast-fleet-files 1\ncount 3\nkey p256\n7 revoked\n");
  CHECK(open_fleet(folder / "files").error().message ==
        "the fleet's folder is damaged: fleet.txt has a line that is none");
}

TEST_CASE("stores have names", "[pki]") {
  for (const auto* name : {"pack", "seed", "bundle", "files"}) {
    CHECK(to_string(parse_fleet_store(name).value()) == name);
  }
  CHECK(parse_fleet_store("packs").error().text() ==
        "unknown store \"packs\" (did you mean \"pack\"?)");
}
