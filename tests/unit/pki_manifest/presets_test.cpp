#include "pki/manifest/presets.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;

TEST_CASE("the two-tier preset names files as the EMQX guide does", "[pki][S2-06][S2-11][S2-12]") {
  const auto manifest = preset("emqx-two-tier").value();
  CHECK(manifest.authority("root")->files.certificate == "root-cacert.pem");
  CHECK(manifest.authority("root")->files.key == "root-ca.key");
  CHECK(manifest.authority("second")->files.certificate == "second-cacert.pem");
  CHECK(manifest.authority("second")->issuer == "root");
  CHECK(manifest.identity("server")->issuer == "second");
  CHECK(manifest.identity("server")->files.chain == "server-chain.pem");
  CHECK(manifest.identity("client")->issuer == "second");
  CHECK(manifest.bundle("cacert")->of == std::vector<std::string>{"root", "second"});
  CHECK(manifest.bundle("cacert")->file == "cacert.pem");
}

TEST_CASE("the single preset names files as the older guides do", "[pki][S2-06]") {
  const auto manifest = preset("emqx-single").value();
  CHECK(manifest.authority("ca")->files.certificate == "ca.pem");
  CHECK(manifest.authority("ca")->files.key == "ca.key");
  CHECK(manifest.identity("server")->files.certificate == "emqx.pem");
  CHECK(manifest.identity("server")->files.key == "emqx.key");
  CHECK(manifest.identity("client")->files.certificate == "client.pem");
}

TEST_CASE("the EMQX presets have a server for loopback, a stranger and a fleet", "[pki]") {
  for (const std::string name : {"emqx-two-tier", "emqx-single"}) {
    INFO(name);
    const auto manifest = preset(name).value();
    const auto& names = manifest.identity("server")->names;
    REQUIRE(names.size() == 3);
    CHECK(to_string(names[0]) == "DNS:localhost");
    CHECK(to_string(names[1]) == "IP:127.0.0.1");
    CHECK(to_string(names[2]) == "IP:::1");
    CHECK(manifest.identity("server")->profile == profile("server"));
    CHECK(manifest.identity("client")->profile == profile("client"));
    CHECK_FALSE(manifest.authority(manifest.identity("stranger")->issuer)->trusted);
    CHECK(manifest.fleet("devices")->count == 2000);
    CHECK(manifest.fleet("devices")->subject.common_name == "dev-{i:06}");
  }
}

TEST_CASE("the call manager preset has both kinds of key for one service (S4-05)",
          "[pki][S4-19][S4-21]") {
  const auto manifest = preset("cucm").value();
  for (const std::string service : {"tomcat", "callmanager"}) {
    const auto& rsa = *manifest.identity(service);
    const auto& ecdsa = *manifest.identity(service + "-ecdsa");
    CHECK(is_rsa(rsa.key));
    CHECK(is_ec(ecdsa.key));
    CHECK(rsa.profile.usages.extended == ecdsa.profile.usages.extended);
    CHECK(rsa.profile.multi_server);
    CHECK(rsa.names.size() == 3);
  }
}

TEST_CASE("signed and self-signed identities stand side by side (S4-01), trust apart (S4-09)",
          "[pki][S4-76]") {
  const auto manifest = preset("cucm").value();
  CHECK(manifest.identity("ipsec")->issuer.empty());
  CHECK(manifest.identity("tomcat")->issuer == "sub");
  CHECK(manifest.bundle("ipsec-trust")->of == std::vector<std::string>{"ipsec"});
  CHECK(manifest.bundle("tomcat-trust")->of == std::vector<std::string>{"sub", "root"});
  // What goes into one store goes into the store that is linked to it (S4-10).
  CHECK(manifest.bundle("phone-trust")->of == std::vector<std::string>{"capf", "sub", "root"});
}

TEST_CASE("trust goes to every node, identities where they serve (S3-16, S3-19, S4-12)", "[pki]") {
  const auto cms = preset("cms-db").value();
  const auto entries = [](const Manifest& manifest, std::string_view node) {
    for (const auto& entry : manifest.distribute) {
      if (entry.node == node) return entry.entries;
    }
    return std::vector<std::string>();
  };
  CHECK(entries(cms, "node2") == std::vector<std::string>{"cluster-ca", "dbserver", "dbclient"});
  CHECK(entries(cms, "bridge") == std::vector<std::string>{"cluster-ca", "dbclient"});
  const auto cucm = preset("cucm").value();
  for (const auto& node : cucm.distribute) {
    CHECK(node.entries.front() == "tomcat-trust");
  }
}

TEST_CASE("the database preset names nodes and role as the guide does (S3-13, S3-14)", "[pki]") {
  const auto manifest = preset("cms-db").value();
  const auto& server = *manifest.identity("dbserver");
  CHECK(server.subject.common_name == "node1.lab.test");
  CHECK(server.names.size() == 3);
  CHECK(to_string(server.names.front()) == "DNS:node1.lab.test");
  const auto& client = *manifest.identity("dbclient");
  CHECK(client.subject.common_name == "postgres");
  CHECK(client.names.empty());
  CHECK(client.issuer == "dbca");
}

TEST_CASE("an unknown preset comes with a suggestion", "[pki]") {
  CHECK(preset("emqx-two-teir").error().text() ==
        "there is no preset \"emqx-two-teir\" (did you mean \"emqx-two-tier\"?)");
}

TEST_CASE("a preset is written once and reads back", "[pki]") {
  const test::TempFolder folder;
  const auto file = write_preset("emqx-single", folder / "new").value();
  CHECK(file == folder / "new" / "pki.yaml");
  CHECK(load_manifest(file)->authority("ca") != nullptr);
  CHECK(write_preset("emqx-two-tier", folder / "new").error().text() ==
        file.string() +
            ": cannot create the file: File exists (it is never overwritten; move it away first)");
}
