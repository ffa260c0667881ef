// Every list of the conformance catalogue has exactly the defects that it claims, and OpenSSL
// agrees or the catalogue says why not.
#include "pki/faults/fixtures.hpp"

#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/unit/pki_defects/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

Fixtures& fixtures() {
  static Fixtures all = Fixtures::build("handfast fixtures", noon).value();
  return all;
}

AuditOptions options_of(const Fixture& fixture) {
  AuditOptions out;
  out.purpose = fixture.purpose == FixturePurpose::server ? Purpose::server : Purpose::client;
  out.host = fixture.host;
  out.at = fixture.at;
  out.partial_chain = fixture.partial_chain;
  out.max_intermediates = fixture.max_intermediates;
  out.key = fixture.key.get();
  return out;
}

std::string found(const Fixture& fixture) {
  return words(kinds_of(find_defects(fixture.chain, fixture.anchors, options_of(fixture))));
}

std::string claimed(const Fixture& fixture) {
  auto kinds = fixture.claims;
  std::ranges::sort(kinds);
  return words(kinds);
}

void check(const FixtureInfo& info) {
  const auto fixture = fixtures().make(info.id);
  INFO(info.id << ": " << info.what);
  REQUIRE(fixture);
  const auto options = options_of(*fixture);
  const auto defects = find_defects(fixture->chain, fixture->anchors, options);
  INFO(sentences(defects));
  CHECK(words(kinds_of(defects)) == claimed(*fixture));
  CHECK((fixture->key != nullptr) == !fixture->chain.empty());
  const auto verdict = openssl_verdict(fixture->chain, fixture->anchors, options);
  INFO("OpenSSL says " << verdict << "; the catalogue: " << info.openssl);
  CHECK((verdict == "ok") == (refuses(defects) != info.openssl.empty()));
}

void check_group(std::string_view group) {
  int count = 0;
  for (const auto& info : Fixtures::list()) {
    if (info.group != group) continue;
    check(info);
    ++count;
  }
  CHECK(count > 0);
}

}  // namespace

TEST_CASE("Lists of group A1 have the defects that they claim and no other", "[pki]") {
  check_group("A1");
}
TEST_CASE("Lists of group A2 have the defects that they claim and no other (S1-13)", "[pki]") {
  check_group("A2");
}
TEST_CASE("Lists of group A3 have the defects that they claim and no other", "[pki]") {
  check_group("A3");
}
TEST_CASE("Lists of group A4 have the defects that they claim and no other", "[pki]") {
  check_group("A4");
}
TEST_CASE("Lists of group A5 have the defects that they claim and no other", "[pki]") {
  check_group("A5");
}
TEST_CASE("Lists of group A6 have the defects that they claim and no other", "[pki]") {
  check_group("A6");
}
TEST_CASE("Lists of groups A7 to A9 have the defects that they claim and no other", "[pki]") {
  for (const auto* group : {"A7", "A8", "A9"}) check_group(group);
}
TEST_CASE("Lists of group B have the defects that they claim and no other", "[pki]") {
  check_group("B");
}
TEST_CASE("Lists of group F1 have the defects that they claim and no other", "[pki]") {
  check_group("F1");
}

TEST_CASE("What the catalogue expects follows from the defects unless a broker's option decides",
          "[pki]") {
  for (const auto& info : Fixtures::list()) {
    if (info.expect == Expect::either || !info.condition.empty()) continue;
    INFO(info.id);
    const bool refused =
        std::ranges::any_of(info.claims, [](DefectKind kind) { return refuses(kind); });
    CHECK((info.expect == Expect::reject) == refused);
  }
}

TEST_CASE("Fixtures have ids of their own, and a row for each", "[pki]") {
  std::set<std::string> ids;
  for (const auto& info : Fixtures::list()) {
    CHECK(ids.insert(info.id).second);
    CHECK(Fixtures::find(info.id) == &info);
    CHECK(info.row().find('/') == std::string::npos);
  }
  const auto refused = fixtures().make("client-chain-gud/ec");
  REQUIRE(!refused);
  CHECK(refused.error().text() ==
        "unknown fixture \"client-chain-gud/ec\" (did you mean \"client-chain-good/ec\"?)");
}

TEST_CASE(
    "A missing intermediate is told by name, and a trust file that holds it repairs the list "
    "(S1-13)",
    "[pki]") {
  const auto bare = fixtures().make("client-leaf-only-root-trust").value();
  const auto defects = find_defects(bare.chain, bare.anchors, options_of(bare));
  REQUIRE(defects.size() == 1);
  CHECK(defects[0].kind == DefectKind::unknown_ca);
  CHECK(defects[0].certificate == 0U);
  CHECK(defects[0].sentence ==
        "\"dev-1\": its issuer \"second\" is neither trusted nor was it sent");
  CHECK(found(fixtures().make("client-leaf-only-bundle-trust").value()) == "-");
}

TEST_CASE("A CA that is not installed is an unknown CA, and no other defect (S0-10)", "[pki]") {
  auto fixture = fixtures().make("server-trust-root-only").value();
  CHECK(found(fixture) == "-");
  fixture.anchors.clear();
  CHECK(found(fixture) == "unknown_ca");
}

TEST_CASE("Fixtures of one seed have the same keys and serials, of another seed others", "[pki]") {
  const auto serial = [](std::string_view seed) {
    auto made = Fixtures::build(seed, noon).value().make("client-chain-good/ec").value();
    const unsigned char* at = made.chain[0].data();
    const tls::CertificatePtr leaf(d2i_X509(nullptr, &at, static_cast<long>(made.chain[0].size())));
    return serial_hex(leaf.get()) + to_hex(key_id(leaf.get()));
  };
  CHECK(serial("one") == serial("one"));
  CHECK(serial("one") != serial("two"));
  CHECK(!Fixtures::build("", noon));
}
