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

TEST_CASE("every preset has a server for loopback, a stranger and a fleet", "[pki]") {
  for (const auto& name : preset_names()) {
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
