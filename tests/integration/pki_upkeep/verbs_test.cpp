// The verbs that look after an applied PKI, as a user types them.
#include "tests/integration/pki_upkeep/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("list, status, due and graph tell what is there", "[pki]") {
  const VerbLab lab;
  const auto rows = lab.require("list --where 'expires<30d and kind=identity' --output csv");
  CHECK(contains(rows, "\nclient,identity,identity,"));
  CHECK_FALSE(contains(rows, "\nserver,"));
  CHECK(contains(lab.require("list --output json"), "\"name\": \"devices\""));
  CHECK(contains(lab.require("status"), "lone: self-signed, generation 1, expires "));
  CHECK(lab.require("status server").starts_with("server: installed, generation 1"));
  CHECK(contains(lab.require("graph"), "   |- server (identity, installed)\n"));
  CHECK(contains(lab.require("graph --output dot"), "\"second\" -> \"client\";"));

  const auto soon = lab.pki("due");
  CHECK(soon.exit_code == 10);
  CHECK(soon.out.starts_with("client: expires in "));
  CHECK(lab.pki("due --within 1d").exit_code == 0);
  CHECK(lab.pki("due --at 2200-01-01").exit_code == 11);
  CHECK(contains(lab.pki("due --output json").out, "\"worst\": \"soon\""));
  lab.refuse("list --where 'expire<30d'", 2,
             "--where, column 1: there is no field \"expire\" (did you mean \"expires\"?)");
  lab.refuse("status sever", 2, "there is no certificate \"sever\" (did you mean \"server\"?)");
  lab.refuse("due --manifest other.yaml", 3,
             "other.yaml: cannot read the file: No such file or directory");
}

TEST_CASE("renew keeps key and file names, OpenSSL accepts the result (S0-21, S3-30)", "[pki]") {
  const VerbLab lab;
  const auto key = slurp(lab.folder / "pki/server.key");
  const auto serial = run(lab.folder, "openssl x509 -noout -serial -in pki/server.pem").out;
  const auto out = lab.require("renew server");
  CHECK(contains(out, "server: reissue, generation 2 (a new certificate was asked for)\n"));
  CHECK(contains(out, "server@1 is in the archive"));
  CHECK(contains(out, "broker-node needs again: server-chain.pem\n"));
  CHECK(contains(out, "export mosq (mosquitto) is out of date: its server is \"server\""));
  CHECK(contains(out, "mosquitto: "));  // its reload hint
  CHECK(slurp(lab.folder / "pki/server.key") == key);
  CHECK(run(lab.folder, "openssl x509 -noout -serial -in pki/server.pem").out != serial);
  require_success(lab.folder,
                  "openssl verify -x509_strict -CAfile pki/cacert.pem -purpose sslserver "
                  "pki/server.pem");
  CHECK(contains(lab.require("renew --due 30d"), "client: reissue, generation 2"));
  CHECK(lab.require("renew --due 1d") == "nothing is due\n");
  CHECK(contains(lab.require("rekey server --output json"), "\"action\": \"rekey\""));
  CHECK(slurp(lab.folder / "pki/server.key") != key);
  CHECK(slurp(lab.folder / "pki/archive/server@2.key") == key);
  require_success(lab.folder, "openssl verify -CAfile pki/cacert.pem pki/server.pem");
  CHECK(contains(lab.require("rekey second --yes-ca"), "server: reissue"));
  require_success(lab.folder,
                  "openssl verify -CAfile pki/cacert.pem pki/server.pem pki/client.pem");
  CHECK(lab.require("apply").ends_with(" unchanged\n"));
  CHECK(lab.pki("plan").exit_code == 0);
}

TEST_CASE("mistakes of renewal end with one line and change nothing", "[pki]") {
  const VerbLab lab;
  lab.refuse("renew", 2, "say what to renew (names, or --due 30d, or --all)");
  lab.refuse("renew server --all", 2, "say what to renew (names, or --due 30d, or --all)");
  lab.refuse("renew sever", 2, "the manifest has no entry \"sever\" (did you mean \"server\"?)");
  lab.refuse("rekey second", 2,
             "\"second\" is an authority: a new key means to reissue server, client, second-ocsp, "
             "devices (say --yes-ca if that is meant; renew keeps the key)");
  CHECK(lab.pki("renew --due soon").exit_code == 2);
  lab.refuse("forget server", 1,
             "\"server\" is still needed: the export \"mosq\" needs it; the export \"emqx\" needs "
             "it; \"broker-node\" gets it (take these out of the manifest first)");
}

TEST_CASE("a certificate signed by openssl itself is imported from a mail (S1-11, S4-11)",
          "[pki]") {
  const VerbLab lab;
  spit(lab.folder / "ext",
       "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
       "extendedKeyUsage=clientAuth\n"
       "crlDistributionPoints=URI:http://127.0.0.1:9580/second.crl\n");
  require_success(lab.folder, "openssl req -new -key pki/client.key -subj /CN=client -out c.csr");
  require_success(lab.folder,
                  "openssl x509 -req -in c.csr -CA pki/second.pem -CAkey pki/second.key "
                  "-set_serial 77 -days 3 -extfile ext -out new.pem");
  const auto mail =
      run(lab.folder, std::string("(echo Dear customer,; cat new.pem; echo Regards) | '") +
                          PKI_CLI + "' pki import - --as client");
  INFO(mail.err);
  CHECK(mail.exit_code == 0);
  CHECK(contains(mail.out, "client@1 is in the archive\n"));
  CHECK(run(lab.folder, "openssl x509 -noout -serial -in pki/client.pem").out == "serial=4D\n");
  CHECK(lab.pki("plan").exit_code == 0);
  lab.refuse("import pki/server.pem --as client", 1,
             "pki/server.pem: CN = localhost is for another key than that "
             "of \"client\" (was it signed from an older request?)");
  lab.refuse("import nothing.pem --as client", 3,
             "nothing.pem: cannot read the file: No such file or directory");
  const auto piped = run(lab.folder, std::string("cat pki/root.pem | '") + PKI_CLI +
                                         "' pki import - --as partner --trust");
  CHECK(piped.exit_code == 0);
  CHECK(contains(piped.out, "written trust/partner-trust.pem\nwritten trust/trust.pem\n"));
  CHECK(lab.require("forget partner-trust") ==
        "trust/partner-trust.pem: moved to archive/partner-trust\n");
}

TEST_CASE("watch looks once, warns, and writes metrics", "[pki]") {
  const VerbLab lab;
  const auto seen = lab.pki("watch --once --metrics metrics.prom");
  CHECK(seen.exit_code == 10);
  CHECK(contains(seen.out, " client (identity) expires in "));
  CHECK(
      contains(slurp(lab.folder / "metrics.prom"), "x509_cert_expires_in_seconds{name=\"client\""));
  const auto late = lab.pki("watch --once --at 2030-01-01");
  CHECK(late.exit_code == 11);
  CHECK(contains(late.out, "second-crl.pem: CRL number 2, 0 entries"));
}

TEST_CASE("doctor exits with 0 for a home in order and 1 for one that is not (S4-74)", "[pki]") {
  const VerbLab lab;
  lab.require("crl second");
  const auto good = lab.pki("doctor");
  INFO(good.out);
  CHECK(good.exit_code == 0);
  std::filesystem::remove(lab.folder / "pki/cacert.pem");
  const auto bad = lab.pki("doctor");
  CHECK(bad.exit_code == 1);
  CHECK(contains(bad.out, "error: trust: cacert: cacert.pem is missing; run handfast pki apply\n"));
  CHECK(contains(lab.pki("doctor --output json").out, "\"healthy\": false"));
}
