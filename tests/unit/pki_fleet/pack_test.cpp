#include "pki/fleet/fleet_pack.hpp"

#include <atomic>
#include <set>
#include <thread>

#include "pki/formats/describe.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

void write_pack(const std::filesystem::path& file, const FleetEntry& fleet, const Ca& ca) {
  write_fleet(FleetStore::pack, file, fleet, issuers_of(ca));
}

std::string common_name(const tls::Identity& identity) {
  return name_text(X509_get_subject_name(identity.leaf()));
}

}  // namespace

TEST_CASE("fleet members have their own key, certificate, serial and names", "[pki][S4-79]") {
  const TempFolder folder;
  const Ca ca;
  for (auto type : {KeyType::p256, KeyType::p384, KeyType::p521, KeyType::ed25519}) {
    INFO(to_string(type));
    const auto file = folder / std::string(to_string(type));
    write_pack(file, fleet_of(type, 20), ca);
    CHECK(mode_of(file) == 0600);
    const auto pack = Pack::open(file).value();
    CHECK(pack->count() == 20);
    CHECK(pack->key_type() == type);
    std::set<std::string> serials;
    std::set<std::string> keys;
    for (std::uint64_t i : {19U, 0U, 7U, 3U}) {
      const auto identity = pack->identity(i).value();
      const auto facts = describe(identity.leaf());
      CHECK(facts.subject ==
            "O = lab, CN = dev-0000" + std::string(i < 10 ? "0" : "") + std::to_string(i));
      CHECK(facts.extensions.names ==
            std::vector<std::string>{"URI:urn:lab:dev:" + std::to_string(i)});
      CHECK(facts.extensions.extended_key_usage == std::vector<std::string>{"clientAuth"});
      CHECK(facts.authority_key_id == to_hex(key_id(ca.certificate.get())));
      CHECK(facts.key == key_title(type));
      CHECK(belongs_to(identity.leaf(), identity.key()));
      CHECK(X509_verify(identity.leaf(), ca.key.get()) == 1);
      REQUIRE(identity.intermediates().size() == 1);
      CHECK(X509_cmp(identity.intermediates()[0], ca.certificate.get()) == 0);
      serials.insert(facts.serial);
      keys.insert(facts.subject_key_id);
    }
    CHECK(serials.size() == 4);
    CHECK(keys.size() == 4);
  }
}

TEST_CASE("a fleet of RSA keys may deal a few of them in turn", "[pki][S0-02]") {
  const TempFolder folder;
  const Ca ca;
  auto fleet = fleet_of(KeyType::rsa2048, 5);
  fleet.reuse = 2;
  write_pack(folder / "rsa.pack", fleet, ca);
  const auto pack = Pack::open(folder / "rsa.pack").value();
  const auto key = [&](std::uint64_t i) { return key_id(pack->identity(i)->leaf()); };
  CHECK(key(0) == key(2));
  CHECK(key(1) == key(3));
  CHECK(key(0) != key(1));
  CHECK(belongs_to(pack->identity(4)->leaf(), pack->identity(4)->key()));
}

TEST_CASE("members can be taken by several threads at once", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  write_pack(folder / "a.pack", fleet_of(KeyType::p256, 64), ca);
  const auto pack = Pack::open(folder / "a.pack").value();
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t i = 0; i < 64; ++i) {
        const auto identity = pack->identity((i * 7 + thread) % 64);
        if (identity && belongs_to(identity->leaf(), identity->key())) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 4 * 64);
}

TEST_CASE("an index beyond the fleet is a usage problem", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  const auto file = folder / "a.pack";
  write_pack(file, fleet_of(KeyType::p256, 2), ca);
  CHECK(common_name(Pack::open(file).value()->identity(1).value()) == "O = lab, CN = dev-000001");
  CHECK(Pack::open(file).value()->identity(2).error().text() ==
        file.string() + ": the fleet has 2 identities, there is no index 2 (indices begin at 0)");
}

TEST_CASE("a pack cut anywhere is refused", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  write_pack(folder / "whole", fleet_of(KeyType::p256, 2), ca);
  const auto whole = slurp(folder / "whole");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    spit(folder / "cut", std::string_view(whole).substr(0, size));
    const auto opened = Pack::open(folder / "cut");
    INFO(size);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ProblemKind::environment);
  }
  spit(folder / "cut", std::string_view(whole).substr(0, 1000));
  CHECK(Pack::open(folder / "cut").error().text() ==
        (folder / "cut").string() +
            ": the fleet pack is damaged: it has 1000 bytes, its header says " +
            std::to_string(whole.size()) + " (move it away and apply again)");
}

TEST_CASE("a pack with any byte changed never gives a wrong identity", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  write_pack(folder / "whole", fleet_of(KeyType::p256, 2), ca);
  const auto whole = slurp(folder / "whole");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto bent = whole;
    bent[at] = static_cast<char>(bent[at] ^ 0x41);
    spit(folder / "bent", bent);
    const auto opened = Pack::open(folder / "bent");
    INFO(at);
    REQUIRE((!opened || !opened.value()->identity(0) || !opened.value()->identity(1)));
  }
}

TEST_CASE("what is no pack says what is wrong with it", "[pki]") {
  const TempFolder folder;
  const auto file = folder / "a.pack";
  CHECK(Pack::open(file).error().text() == file.string() +
                                               ": cannot open the fleet pack: No such file or "
                                               "directory (make it with handfast pki apply)");
  spit(file, std::string(100, 'x'));
  CHECK(Pack::open(file).error().message ==
        "the fleet pack is damaged: it does not begin like one");
  spit(file, "HFFLEET\n" + std::string("\0\0\0\1", 4) + std::string(100, 'x'));
  CHECK(Pack::open(file).error().message == "the fleet pack has version 1, this program reads 2");
}

TEST_CASE("the table of a pack answers kinds and serials without any record", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 50);
  fleet.mix = {.revoked = 0.1, .expired = 0, .soon = 0, .rogue = 0};
  write_pack(folder / "whole", fleet, ca);
  const auto whole = Pack::open(folder / "whole").value();
  const auto revoked = whole->members(FleetMember::revoked);
  REQUIRE(revoked.size() == 5);
  const auto serials = whole->serials(FleetMember::revoked).value();
  for (std::size_t i = 0; i < revoked.size(); ++i) {
    CHECK(to_hex(serials[i]) == serial_hex(whole->identity(revoked[i])->leaf()));
  }
  // Every record destroyed, the table left.
  auto bytes = slurp(folder / "whole");
  const auto table = bytes.size() - 50 * 42;
  const auto records = 84 + 4 + tls::to_der(ca.certificate.get()).size();
  for (auto at = records; at < table; ++at) bytes[at] = 'x';
  spit(folder / "bent", bytes);
  const auto bent = Pack::open(folder / "bent").value();
  CHECK(bent->members(FleetMember::revoked) == revoked);
  CHECK(bent->serials(FleetMember::revoked).value() == serials);
  CHECK(bent->identity(0).error().message ==
        "the fleet pack is damaged: record 0 does not match its checksum");
}
