// What each section of a manifest may say, and what it refuses.
#include "pki/manifest/manifest.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;

namespace {

std::string problem_of(const std::string& text) {
  auto manifest = parse_manifest("handfast-pki: 1\n" + text, "lab.yaml");
  return manifest ? "no problem" : manifest.error().text();
}

std::string authority(const std::string& fields) {
  return problem_of("authorities:\n  root: {" + fields + "}\n");
}

std::string identity(const std::string& fields) {
  return problem_of("authorities: {root: {}}\nidentities:\n  a: {issuer: root, " + fields + "}\n");
}

std::string fleet(const std::string& fields) {
  return problem_of("authorities: {root: {}}\nfleets:\n  f: {issuer: root, count: 10, " + fields +
                    "}\n");
}

}  // namespace

TEST_CASE("clock and seed make runs repeatable", "[pki]") {
  const auto manifest = test::manifest_of(
      "handfast-pki: 1\nclock: 2026-03-01T00:00:00Z\nseed: lab\nauthorities: {root: {}}\nfleets:\n"
      "  f: {issuer: root, count: 2}\n  own: {issuer: root, count: 2, seed: mine, store: seed}\n");
  CHECK(time_text(*manifest.clock) == "2026-03-01T00:00:00Z");
  CHECK(manifest.seed == "lab");
  CHECK(manifest.fleet("f")->seed == "lab/fleet/f");
  CHECK(manifest.fleet("own")->seed == "mine");
  const auto plain =
      test::manifest_of("handfast-pki: 1\nclock: now\nseed: none\nauthorities: {root: {}}\n");
  CHECK_FALSE(plain.clock);
  CHECK(plain.seed.empty());
  CHECK(problem_of("clock: noon\nauthorities: {root: {}}\n")
            .starts_with("lab.yaml:2:8: clock: \"noon\" is no time (now, or a fixed time: "));
}

TEST_CASE("an authority says how it signs, what it allows and what it publishes", "[pki]") {
  const auto manifest = test::manifest_of(R"(handfast-pki: 1
authorities:
  root: {key: rsa3072, hash: sha384, pss: true, note: kept in the safe}
  second:
    issuer: root
    constrain: {permit: [.lab.test, 127.0.0.0/8], forbid: ['email:lab.test']}
    policies: [1.3.6.1.4.1.5.1, any]
    explicit_policy: 0
    publish: {crl: 'http://127.0.0.1:9580/second.crl', idp: true, crl_every: 2d,
              ocsp: 'http://127.0.0.1:9580/ocsp', signer: delegated, aia: true}
    extensions: [{oid: 1.3.6.1.4.1.5.9, critical: true, der: "0500"}]
    password: env:SECOND_PASS
identities:
  a: {issuer: second}
fleets:
  f: {issuer: root, count: 1}
)");
  const auto& root = *manifest.authority("root");
  CHECK(root.signature == SignatureOptions{Hash::sha384, true, -1});
  CHECK(root.note == "kept in the safe");
  const auto& second = *manifest.authority("second");
  CHECK(to_string(second.constraints.permit.at(1)) == "IP:127.0.0.0/8");
  CHECK(second.policies.size() == 2);
  CHECK(second.require_explicit_policy == 0);
  CHECK(second.publish.crl_file == "second-crl.pem");
  CHECK(second.publish.idp);
  CHECK(second.publish.crl_every == 48h);
  CHECK(second.publish.urls.issuer_urls ==
        std::vector<std::string>{"http://127.0.0.1:9580/second.crt"});
  CHECK(second.extra.at(0).der == Bytes{0x05, 0x00});
  CHECK(second.password == "env:SECOND_PASS");
  CHECK(manifest.fleet("f")->signature == root.signature);
  const auto& signer = *manifest.identity("second-ocsp");
  CHECK(signer.ocsp_for == "second");
  CHECK(signer.profile == profile("ocsp"));
  CHECK(to_string(signer.subject) == "CN=second OCSP");
}

TEST_CASE("settings of an authority that say nothing are refused", "[pki]") {
  CHECK(authority("publish: {idp: true}") == "lab.yaml:3:25: \"idp\" is of no use without \"crl\"");
  CHECK(authority("publish: {crl: 'http://a/b', signer: delegated}") ==
        "lab.yaml:3:47: \"signer\" is of no use without \"ocsp\"");
  CHECK(authority("publish: {crl: here}") ==
        "lab.yaml:3:25: \"here\" is no URL (for example 'http://127.0.0.1:9580/second.crl')");
  CHECK(authority("publish: {}") ==
        "lab.yaml:3:19: \"publish\" publishes nothing (give it \"crl\" or \"ocsp\")");
  CHECK(authority("publish: {aia: true}").find("\"aia\" needs \"crl\" or \"ocsp\"") !=
        std::string::npos);
  CHECK(authority("constrain: {}") == "lab.yaml:3:21: \"constrain\" permits and forbids nothing");
  CHECK(authority("key: p256, pss: true") == "lab.yaml:3:26: \"pss\" is for RSA keys, not P-256");
  CHECK(authority("key: ed25519, hash: sha512") ==
        "lab.yaml:3:30: Ed25519 brings its own digest (leave \"hash\" out)");
  CHECK(authority("policies: [yes]").find("\"yes\" is no policy") != std::string::npos);
  CHECK(authority("write: [pem, p12]") ==
        "lab.yaml:3:17: an authority is written as pem, csr or der only");
  CHECK(authority("write: [csr]") ==
        "lab.yaml:3:17: a root has no request: it signs itself (leave csr out)");
  CHECK(authority("extensions: [{oid: 1.2.3, der: 5}]") ==
        "lab.yaml:3:41: \"der\" must be pairs of hexadecimal digits (in quotes: \"0500\" is NULL)");
  CHECK(problem_of("authorities: {}\n") ==
        "lab.yaml:2:14: \"authorities\" is empty (root: {} is a good start)");
}

TEST_CASE("a passphrase is never in a manifest, and a message does not repeat it", "[pki]") {
  CHECK(authority("password: hunter2") ==
        "lab.yaml:3:20: \"password\" must say where the passphrase is "
        "(env:NAME or file:PATH; a passphrase does not belong here)");
}

TEST_CASE("weak keys and digests are for faults only", "[pki]") {
  CHECK(identity("key: rsa1024") ==
        "lab.yaml:4:26: a RSA 1024 key is wrong on purpose (put the entry below \"faults\")");
  CHECK(authority("hash: md5") ==
        "lab.yaml:3:16: a signature with md5 is wrong on purpose (put the entry below \"faults\")");
}

TEST_CASE("profiles are added and overridden, and cannot contradict themselves (S4-23)", "[pki]") {
  const auto manifest = test::manifest_of(R"(handfast-pki: 1
profiles:
  gateway: {ku: [ds], eku: [server, client], need: {eku: [client]}, deny: {ku: [de]}}
  server: {eku: [server, 1.3.6.1.4.1.5.7]}
authorities: {root: {}}
identities:
  a: {issuer: root, profile: gateway}
  b: {issuer: root, profile: server}
)");
  const auto& gateway = manifest.identity("a")->profile;
  CHECK(gateway.usages.extended == std::vector<std::string>{"serverAuth", "clientAuth"});
  CHECK(gateway.deny.key.has(KeyUsage::data_encipherment));
  const auto& server = manifest.identity("b")->profile;
  CHECK(server.usages.key == profile("server").usages.key);
  CHECK(server.usages.has_extended("1.3.6.1.4.1.5.7"));
  CHECK(problem_of("profiles:\n  x: {ku: [ds], deny: {ku: [ds]}}\nauthorities: {root: {}}\n") ==
        "lab.yaml:3:3: the profile \"x\" has and denies digitalSignature "
        "(leave it out of \"ku\", \"eku\" and \"need\", or out of \"deny\")");
  CHECK(problem_of("profiles:\n  x: {}\nauthorities: {root: {}}\n") ==
        "lab.yaml:3:3: the profile \"x\" is good for nothing (give it \"ku\" or \"eku\")");
  CHECK(identity("profile: ca") ==
        "lab.yaml:4:30: an identity cannot be an authority (put it below \"authorities\")");
}

TEST_CASE("an identity has all that a certificate can say (S4-34)", "[pki]") {
  const auto manifest = test::manifest_of(R"(handfast-pki: 1
authorities: {root: {}}
identities:
  broker:
    issuer: root
    profile: server
    cn: localhost
    subject: {O: lab, serialNumber: "17", DC: test}
    must_staple: true
    policies: [any]
    twin: rsa2048
    roles: [broker, gateway]
    note: the one that everybody dials
    rotate: key
  alone: {issuer: self, profile: selfserver}
)");
  const auto& broker = *manifest.identity("broker");
  CHECK(broker.must_staple);
  CHECK(broker.roles.size() == 2);
  CHECK(broker.note == "the one that everybody dials");
  CHECK(broker.rotate == Rotate::key);
  CHECK(to_string(broker.subject) == "O=lab, CN=localhost, serialNumber=17, DC=test");
  const auto& twin = *manifest.identity("broker-rsa2048");
  CHECK(twin.twin_of == "broker");
  CHECK(twin.key == KeyType::rsa2048);
  CHECK(twin.names == broker.names);
  CHECK(twin.files.certificate == "broker-rsa2048.pem");
  CHECK(twin.files.chain == "broker-rsa2048-chain.pem");
  CHECK(manifest.identity("alone")->issuer.empty());
}

TEST_CASE("settings of an identity that contradict each other are refused", "[pki]") {
  CHECK(identity("twin: p256") ==
        "lab.yaml:4:27: the twin has the same P-256 key (name another type)");
  CHECK(identity("copy: [san]") == "lab.yaml:4:27: \"copy\" is of no use without \"csr\"");
  CHECK(identity("csr: a.csr, key: p256") ==
        "lab.yaml:4:38: \"key\" is of no use with \"csr\": the key is not ours");
  CHECK(identity("csr: a.csr, copy: [key]").find("\"key\" cannot be copied from a request") !=
        std::string::npos);
  CHECK(identity("write: [p12]") ==
        "lab.yaml:4:3: the p12 of \"a\" needs a \"password\" (password: env:NAME or file:PATH)");
  CHECK(identity("password: env:X") ==
        "lab.yaml:4:3: the \"password\" of \"a\" is of no use: no p12 is written "
        "(add p12 to \"write\")");
  CHECK(identity("write: [pfx]").starts_with("lab.yaml:4:28: unknown form \"pfx\""));
  CHECK(identity("subject: {CN: x}") ==
        "lab.yaml:4:31: \"CN\" is no part of \"subject\" (write \"cn\" beside \"subject\")");
  CHECK(identity("subject: {Nonsense: x}")
            .starts_with("lab.yaml:4:31: unknown attribute \"Nonsense\" in a name"));
}

TEST_CASE("fleets have stores, mixes and a rogue issuer", "[pki]") {
  const auto manifest = test::manifest_of(R"(handfast-pki: 1
authorities: {root: {}, stranger: {trust: false}}
fleets:
  one: {issuer: root, count: 100, store: bundle, mix: {revoked: 1%, expired: 0.5%, rogue: 2%}}
  two: {issuer: root, count: 100, store: files, mix: {rogue: 2%}, rogue_issuer: stranger}
)");
  const auto& one = *manifest.fleet("one");
  CHECK(one.store == FleetStore::bundle);
  CHECK(one.file == "one.pem");
  CHECK(one.mix.revoked == 0.01);
  CHECK(one.mix.expired == 0.005);
  CHECK(one.rogue_issuer == "stranger");
  CHECK(manifest.fleet("two")->file == "two");
  CHECK(fleet("mix: {rogue: 1%}") ==
        "lab.yaml:4:37: no authority could issue the \"rogue\" share "
        "(add one with \"trust: false\", or name it as \"rogue_issuer\")");
  CHECK(fleet("mix: {revoked: 60%, expired: 60%}") ==
        "lab.yaml:4:37: the shares of \"mix\" are more than the whole");
  CHECK(fleet("rogue_issuer: root") ==
        "lab.yaml:4:46: \"rogue_issuer\" is of no use without \"rogue\" in \"mix\"");
  CHECK(fleet("store: seed") ==
        "lab.yaml:4:39: \"store: seed\" needs a \"seed\": nothing else is kept of the keys "
        "(give the fleet or the manifest a phrase)");
}

TEST_CASE("bundles have forms and links (S4-10), and hold anchors only (S4-75)", "[pki]") {
  const auto manifest = test::manifest_of(R"(handfast-pki: 1
authorities: {root: {}, second: {issuer: root}, other: {}}
identities: {alone: {issuer: self, profile: selfserver}}
bundles:
  dir: {of: [root, second], form: rehash}
  seven: {of: [root], form: p7b}
  peers: {of: [alone, root], note: exchanged by hand}
  main: {of: [other], link: [peers]}
)");
  CHECK(manifest.bundle("dir")->file == "dir");
  CHECK(manifest.bundle("seven")->file == "seven.p7b");
  CHECK(manifest.bundle("peers")->of == std::vector<std::string>{"alone", "root", "other"});
  const std::string head = "authorities: {root: {}}\nidentities: {a: {issuer: root}}\nbundles:\n";
  CHECK(
      problem_of(head + "  x: [a]\n") ==
      "lab.yaml:5:7: \"a\" is no trust anchor: \"root\" issued it (put \"root\" into the bundle)");
  CHECK(problem_of(head + "  x: {of: [root], form: rehash, order: computed}\n") ==
        "lab.yaml:5:40: a folder has no order (leave \"order\" out)");
  CHECK(problem_of(head + "  x: {of: [root], link: [y]}\n") ==
        "lab.yaml:5:3: \"x\" cannot be linked to a bundle \"y\" (did you mean \"x\"?)");
}
