// The stamped TBS against the one that `issue` builds: the same octets, whatever the lengths.
#include "pki/fleet/detail/tbs_template.hpp"

#include "core/tls/identity.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_fleet/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// What `issue` makes of the member's own serial and key, and of the fleet's names and dates.
Bytes issued_like(const MintedIdentity& member, const FleetEntry& fleet, std::uint64_t index,
                  const FleetIssuers& issuers) {
  CertificateSpec spec{.profile = fleet.profile,
                       .subject = fleet.subject,
                       .names = {},
                       .path_length = {},
                       .period = period_of(fleet.validity, noon),
                       .publication = issuers.publication,
                       .signature = fleet.signature,
                       .serial = member.serial};
  spec.subject.common_name = NameTemplate::parse(fleet.subject.common_name)->expand(index);
  for (const auto& name : fleet.names) {
    spec.names.push_back(parse_alt_name(NameTemplate::parse(name)->expand(index)).value());
  }
  const auto leaf = parsed(member.certificate);
  return tls::to_der(issue(spec, X509_get0_pubkey(leaf.get()), issuers.regular).value().get());
}

void check_same(const FleetEntry& fleet, const FleetIssuers& issuers,
                std::initializer_list<std::uint64_t> indices) {
  auto minter = FleetMinter::of(fleet, issuers, noon).value();
  MintedIdentity member;
  for (const auto index : indices) {
    INFO(to_string(fleet.key) << " " << index);
    REQUIRE(minter.mint(index, member));
    const auto leaf = parsed(member.certificate);
    REQUIRE(leaf);
    CHECK(tbs_of(member.certificate) == tbs_of(issued_like(member, fleet, index, issuers)));
    CHECK(X509_verify(leaf.get(), issuers.regular.key) == 1);
  }
}

}  // namespace

TEST_CASE("a stamped certificate is the issued one, octet by octet, for every key type", "[pki]") {
  const Ca ca;
  for (const auto type : {KeyType::p256, KeyType::p384, KeyType::p521, KeyType::ed25519,
                          KeyType::ed448, KeyType::rsa2048, KeyType::rsapss2048}) {
    auto fleet = fleet_of(type, 2000000);
    if (is_rsa(type)) fleet.reuse = 1;
    check_same(fleet, issuers_of(ca), {0, 9, 1234567});
  }
}

TEST_CASE("every type of issuer signs stamped certificates", "[pki]") {
  for (const auto type :
       {KeyType::p384, KeyType::ed25519, KeyType::ed448, KeyType::rsa2048, KeyType::rsapss2048}) {
    INFO(to_string(type));
    const Ca ca(type);
    check_same(fleet_of(KeyType::p256, 10), issuers_of(ca), {0, 9});
  }
}

TEST_CASE("digests and paddings other than the default are stamped alike", "[pki]") {
  const Ca rsa(KeyType::rsa2048);
  auto fleet = fleet_of(KeyType::p256, 1);
  fleet.signature = {.hash = Hash::sha512, .pss = true, .salt_octets = 20};
  check_same(fleet, issuers_of(rsa), {0});
  const Ca ec;
  fleet.signature = {.hash = Hash::sha384, .pss = false, .salt_octets = -1};
  check_same(fleet, issuers_of(ec), {0});
}

TEST_CASE("names of any length and kind are stamped alike", "[pki]") {
  const Ca ca;
  const std::string long_unit(60, 'u');
  const std::string long_organization(60, 'o');
  const std::string long_host = std::string(60, 'a') + "." + std::string(60, 'b') + "." +
                                std::string(60, 'c') + "." + std::string(50, 'd');
  auto fleet = fleet_of(KeyType::p256, 10000000000U);
  const std::vector<std::vector<std::string>> lists{
      {},
      {"{i}.lab.test"},
      {"DNS:d{i}." + long_host},
      {"10.0.0.{i}"},
      {"fe80::{i}", "dev{i}@lab.test", "UPN:dev{i}@lab", "urn:x:{hex:8}", "*.{i}.lab.test"},
      {"URI:urn:" + std::string(300, 'x') + "{i}", "DNS:y" + long_host, "DNS:z" + long_host}};
  for (const auto& names : lists) {
    fleet.names = names;
    fleet.subject = {.organization = "lab", .common_name = "d{i:020}"};
    check_same(fleet, issuers_of(ca), {0, 1, 99});
    fleet.subject = {.country = "CN",
                     .state = "Zhejiang",
                     .locality = "Hangzhou",
                     .organization = long_organization,
                     .unit = long_unit,
                     .common_name = "w{i}",
                     .more = {{"serialNumber", "17"}, {"UID", "device"}}};
    check_same(fleet, issuers_of(ca), {0, 99});
  }
  fleet.names = {"urn:x:{i}"};
  for (std::size_t width = 1; width <= 10; ++width) {
    fleet.subject = {.common_name = std::string(54, 'n') + "{i}"};
    const auto index = std::stoull(std::string(width, '9'));
    check_same(fleet, issuers_of(ca), {index});
  }
}

TEST_CASE("members without a subject have a critical alternative name, as issued ones do",
          "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 3);
  fleet.subject = {};
  check_same(fleet, issuers_of(ca), {0, 2});
}

TEST_CASE("what the issuer publishes and dates past 2049 are stamped alike", "[pki]") {
  const Ca ca;
  auto fleet = fleet_of(KeyType::p256, 3);
  auto issuers = issuers_of(ca);
  issuers.publication = {.crl_urls = {"http://127.0.0.1:9580/ca.crl"},
                         .ocsp_urls = {"http://127.0.0.1:9580/ocsp"},
                         .issuer_urls = {"http://127.0.0.1:9580/ca.cer"}};
  check_same(fleet, issuers, {0, 2});
  const auto text = [](const char* from, const char* to) {
    return to_hex(detail::validity_der(parse_time(from).value(), parse_time(to).value()));
  };
  CHECK(text("2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z") ==
        "30"
        "20"
        "170d3439313233313233353935395a"
        "180f32303530303130313030303030305a");
}

TEST_CASE("serials of 1 to 20 octets are encoded as OpenSSL encodes them", "[pki]") {
  const Ca ca;
  const auto key = make_key(KeyType::p256).value();
  CertificateSpec spec{.profile = profile("client"),
                       .subject = {.common_name = "x"},
                       .names = {},
                       .path_length = {},
                       .period = period_of(Validity::lasting(std::chrono::hours(24)), noon),
                       .serial = Bytes{1}};
  const auto sample = issue(spec, key.get(), ca.issuer()).value();
  const auto stamp = detail::TbsTemplate::of(sample.get()).value();
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  const Bytes public_der(der, der + size);
  OPENSSL_free(der);
  const auto validity = detail::validity_der(spec.period.not_before, spec.period.not_after);
  const auto id = key_id(sample.get());
  for (std::size_t octets = 1; octets <= 20; ++octets) {
    for (const auto first : Bytes{0x01, 0x7f, 0x80, 0xff}) {
      Bytes serial(octets, 0xa5);
      serial.front() = first;
      INFO(to_hex(serial));
      spec.serial = serial;
      Bytes out;
      stamp.stamp({.serial = serial,
                   .validity = validity,
                   .common_name = "x",
                   .key = public_der,
                   .key_id = id,
                   .alt_names = {}},
                  out);
      const auto issued = issue(spec, key.get(), ca.issuer()).value();
      REQUIRE(out == tbs_of(tls::to_der(issued.get())));
    }
  }
}
