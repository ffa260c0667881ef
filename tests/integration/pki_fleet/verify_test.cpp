// Members of fleets, judged by three programs that know nothing of templates: OpenSSL's strict
// verifier, GnuTLS, and the path validation of Erlang/OTP that EMQX uses.
#include "tests/integration/pki_fleet/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::string by_openssl(const std::string& root, const std::string& member) {
  return "openssl verify -x509_strict -purpose sslclient -CAfile " + root + " -untrusted " +
         member + ".pem " + member + ".pem";
}

std::string by_gnutls(const std::string& root, const std::string& member) {
  return "certtool --verify --verify-purpose 1.3.6.1.5.5.7.3.2 --load-ca-certificate " + root +
         " --infile " + member + ".pem";
}

std::string by_erlang(const std::string& root, const std::string& member) {
  return R"(erl -noshell -eval '
    Read = fun(F) -> {ok, P} = file:read_file(F), [D || {_, D, _} <- public_key:pem_decode(P)] end,
    [Root | _] = Read(")" +
         root + R"("),
    case public_key:pkix_path_validation(Root, lists:reverse(Read(")" +
         member + R"(.pem")), []) of
      {ok, _} -> halt(0);
      {error, Why} -> io:format("~p~n", [Why]), halt(1)
    end.')";
}

void check_accepted(const FleetLab& lab, const std::string& root, const std::string& member) {
  require_success(lab.folder, by_openssl(root, member));
  require_success(lab.folder, by_gnutls(root, member));
  require_success(lab.folder, by_erlang(root, member));
  require_success(lab.folder, "openssl pkey -check -noout -in " + member + ".key");
  CHECK(run(lab.folder, "openssl x509 -noout -pubkey -in " + member + ".pem").out ==
        run(lab.folder, "openssl pkey -pubout -in " + member + ".key").out);
}

void check_refused(const FleetLab& lab, const std::string& root, const std::string& member) {
  CHECK(run(lab.folder, by_openssl(root, member)).exit_code != 0);
  CHECK(run(lab.folder, by_gnutls(root, member)).exit_code != 0);
  CHECK(run(lab.folder, by_erlang(root, member)).exit_code == 1);
}

}  // namespace

TEST_CASE("OpenSSL, GnuTLS and Erlang accept members of every store", "[pki][S4-79]") {
  const FleetLab lab;
  for (const std::string store : {"pack", "seed", "bundle", "files"}) {
    INFO(store);
    lab.mint(store,
             "--count 1500 --cn 'dev-{i:06}' --san 'urn:lab:{uuid}' --san '{i}.lab.test' "
             "--subject 'C=CN, O=lab' --seed phrase");
    for (const std::string index : {"0", "1499"}) {
      lab.ok("fleet get " + store + " " + index + " --out out-" + store);
      const auto member = "out-" + store + "/" + (index == "0" ? "000000" : "001499");
      check_accepted(lab, "pki/root.pem", member);
      CHECK(mode_of(lab.folder / (member + ".key")) == 0600);
    }
  }
  check_accepted(lab, "pki/root.pem", "files/001/001499");
}

TEST_CASE("the three accept members of every key type and issuer", "[pki]") {
  const FleetLab lab;
  for (const std::string key : {"p384", "p521", "ed25519", "rsa2048"}) {
    INFO(key);
    lab.ok("fleet mint " + FleetLab::issuers() + "--count 3 --reuse 1 --key " + key + " --out " +
           key + ".pack");
    lab.ok("fleet get " + key + ".pack 2 --out " + key);
    check_accepted(lab, "pki/root.pem", key + "/000002");
  }
  for (const std::string key : {"rsa2048", "ed25519"}) {
    INFO("issuer " << key);
    auto text = slurp(lab.folder / "pki.yaml");
    text.insert(text.find("authorities:"), "home: by-" + key + "\ndefaults: {key: " + key + "}\n");
    spit(lab.folder / (key + ".yaml"), text.substr(0, text.find("fleets:")));
    lab.ok("apply " + key + ".yaml");
    const auto home = "by-" + key;
    lab.ok("fleet mint --ca " + home + "/second.pem --ca-key " + home +
           "/second.key --count 3 --out " + home + ".pack");
    lab.ok("fleet get " + home + ".pack 1 --out " + home + "-out");
    check_accepted(lab, home + "/root.pem", home + "-out/000001");
  }
}

TEST_CASE("the three refuse expired and rogue members, and accept revoked and soon ones", "[pki]") {
  const FleetLab lab;
  lab.mint("pack",
           "--count 8 --mix revoked=12.5% --mix expired=12.5% --mix soon=12.5% --mix "
           "rogue=12.5%");
  int seen = 0;
  for (int i = 0; i < 8; ++i) {
    const auto index = std::to_string(i);
    const auto facts = lab.ok("fleet get pack " + index);
    lab.ok("fleet get pack " + index + " --out out");
    const auto member = "out/00000" + index;
    INFO(facts);
    const bool expired = facts.find("kind: expired") != std::string::npos;
    const bool rogue = facts.find("kind: rogue") != std::string::npos;
    if (expired || rogue) {
      check_refused(lab, "pki/root.pem", member);
      ++seen;
    } else {
      require_success(lab.folder, by_openssl("pki/root.pem", member));
      require_success(lab.folder, by_gnutls("pki/root.pem", member));
    }
    if (rogue) check_accepted(lab, "pki/rogue.pem", member);
  }
  CHECK(seen == 2);
}
