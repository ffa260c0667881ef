// The verifier at its edges: damaged octets, loops, lists out of order, addresses and constraints.
#include "pki/audit/defects.hpp"

#include <set>

#include "core/tls/identity.hpp"
#include "pki/faults/detail/der.hpp"
#include "pki/faults/keys.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_defects/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

const Lab& lab() {
  static const Lab one(KeyType::p256);
  return one;
}

AuditOptions server_at_noon() {
  AuditOptions out;
  out.purpose = Purpose::server;
  out.host = host;
  out.at = noon;
  return out;
}

Bytes leaf_der(const CertificateSpec& spec) {
  return tls::to_der(issue(spec, lab().leaf_key.get(), lab().below_authority()).value().get());
}

std::string judged(const std::vector<Bytes>& chain, const AuditOptions& options) {
  return words(kinds_of(find_defects(chain, lab().anchors(), options)));
}

std::vector<Bytes> good_chain() {
  return {leaf_der(leaf_spec()), tls::to_der(lab().authority.get())};
}

/// Whether an authority of these constraints takes a leaf with that one name.
std::string constrained(const NameConstraints& constraints, const AltName& name) {
  auto spec = authority_spec();
  spec.constraints = constraints;
  const auto authority = issue(spec, lab().authority_key.get(), lab().below_root()).value();
  auto leaf = leaf_spec();
  leaf.names = {name};
  auto options = server_at_noon();
  options.host.clear();
  return judged({leaf_der(leaf), tls::to_der(authority.get())}, options);
}

}  // namespace

TEST_CASE("Every flipped bit of a leaf is a reason to refuse it", "[pki]") {
  const auto good = good_chain();
  REQUIRE(judged(good, server_at_noon()) == "-");
  for (std::size_t i = 0; i < good[0].size(); ++i) {
    auto chain = good;
    chain[0][i] ^= static_cast<std::uint8_t>(1U << (i % 8));
    INFO("octet " << i);
    CHECK(refuses(find_defects(chain, lab().anchors(), server_at_noon())));
  }
}

TEST_CASE("A certificate cut anywhere is malformed", "[pki]") {
  const auto good = good_chain();
  for (std::size_t size = 0; size < good[0].size(); ++size) {
    auto chain = good;
    chain[0].resize(size);
    CHECK(judged(chain, server_at_noon()) == "malformed");
  }
}

TEST_CASE("Two authorities that certify each other lead nowhere and the search ends", "[pki]") {
  const auto key_a = pooled_key(KeyType::p256, 11).value();
  const auto key_b = pooled_key(KeyType::p256, 12).value();
  auto spec_a = authority_spec();
  spec_a.subject.common_name = "a";
  auto spec_b = authority_spec();
  spec_b.subject.common_name = "b";
  const auto root_a = issue(spec_a, key_a.get(), {}).value();
  const auto b_by_a = issue(spec_b, key_b.get(), {root_a.get(), key_a.get()}).value();
  const auto a_by_b = issue(spec_a, key_a.get(), {b_by_a.get(), key_b.get()}).value();
  const auto leaf = issue(leaf_spec(), lab().leaf_key.get(), {a_by_b.get(), key_a.get()}).value();
  const std::vector<Bytes> chain{tls::to_der(leaf.get()), tls::to_der(a_by_b.get()),
                                 tls::to_der(b_by_a.get())};
  CHECK(judged(chain, server_at_noon()) == "unknown_ca");
}

TEST_CASE("A mesh of twenty certificates of one name is searched within bounds", "[pki]") {
  std::vector<Bytes> chain{leaf_der(leaf_spec())};
  auto spec = authority_spec();
  spec.subject = root_spec().subject;
  spec.subject.common_name = "second";
  const auto self = issue(spec, lab().authority_key.get(), {}).value();
  for (int i = 0; i < 20; ++i) {
    const auto again =
        issue(spec, lab().authority_key.get(), {self.get(), lab().authority_key.get()}).value();
    chain.push_back(tls::to_der(again.get()));
  }
  const auto defects = find_defects(chain, lab().anchors(), server_at_noon());
  CHECK(refuses(defects));
  chain.push_back(tls::to_der(lab().authority.get()));
  CHECK(!refuses(find_defects(chain, lab().anchors(), server_at_noon())));
}

TEST_CASE("Defects of two certificates are both told, each with its place", "[pki]") {
  auto options = server_at_noon();
  options.at = noon + std::chrono::hours(24 * 365 * 6);
  const auto defects = find_defects(good_chain(), lab().anchors(), options);
  REQUIRE(defects.size() == 2);
  CHECK(defects[0].kind == DefectKind::expired);
  CHECK(defects[0].certificate == 0U);
  CHECK(defects[0].sentence == "\"node-a\": it has ended");
  CHECK(defects[1].certificate == 1U);
  CHECK(defects[1].sentence == "\"second\": it has ended");
}

TEST_CASE("Both ends of a period belong to it", "[pki]") {
  auto options = server_at_noon();
  const auto period = leaf_spec().period;
  options.at = period.not_before;
  CHECK(judged(good_chain(), options) == "-");
  options.at = period.not_before - std::chrono::seconds(1);
  CHECK(judged(good_chain(), options) == "not_yet_valid");
  options.at = period.not_after;
  CHECK(judged(good_chain(), options) == "-");
  options.at = period.not_after + std::chrono::seconds(1);
  CHECK(judged(good_chain(), options) == "expired");
}

TEST_CASE("Hosts are matched by name, address and single-label wildcard", "[pki]") {
  auto spec = leaf_spec();
  spec.names = {{AltNameKind::dns, "*.lab.test"}, {AltNameKind::ip, "2001:db8::1"}};
  const std::vector<Bytes> chain{leaf_der(spec), tls::to_der(lab().authority.get())};
  const auto at = [&](std::string name) {
    auto options = server_at_noon();
    options.host = std::move(name);
    return judged(chain, options);
  };
  CHECK(at("a.lab.test") == "-");
  CHECK(at("A.LAB.test") == "-");
  CHECK(at("2001:db8:0::1") == "-");
  CHECK(at("lab.test") == "name_mismatch");
  CHECK(at(".lab.test") == "name_mismatch");
  CHECK(at("a.b.lab.test") == "name_mismatch");
  CHECK(at("2001:db8::2") == "name_mismatch");
  CHECK(at("node-a") == "name_mismatch");
}

TEST_CASE("Name constraints of every kind take what is inside and refuse what is not", "[pki]") {
  using enum SubtreeKind;
  const std::string bad = "name_constraint_violated";
  const AltName dns_name{AltNameKind::dns, "a.lab.test"};
  CHECK(constrained({{{dns, "lab.test"}}, {}}, dns_name) == "-");
  CHECK(constrained({{{dns, ".lab.test"}}, {}}, {AltNameKind::dns, "lab.test"}) == bad);
  CHECK(constrained({{{dns, "ab.test"}}, {}}, dns_name) == bad);
  CHECK(constrained({{}, {{dns, "a.lab.test"}}}, dns_name) == bad);
  CHECK(constrained({{{ip, "10.0.0.0/8"}}, {}}, {AltNameKind::ip, "10.1.2.3"}) == "-");
  CHECK(constrained({{{ip, "10.0.0.0/9"}}, {}}, {AltNameKind::ip, "10.200.2.3"}) == bad);
  CHECK(constrained({{{ip, "10.0.0.0/8"}}, {}}, {AltNameKind::ip, "::1"}) == bad);
  CHECK(constrained({{{email, "lab.test"}}, {}}, {AltNameKind::email, "a@LAB.test"}) == "-");
  CHECK(constrained({{{email, "lab.test"}}, {}}, {AltNameKind::email, "a@x.lab.test"}) == bad);
  CHECK(constrained({{{email, "a@lab.test"}}, {}}, {AltNameKind::email, "b@lab.test"}) == bad);
  CHECK(constrained({{{uri, ".lab.test"}}, {}}, {AltNameKind::uri, "mqtts://u@x.lab.test:1/y"}) ==
        "-");
  CHECK(constrained({{{uri, "lab.test"}}, {}}, {AltNameKind::uri, "mqtts://x.lab.test"}) == bad);
  CHECK(constrained({{{directory, "C=CN, O=HANDFAST  lab"}}, {}}, dns_name) == "-");
  CHECK(constrained({{{directory, "O=handfast lab"}}, {}}, dns_name) == bad);
}

TEST_CASE("Constraints of one kind say nothing about names of another", "[pki]") {
  CHECK(constrained({{{SubtreeKind::dns, "lab.test"}}, {}}, {AltNameKind::ip, "10.1.2.3"}) == "-");
}

TEST_CASE("ASN.1 that was read is written again octet by octet, BER included", "[pki]") {
  const auto good = good_chain()[0];
  CHECK(der::encode(der::read_all(good).value()) == good);
  const Bytes indefinite{0x30, 0x80, 0x02, 0x01, 0x05, 0x00, 0x00};
  const auto value = der::read_all(indefinite);
  REQUIRE(value);
  CHECK(value->form == der::LengthForm::indefinite);
  CHECK(value->children.size() == 1);
  CHECK(der::encode(*value) == indefinite);
}

TEST_CASE("ASN.1 that is none is not read", "[pki]") {
  const std::vector<Bytes> broken{{},
                                  {0x30},
                                  {0x30, 0x05, 0x02},
                                  {0x02, 0x80, 0x00, 0x00},
                                  {0x1f, 0x81, 0x00},
                                  {0x30, 0x80, 0x02, 0x01, 0x05},
                                  {0x30, 0x84, 0xff, 0xff, 0xff, 0xff},
                                  {0x30, 0x85, 0, 0, 0, 0, 1, 0}};
  for (const auto& bytes : broken) {
    INFO(to_hex(bytes));
    CHECK(!der::read(bytes));
  }
  Bytes deep;
  for (int i = 0; i < 100; ++i)
    deep.insert(deep.begin(), {0x30, static_cast<std::uint8_t>(deep.size())});
  CHECK(!der::read(deep));
}

TEST_CASE("Object identifiers go to octets and back", "[pki]") {
  for (const auto* text :
       {"2.5.29.17", "1.2.840.113549.1.1.11", "2.999.3", "0.9.2342.19200300.100.1.25"}) {
    CHECK(der::dotted(der::object_octets(text)) == text);
  }
  CHECK(der::dotted(Bytes{0x55, 0x9d}).empty());
}

TEST_CASE("Every defect has a word of its own and a sentence", "[pki]") {
  std::set<std::string_view> seen;
  for (const auto& info : defect_table()) {
    CHECK(seen.insert(info.word).second);
    CHECK(!info.what.empty());
    CHECK(to_string(info.kind) == info.word);
  }
}
