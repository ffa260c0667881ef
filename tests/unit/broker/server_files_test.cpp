#include "harness/broker/server_files.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::TempDirectory;

namespace {

void write_all(const TempDirectory& dir, const std::vector<std::string>& names) {
  for (const auto& name : names) dir.write(name, "x");
}

}  // namespace

TEST_CASE("the files of both presets are found by their names", "[broker]") {
  const TempDirectory two_tier;
  write_all(two_tier,
            {"server-chain.pem", "server.key", "cacert.pem", "client-chain.pem", "client.key"});
  const auto files = server_files(two_tier.path()).value();
  CHECK(files.certificate == two_tier / "server-chain.pem");
  CHECK(files.key == two_tier / "server.key");
  CHECK(files.trust == two_tier / "cacert.pem");
  CHECK(files.client == ClientFiles{two_tier / "cacert.pem", two_tier / "client-chain.pem",
                                    two_tier / "client.key"});

  const TempDirectory single;
  write_all(single, {"emqx-chain.pem", "emqx.key", "cacert.pem", "client-chain.pem", "client.key"});
  CHECK(server_files(single.path()).value().key == single / "emqx.key");
}

TEST_CASE("a PKI directory that lacks a file is told which one", "[broker]") {
  const TempDirectory dir;
  write_all(dir, {"server-chain.pem", "server.key"});
  CHECK(server_files(dir.path()).error().text() ==
        (dir / "cacert.pem").string() +
            ": no such file in the PKI directory (make one with: handfast pki init --preset "
            "emqx-two-tier, then handfast pki apply)");
}

TEST_CASE("listeners get the files of their kind and a port on demand", "[broker]") {
  const ServerFiles files{.certificate = "s.pem", .key = "s.key", .trust = "ca.pem"};
  const auto listeners = listener_settings({"tcp:21883", "tls", "wss-two-way:443"}, files).value();
  REQUIRE(listeners.size() == 3);
  CHECK(listeners[0].name == "tcp");
  CHECK(listeners[0].port == 21883);
  CHECK(listeners[0].certificate.empty());
  CHECK(listeners[1].port == 0);
  CHECK(listeners[1].certificate == "s.pem");
  CHECK(listeners[1].key == "s.key");
  CHECK(listeners[1].trust.empty());
  CHECK(listeners[2].name == "wss-two-way");
  CHECK(listeners[2].trust == "ca.pem");
}

TEST_CASE("an unknown listener or port is refused", "[broker]") {
  CHECK(listener_settings({"tls-twoway"}, {}).error().text() ==
        "unknown listener \"tls-twoway\" (did you mean \"tls-two-way\"?)");
  for (const std::string port : {"0", "65536", "x", "", "80x"}) {
    CHECK(listener_settings({"tcp:" + port}, {}).error().text() ==
          "listener \"tcp\" has the port \"" + port + "\", expected 1 to 65535");
  }
}
