#include "pki/manifest/manifest.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view head = R"(handfast-pki: 1
authorities:
  root: {}
)";

/// The problem of a manifest that begins like `head` and goes on with `rest`, from line 4.
std::string problem_of(const std::string& rest) {
  auto manifest = parse_manifest(std::string(head) + rest, "lab.yaml");
  return manifest ? "no problem" : manifest.error().text();
}

}  // namespace

TEST_CASE("a short manifest is filled with good defaults", "[pki]") {
  const auto manifest = test::manifest_of(R"(handfast-pki: 1
authorities:
  root: {}
identities:
  broker: {issuer: root}
)");
  CHECK(manifest.home == "pki");
  const auto& root = *manifest.authority("root");
  CHECK(to_string(root.subject) == "CN=root");
  CHECK(root.key == KeyType::p256);
  CHECK(root.trusted);
  CHECK(root.validity == Validity::lasting(24h * 3650));
  CHECK(root.files.certificate == "root.pem");
  CHECK(root.files.key == "root.key");
  CHECK(root.files.chain.empty());
  const auto& broker = *manifest.identity("broker");
  CHECK(broker.profile == profile("peer"));
  CHECK(broker.validity == Validity::lasting(24h * 397));
  CHECK(broker.files.chain == "broker-chain.pem");
  CHECK(broker.names == std::vector<AltName>{{AltNameKind::dns, "broker"}});
}

TEST_CASE("everything can be said in a manifest", "[pki][S1-03][S1-04][S4-44]") {
  const auto manifest = test::manifest_of(R"(handfast-pki: 1
home: out
defaults:
  key: rsa3072
  valid: {for: 30d, backdate: 2h}
  subject: {C: CN, ST: Zhejiang, L: Hangzhou, O: lab, OU: mqtt}
authorities:
  second: {issuer: root, pathlen: 0, key: p384, valid: 5y}
  root: {cn: lab root, subject: {O: other}, file: {cert: root-cacert.pem, key: root-ca.key}}
identities:
  broker:
    issuer: second
    profile: server
    cn: broker.lab.test
    names: [127.0.0.1, broker.lab.test]
    valid: {from: 2026-01-01, to: '2026-02-01T12:00:00Z'}
    file: emqx
fleets:
  devices:
    issuer: second
    profile: client
    count: 100000
    cn: dev-{i:06}
    names: ['urn:lab:dev:{i}']
    key: {type: rsa2048, reuse: 64}
    file: fleet
bundles:
  cacert: [root, second]
  written: {of: [root, second], order: as written, file: both}
)");
  CHECK(manifest.home == "out");
  REQUIRE(manifest.authorities.size() == 2);
  CHECK(manifest.authorities[0].name == "root");  // issuers first
  CHECK(to_string(manifest.authorities[0].subject) ==
        "C=CN, ST=Zhejiang, L=Hangzhou, O=other, OU=mqtt, CN=lab root");
  CHECK(manifest.authorities[0].files.key == "root-ca.key");
  CHECK(manifest.authorities[1].path_length == 0);
  CHECK(manifest.authorities[1].key == KeyType::p384);
  const auto& broker = *manifest.identity("broker");
  CHECK(broker.key == KeyType::rsa3072);
  CHECK(broker.files.certificate == "emqx.pem");
  CHECK(broker.files.chain == "emqx-chain.pem");
  CHECK(broker.names.size() == 2);
  CHECK(to_string(broker.validity.from) == "2026-01-01T00:00:00Z");
  CHECK(to_string(broker.validity.to) == "2026-02-01T12:00:00Z");
  const auto& fleet = *manifest.fleet("devices");
  CHECK(fleet.count == 100000);
  CHECK(fleet.key == KeyType::rsa2048);
  CHECK(fleet.reuse == 64);
  CHECK(fleet.file == "fleet.pack");
  CHECK(to_string(fleet.validity.from) == "-7200s");
  CHECK(manifest.bundle("cacert")->of == std::vector<std::string>{"second", "root"});
  CHECK(manifest.bundle("written")->of == std::vector<std::string>{"root", "second"});
  CHECK(manifest.bundle("written")->file == "both.pem");
}

TEST_CASE("a host in the common name of a server is among its names", "[pki][S3-06]") {
  const auto manifest = test::manifest_of(std::string(head) + R"(identities:
  a: {issuer: root, profile: server, cn: 10.0.0.1, names: [lab.test]}
  b: {issuer: root, profile: server, cn: the broker}
  c: {issuer: root, profile: client, cn: operator}
)");
  CHECK(to_string(manifest.identity("a")->names.at(0)) == "IP:10.0.0.1");
  CHECK(manifest.identity("b")->names.empty());
  CHECK(manifest.identity("c")->names.empty());
}

TEST_CASE("an unknown key stands with its place and a suggestion", "[pki]") {
  CHECK(problem_of("identites: {}\n") ==
        "lab.yaml:4:1: unknown key \"identites\" (did you mean \"identities\"?)");
  CHECK(problem_of("identities:\n  a: {issuer: root, profil: server}\n") ==
        "lab.yaml:5:21: unknown key \"profil\" in \"a\" (did you mean \"profile\"?)");
  CHECK(problem_of("defaults: {valid: {four: 3d}}\n") ==
        "lab.yaml:4:20: unknown key \"four\" in \"valid\" (did you mean \"for\"?)");
}

TEST_CASE("the version comes first in importance", "[pki]") {
  CHECK(parse_manifest("authorities: {root: {}}\n", "lab.yaml").error().text() ==
        "lab.yaml:1:1: \"handfast-pki\" is missing");
  CHECK(parse_manifest("handfast-pki: 2\n", "lab.yaml").error().text() ==
        "lab.yaml:1:15: \"handfast-pki\" must be 1 to 1, not 2");
  CHECK(parse_manifest("handfast-pki: 1\n", "lab.yaml").error().text() ==
        "lab.yaml:1:1: \"authorities\" is missing");
}

TEST_CASE("references to what is not there come with a suggestion", "[pki]") {
  CHECK(problem_of("identities:\n  a: {issuer: rot}\n") ==
        "lab.yaml:5:15: there is no authority \"rot\" (did you mean \"root\"?)");
  CHECK(problem_of("identities:\n  a: {profile: server}\n") ==
        "lab.yaml:5:6: \"issuer\" is missing in \"a\"");
  CHECK(problem_of("bundles:\n  all: [root, sekond]\n") ==
        "lab.yaml:5:15: there is no authority \"sekond\" (one of: root)");
}

TEST_CASE("issuers that go in a circle are refused", "[pki]") {
  CHECK(parse_manifest("handfast-pki: 1\nauthorities:\n  a: {issuer: b}\n  b: {issuer: a}\n",
                       "lab.yaml")
            .error()
            .text() ==
        "lab.yaml:3:3: the issuers of \"a\" go in a circle (leave \"issuer\" out for a root)");
}

TEST_CASE("what is out of range says the range", "[pki]") {
  CHECK(problem_of("fleets:\n  f: {issuer: root, count: 0}\n") ==
        "lab.yaml:5:28: \"count\" must be 1 to 10000000, not 0");
  CHECK(problem_of("identities:\n  a: {issuer: root, key: rsa2084}\n") ==
        "lab.yaml:5:26: key: unknown key type \"rsa2084\" (did you mean \"rsa2048\"?)");
  CHECK(problem_of("identities:\n  a: {issuer: root, valid: 30}\n") ==
        "lab.yaml:5:28: valid: duration \"30\" has no unit (write for example 500ms, 30s or 5m)");
  CHECK(problem_of("identities:\n  a: {issuer: root, subject: {C: China}}\n") ==
        "lab.yaml:5:34: \"C\" must have 1 to 2 characters, not 5");
  CHECK(problem_of("identities:\n  a: {issuer: root, subject: {C: cn}}\n") ==
        "lab.yaml:5:34: \"C\" must be a country of two capital letters, not \"cn\" "
        "(ISO 3166-1, for example CN or DE)");
  CHECK(problem_of("identities:\n  a: {issuer: root, cn: " + std::string(65, 'x') + "}\n") ==
        "lab.yaml:5:25: \"cn\" must have 1 to 64 characters, not 65");
  CHECK(problem_of("identities:\n  a: {issuer: root, names: [my broker]}\n")
            .starts_with("lab.yaml:5:29: names[0]: \"my broker\" is no DNS name"));
}

TEST_CASE("validities that contradict themselves are refused", "[pki]") {
  const auto valid = [](const std::string& text) {
    return problem_of("identities:\n  a: {issuer: root, valid: " + text + "}\n");
  };
  CHECK(valid("{for: 3d, to: 2026-01-01}") ==
        "lab.yaml:5:28: \"for\" and \"from\" or \"to\" contradict each other (write {for: 397d, "
        "backdate: 1h} "
        "or {from: 2026-01-01, to: 2026-02-01})");
  CHECK(valid("{from: 2026-01-01}") ==
        "lab.yaml:5:28: \"valid\" has no end (write \"for\" or \"to\")");
  CHECK(valid("{from: 2026-02-01, to: 2026-01-01}") ==
        "lab.yaml:5:28: \"valid\" ends before it begins");
  CHECK(valid("{from: -1d, to: -2d}") == "lab.yaml:5:28: \"valid\" ends before it begins");
  CHECK(valid("{to: +2d, backdate: 1h}") == "lab.yaml:5:48: \"backdate\" goes with \"for\" only");
  CHECK(valid("{to: soon}") ==
        "lab.yaml:5:33: to: \"soon\" is no time (write for example 2026-01-31 or "
        "2026-01-31T12:00:00Z, always UTC)");
  CHECK(valid("0s") == "lab.yaml:5:28: \"valid\" must be 1s or longer");
}

TEST_CASE("names and files belong to one entry", "[pki][S3-03]") {
  CHECK(problem_of("identities:\n  root: {issuer: root}\n") ==
        "lab.yaml:5:3: the name \"root\" is taken by the authority \"root\" "
        "(names are shared by authorities, identities, faults, fleets and bundles)");
  CHECK(problem_of("identities:\n  a: {issuer: root, file: root}\n") ==
        "lab.yaml:5:3: \"root\" and \"a\" would share the file \"root.pem\" (give one of them "
        "another file)");
  CHECK(problem_of("identities:\n  a: {issuer: root, file: {cert: state.json}}\n") ==
        "lab.yaml:5:3: \"state\" and \"a\" would share the file \"state.json\" (give one of them "
        "another file)");
  CHECK(problem_of("identities:\n  a/b: {issuer: root}\n") ==
        "lab.yaml:5:3: \"a/b\" cannot be a name in \"identities\" (letters, digits, dot, "
        "underscore and hyphen)");
  CHECK(problem_of("identities:\n  a: {issuer: root, file: ../a}\n") ==
        "lab.yaml:5:27: \"../a\" cannot be a file name here (letters, digits, dot, underscore and "
        "hyphen; no folders)");
}

TEST_CASE("a path length that forbids what is below is found before anything is made", "[pki]") {
  CHECK(parse_manifest("handfast-pki: 1\nauthorities:\n  root: {pathlen: 0}\n  a: {issuer: root}\n",
                       "lab.yaml")
            .error()
            .text() ==
        "lab.yaml:4:3: \"a\" cannot be an authority: the pathlen of \"root\" is 0 (raise it to 1 "
        "or more)");
}

TEST_CASE("an authority that nobody trusts cannot be in a bundle", "[pki][S0-10]") {
  CHECK(parse_manifest(
            "handfast-pki: 1\nauthorities:\n  rogue: {trust: false}\nbundles:\n  all: [rogue]\n",
            "lab.yaml")
            .error()
            .text() == "lab.yaml:5:9: \"rogue\" cannot be in a bundle: its \"trust\" is false");
  CHECK(problem_of("bundles:\n  all: [root, root]\n") ==
        "lab.yaml:5:15: \"root\" is in the bundle twice");
  CHECK(problem_of("bundles:\n  all: []\n") ==
        "lab.yaml:5:8: a bundle needs at least one authority");
  CHECK(problem_of("bundles:\n  all: root\n") ==
        "lab.yaml:5:8: \"all\" must be a list, not \"root\" (write [root])");
}

TEST_CASE("the members of a fleet need different names of bearable length", "[pki]") {
  CHECK(problem_of("fleets:\n  f: {issuer: root, count: 2, cn: dev}\n") ==
        "lab.yaml:5:35: all 2 members would be called \"dev\" (put {i} where the index belongs)");
  CHECK(problem_of("fleets:\n  f: {issuer: root, count: 2, cn: 'dev-{n}'}\n") ==
        "lab.yaml:5:35: cn: template \"dev-{n}\" has the unknown placeholder \"{n}\" "
        "(write {i} for the index or {i:06} for six digits)");
  const auto stem = std::string(60, 'x');
  CHECK(problem_of("fleets:\n  f: {issuer: root, count: 100000, cn: '" + stem + "{i}'}\n") ==
        "lab.yaml:5:40: the name \"" + stem + "99999\" has more than 64 characters");
  CHECK(problem_of("fleets:\n  f: {issuer: root, count: 1, names: ['{i} x']}\n")
            .starts_with("lab.yaml:5:39: names[0]: \"0 x\" is no DNS name"));
}

TEST_CASE("a manifest file's home is relative to the file", "[pki]") {
  const test::TempFolder folder;
  test::spit(folder / "lab.yaml", head);
  CHECK(load_manifest(folder / "lab.yaml")->home == folder / "pki");
  CHECK(load_manifest(folder / "none.yaml").error().text() ==
        (folder / "none.yaml").string() + ": cannot read the file: No such file or directory");
}
