// GnuTLS's `ocsptool` against the running responder.
#include "tests/integration/responder/running.hpp"

using namespace handfast;
using namespace handfast::responder;
using namespace handfast::responder::test;

namespace {

Finished ocsptool(const Running& running, const std::string& leaf) {
  return run({"ocsptool", "--ask=" + running.url(), "--load-issuer", running.files.root,
              "--load-cert", leaf, "--load-trust", running.files.root});
}

bool contains(const Finished& done, const std::string& part) {
  return (done.out + done.err).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("ocsptool sees good, revoked, on hold and unknown, direct and delegated (S4-60, S4-65)",
          "[responder]") {
  const bool delegated = GENERATE(false, true);
  const Running running(delegated);
  const auto expect = [&](const std::string& leaf, const std::vector<std::string>& parts) {
    const auto done = ocsptool(running, leaf);
    INFO(leaf << "\n" << done.out << done.err);
    CHECK(contains(done, "Verifying OCSP Response: Success"));
    for (const auto& part : parts) CHECK(contains(done, part));
  };
  expect(running.files.good, {"Certificate Status: good"});
  expect(running.files.revoked, {"Certificate Status: revoked", "Revocation time: "});
  expect(running.files.held, {"Certificate Status: revoked", "Revocation time: "});
  expect(running.files.unknown, {"Certificate Status: unknown"});
  CHECK(running.responder->site().counts().kind("ocsp-post") == 4);
}

TEST_CASE("ocsptool refuses a stranger's signature", "[responder]") {
  const Running running(true);
  REQUIRE(running.responder->set_faults({.ocsp = pki::OcspVariant::stray_signer}));
  const auto done = ocsptool(running, running.files.good);
  INFO(done.out << done.err);
  CHECK_FALSE(contains(done, "Verifying OCSP Response: Success"));
}
