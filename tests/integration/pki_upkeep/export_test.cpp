// `pki export`: folders with the settings of brokers.
#include "tests/integration/pki_upkeep/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("an export of the manifest is a folder for the broker (S2-14)", "[pki]") {
  const VerbLab lab;
  const auto out = lab.require("export emqx --out certs");
  CHECK(contains(out, "after files were replaced: "));
  CHECK(std::filesystem::exists(lab.folder / "certs"));
  bool chain = false;
  for (const auto& file : std::filesystem::recursive_directory_iterator(lab.folder / "certs")) {
    if (!file.is_regular_file()) continue;
    const auto text = slurp(file.path());
    chain = chain || text == slurp(lab.folder / "pki/server-chain.pem");
    if (contains(text, "PRIVATE KEY")) CHECK(mode_of(file.path()) == 0600);
  }
  CHECK(chain);
  // Again, after a renewal: the same names, the same key.
  lab.require("renew server");
  lab.require("export emqx --out certs");
  CHECK(contains(lab.require("export mosq --output json"), "\"target\": \"mosquitto\""));
}

TEST_CASE("five files make a cluster's export (S3-17)", "[pki]") {
  const VerbLab lab;
  lab.require("export --target cms-database --server server --trust cacert --out five");
  for (const std::string file :
       {"server.key", "server.crt", "client.key", "client.crt", "ca.crt"}) {
    INFO(file);
    CHECK(std::filesystem::exists(lab.folder / "five" / file));
  }
  require_success(lab.folder, "openssl verify -CAfile five/ca.crt five/client.crt five/server.crt");
}

TEST_CASE("brokers on a JVM get PKCS#12 stores", "[pki]") {
  const VerbLab lab;
  lab.require(
      "export --target activemq --server server --trust cacert --clients required --out jvm");
  const auto list = run(lab.folder,
                        "for f in jvm/*.p12; do openssl pkcs12 -in $f -passin "
                        "pass:changeit -nokeys || exit 1; done");
  CHECK(list.exit_code == 0);
}

TEST_CASE("mistakes of exports end with one line that helps", "[pki]") {
  const VerbLab lab;
  lab.refuse("export mos", 2, "the manifest has no export \"mos\" (did you mean \"mosq\"?)");
  CHECK(lab.pki("export").exit_code == 2);
  CHECK(lab.pki("export --target emqx9 --server server").exit_code == 2);
  CHECK(lab.pki("export --target emqx5 --server nobody").exit_code == 2);
}
