#include "pki/fleet/fleet_pack.hpp"

#include <atomic>
#include <set>
#include <thread>

#include "pki/fleet/fleet_mint.hpp"
#include "pki/formats/describe.hpp"
#include "pki/mint/certificate.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;
using handfast::pki::test::TempFolder;

namespace {

struct Ca {
  tls::PkeyPtr key = make_key(KeyType::p256).value();
  tls::CertificatePtr certificate;
  Ca() {
    const CertificateSpec request{.profile = profile("ca"),
                                  .subject = {.common_name = "fleet CA"},
                                  .names = {},
                                  .path_length = {},
                                  .period = period_of(Validity::lasting(24h * 365), test::noon)};
    certificate = issue(request, key.get(), {}).value();
  }
};

FleetEntry fleet_of(KeyType type, std::uint64_t count) {
  return {.name = "devices",
          .issuer = "ca",
          .profile = profile("client"),
          .count = count,
          .subject = {.organization = "lab", .common_name = "dev-{i:06}"},
          .names = {"urn:lab:dev:{i}"},
          .key = type,
          .reuse = 0,
          .validity = Validity::lasting(24h),
          .file = "devices.pack",
          .where = {}};
}

void write_pack(const std::filesystem::path& file, const FleetEntry& fleet, const Ca& ca) {
  auto minter = FleetMinter::of(fleet, {ca.certificate.get(), ca.key.get()},
                                period_of(fleet.validity, test::noon))
                    .value();
  auto writer = PackWriter::create(file, fleet.key, {tls::to_der(ca.certificate.get())}).value();
  MintedIdentity minted;
  for (std::uint64_t i = 0; i < fleet.count; ++i) {
    REQUIRE(minter.mint(i, minted));
    REQUIRE(writer.add(minted.key, minted.certificate));
  }
  REQUIRE(writer.commit());
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
    CHECK(test::mode_of(file) == 0600);
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

TEST_CASE("the bulk path makes the same certificate as the single one", "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 1);
  auto minter = FleetMinter::of(fleet, {ca.certificate.get(), ca.key.get()},
                                period_of(fleet.validity, test::noon))
                    .value();
  MintedIdentity minted;
  REQUIRE(minter.mint(0, minted));
  const unsigned char* position = minted.certificate.data();
  const tls::CertificatePtr bulk(
      d2i_X509(nullptr, &position, static_cast<long>(minted.certificate.size())));
  REQUIRE(bulk);
  const CertificateSpec request{.profile = profile("client"),
                                .subject = {.organization = "lab", .common_name = "dev-000000"},
                                .names = {{AltNameKind::uri, "urn:lab:dev:0"}},
                                .path_length = {},
                                .period = period_of(fleet.validity, test::noon)};
  const auto single =
      issue(request, X509_get0_pubkey(bulk.get()), {ca.certificate.get(), ca.key.get()}).value();
  // Same serial and signature apart, byte for byte.
  X509_set_serialNumber(single.get(), X509_get_serialNumber(bulk.get()));
  unsigned char* left = nullptr;
  unsigned char* right = nullptr;
  const int left_size = i2d_re_X509_tbs(bulk.get(), &left);
  const int right_size = i2d_re_X509_tbs(single.get(), &right);
  const std::string bulk_bytes(reinterpret_cast<char*>(left), static_cast<std::size_t>(left_size));
  const std::string single_bytes(reinterpret_cast<char*>(right),
                                 static_cast<std::size_t>(right_size));
  OPENSSL_free(left);
  OPENSSL_free(right);
  CHECK(bulk_bytes == single_bytes);
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
  const auto whole = test::slurp(folder / "whole");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    test::spit(folder / "cut", std::string_view(whole).substr(0, size));
    const auto opened = Pack::open(folder / "cut");
    INFO(size);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ProblemKind::environment);
  }
  test::spit(folder / "cut", std::string_view(whole).substr(0, 1000));
  CHECK(Pack::open(folder / "cut").error().text() ==
        (folder / "cut").string() +
            ": the fleet pack is damaged: it has 1000 bytes, its header says " +
            std::to_string(whole.size()) + " (move it away and apply again)");
}

TEST_CASE("a pack with any byte changed never gives a wrong identity", "[pki]") {
  const TempFolder folder;
  const Ca ca;
  write_pack(folder / "whole", fleet_of(KeyType::p256, 2), ca);
  const auto whole = test::slurp(folder / "whole");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto bent = whole;
    bent[at] = static_cast<char>(bent[at] ^ 0x41);
    test::spit(folder / "bent", bent);
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
  test::spit(file, std::string(100, 'x'));
  CHECK(Pack::open(file).error().message ==
        "the fleet pack is damaged: it does not begin like one");
  test::spit(file, "HFFLEET\n" + std::string("\0\0\0\2", 4) + std::string(100, 'x'));
  CHECK(Pack::open(file).error().message == "the fleet pack has version 2, this program reads 1");
}
