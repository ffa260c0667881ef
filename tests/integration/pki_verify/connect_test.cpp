// `handfast pki verify --connect`: what a server serves now, against the bundle, against what was
// installed, and against its issuer's OCSP responder.
#include "pki/revocation/serial.hpp"
#include "tests/integration/pki/command.hpp"
#include "tests/integration/probe/peers.hpp"
#include "tests/integration/responder/running.hpp"

using namespace handfast;
using namespace handfast::pki::test;
using handfast::responder::test::Running;
using handfast::test::LabCertificate;
using handfast::test::OpensslServer;
using handfast::test::revocation_lab;

namespace {

/// A server whose leaf `name` names the responder at `ocsp`.
struct Served {
  explicit Served(const std::string& ocsp) {
    leaf = handfast::test::make_lab_certificate(
        {.name = "web.test", .ocsp_url = ocsp, .san = "DNS:web.test"}, &revocation_lab().root);
    put("web", leaf);
    put("other", revocation_lab().good);
    put("ca", revocation_lab().root);
    server = std::make_unique<OpensslServer>(std::vector<std::string>{
        "-cert", (folder / "web.pem").string(), "-key", (folder / "web.key").string()});
    address = "127.0.0.1:" + std::to_string(server->port());
  }
  void put(const std::string& name, const LabCertificate& what) {
    spit(folder / (name + ".pem"), handfast::test::pem_of(what.certificate.get()));
    spit(folder / (name + ".key"), handfast::test::pem_of(what.key.get()));
  }
  /// `pki verify --connect` with more arguments.
  Finished verify(const std::string& arguments) const {
    return pki_cli(folder, "verify --connect " + address + " " + arguments);
  }

  TempFolder folder;
  LabCertificate leaf;
  std::unique_ptr<OpensslServer> server;
  std::string address;
};

/// The responder knows `revoked`, and calls every other certificate of the lab's root good.
void answer(const Running& running, std::vector<pki::RevokedEntry> revoked) {
  const auto& lab = revocation_lab();
  std::vector<pki::OcspAuthority> authorities;
  authorities.push_back(
      {tls::up_ref(lab.root.certificate.get()),
       {tls::up_ref(lab.root.certificate.get()), tls::up_ref(lab.root.key.get()), {}},
       pki::source_of(pki::StatusTable(std::move(revoked)))});
  auto made = pki::OcspResponder::make(std::move(authorities)).value();
  REQUIRE(running.responder->site().put_ocsp(
      "/live", std::make_shared<const pki::OcspResponder>(std::move(made))));
}

}  // namespace

TEST_CASE("verify --connect compares what is served with what was installed (S4-52)", "[pki]") {
  const Served served("http://127.0.0.1:9/");
  const auto right = served.verify("web.pem ca.pem --host web.test");
  INFO(right.out << right.err);
  CHECK(right.exit_code == 0);
  CHECK(right.out.starts_with(served.address + ": accepted\n"));
  CHECK(right.out.find("served: web.pem as expected\n") != std::string::npos);
  const auto stale = served.verify("other.pem ca.pem --host web.test");
  CHECK(stale.exit_code == 1);
  CHECK(stale.out.find("served: another certificate than other.pem\n") != std::string::npos);
  const auto json = served.verify("other.pem ca.pem --output json");
  CHECK(json.out.find("\"as_expected\": false") != std::string::npos);
  // By default the name that was dialled is what the leaf must carry.
  const auto name = served.verify("ca.pem");
  CHECK(name.exit_code == 1);
  CHECK(name.out.starts_with(served.address + ": refused: "));
  CHECK(name.out.find("served:") == std::string::npos);
  const auto file = pki_cli(served.folder, "verify --connect web.pem ca.pem");
  CHECK(file.exit_code == 2);
  CHECK(file.err.find("\"web.pem\" is no HOST:PORT") != std::string::npos);
}

TEST_CASE("a TLS server's leaf is checked live with its responder (S4-64)", "[pki]") {
  const Running running;
  const Served served(running.url("/live"));
  answer(running, {});
  const auto good = served.verify("ca.pem --host web.test --ocsp ask");
  INFO(good.out << good.err);
  CHECK(good.exit_code == 0);
  CHECK(good.out.find("OCSP: good, signed by ") != std::string::npos);
  answer(running, {{pki::serial_of(served.leaf.certificate.get()),
                    responder::test::now_s(),
                    pki::RevocationReason::key_compromise,
                    {}}});
  const auto revoked = served.verify("ca.pem --host web.test --ocsp ask");
  CHECK(revoked.exit_code == 1);
  CHECK(revoked.out.find("OCSP: revoked (keyCompromise), signed by ") != std::string::npos);
}

TEST_CASE("OCSP is switched on, pointed elsewhere, made lax, and repeated (S4-67 S4-72)", "[pki]") {
  const Running running;
  const Served served(running.url("/live"));
  answer(running, {});
  const auto asked = [&] { return running.responder->site().counts().requests; };
  // Off unless asked for.
  served.verify("ca.pem --host web.test");
  CHECK(asked() == 0);
  // The certificate's own URL, or another: that one does not know this leaf.
  CHECK(served.verify("ca.pem --host web.test --ocsp ask").out.find("OCSP: good") !=
        std::string::npos);
  const auto other = "ca.pem --host web.test --ocsp " + running.url("/ocsp");
  const auto strict = served.verify(other);
  CHECK(strict.exit_code == 1);
  CHECK(strict.out.find("OCSP: unknown") != std::string::npos);
  const auto lax = served.verify(other + " --lax");
  INFO(lax.out << lax.err);
  CHECK(lax.exit_code == 0);
  // The interval: three questions.
  const auto before = asked();
  const auto repeated =
      pki_cli(served.folder, "ask web.pem --issuer ca.pem --every 10ms --times 3");
  INFO(repeated.out << repeated.err);
  CHECK(repeated.exit_code == 0);
  CHECK(asked() == before + 3);
}
