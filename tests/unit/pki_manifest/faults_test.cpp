#include "pki/manifest/manifest.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

constexpr auto head = R"(handfast-pki: 1
authorities: {root: {}, low: {issuer: root, pathlen: 0}, rogue: {trust: false}}
identities: {broker: {issuer: low, profile: server, cn: localhost, names: [127.0.0.1]}}
)";

std::string fault(const std::string& fields) {
  auto manifest = parse_manifest(
      std::string(head) + "faults:\n  x: {like: broker, " + fields + "}\n", "f.yaml");
  return manifest ? "no problem" : manifest.error().text();
}

}  // namespace

TEST_CASE("a fault starts from a good entry and changes one thing", "[pki]") {
  const auto manifest = test::manifest_of(std::string(head) + R"(faults:
  wrong-name: {like: broker, names: [other.test], expect: name_mismatch}
  stranger: {like: broker, issuer: rogue, expect: unknown_ca}
  bent: {like: broker, damage: signature, expect: {openssl: decrypt_error, otp: refuse}}
  weak: {like: broker, key: rsa1024, hash: md5, expect: lint-error}
  revoked: {like: broker, revoke: {reason: keyCompromise}, expect: certificate_revoked}
  ip-missing: {like: broker, names: [localhost], dial: 127.0.0.1, expect: name_mismatch}
  deep: {like: broker, extra-intermediates: 11, expect: {depth-10: refuse}}
)");
  const auto& wrong = *manifest.fault("wrong-name");
  CHECK(wrong.like == "broker");
  CHECK(wrong.entry.issuer == "low");
  REQUIRE(wrong.entry.names.size() == 1);
  CHECK(to_string(wrong.entry.names[0]) == "DNS:other.test");
  CHECK(wrong.entry.files.chain == "wrong-name-chain.pem");
  CHECK(wrong.expect.at("") == "name_mismatch");
  CHECK(manifest.fault("stranger")->entry.issuer == "rogue");
  CHECK(manifest.fault("bent")->damage == "signature");
  CHECK(manifest.fault("bent")->expect.at("otp") == "refuse");
  CHECK(manifest.fault("weak")->entry.key == KeyType::rsa1024);
  CHECK(manifest.fault("weak")->hash == Hash::md5);
  CHECK(manifest.fault("revoked")->revoke == "keyCompromise");
  CHECK(manifest.fault("ip-missing")->dial == "127.0.0.1");
  CHECK(manifest.fault("deep")->extra_intermediates == 11);
  CHECK(manifest.issuer_of("deep") == "low");
}

TEST_CASE("a fault says what must happen and what is different", "[pki]") {
  CHECK(fault("valid: {from: -2d, to: -1d}") == "f.yaml:5:6: \"expect\" is missing in \"x\"");
  CHECK(fault("expect: refuse") ==
        "f.yaml:5:3: the fault \"x\" is no different from \"broker\" "
        "(change one thing: valid, names, issuer, damage, ...)");
  CHECK(fault("send: leaf, expect: {}") == "f.yaml:5:41: \"expect\" expects nothing");
  CHECK(fault("send: leaf, expect: It Fails") ==
        "f.yaml:5:41: \"It Fails\" is no verdict "
        "(a word such as unknown_ca, certificate_expired, name_mismatch or accept)");
  CHECK(fault("damage: signatur, expect: refuse").find("did you mean \"signature\"?") !=
        std::string::npos);
  CHECK(fault("revoke: {reason: lost}, expect: refuse").find("one of") != std::string::npos);
  CHECK(fault("send: leaf, extra-intermediates: 2, expect: refuse") ==
        "f.yaml:5:54: \"extra-intermediates\" is of no use with \"send: leaf\"");
  CHECK(fault("like: broker, expect: refuse").find("like") != std::string::npos);
}

TEST_CASE("a fault needs a good twin whose key is ours", "[pki]") {
  const auto problem = [](const std::string& text) {
    return parse_manifest(text, "f.yaml").error().text();
  };
  CHECK(problem(std::string(head) + "faults: {x: {like: brokr, send: leaf, expect: refuse}}\n") ==
        "f.yaml:4:20: there is no identity \"brokr\" (did you mean \"broker\"?)");
  CHECK(problem("handfast-pki: 1\nauthorities: {root: {}}\nidentities: {a: {issuer: root, csr: "
                "a.csr}}\nfaults: {x: {like: a, send: leaf, expect: refuse}}\n") ==
        "f.yaml:4:20: \"a\" cannot be a model: its key is not ours");
  CHECK(problem("handfast-pki: 1\nauthorities: {root: {pathlen: 0}}\nidentities: {a: {issuer: "
                "root}}\nfaults: {x: {like: a, extra-intermediates: 1, expect: refuse}}\n") ==
        "f.yaml:4:44: no authority may have further ones below it "
        "(leave \"pathlen\" out at one of them)");
}
