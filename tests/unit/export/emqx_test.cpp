// EMQX 4 and 5: where the files go, and every setting of the table in pki/design.md 3.3.
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/unit/export/fixture.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::contains;
using test::export_request;

namespace {

/// Root first, intermediate last: the order that partial_chain wants.
ExportRequest everything(const std::string& target) {
  const auto& pki = test::test_pki();
  auto request = export_request(target, ClientAuth::required);
  request.folder.clear();
  request.server.trust_pem = pki.trust_pem() + test::to_pem(pki.intermediate.certificate.get());
  request.user_from = "dn";
  request.partial_chain = true;
  request.depth = 3;
  request.tls_versions = {"1.2", "1.3"};
  request.crl_urls = {"http://127.0.0.1:9580/second.crl"};
  request.ocsp_url = "http://127.0.0.1:9580/ocsp";
  return request;
}

}  // namespace

TEST_CASE("EMQX's certificates lie in etc/certs under their stock names (S2-14)", "[export]") {
  for (const auto* target : {"emqx4", "emqx5"}) {
    INFO(target);
    auto request = export_request(target, ClientAuth::required);
    request.folder.clear();
    const auto files = export_files(request).value();
    CHECK(test::content_of(files, "etc/certs/cert.pem") == request.server.chain_pem);
    CHECK(test::content_of(files, "etc/certs/key.pem") == request.server.key_pem);
    CHECK(test::content_of(files, "etc/certs/cacert.pem") == request.server.trust_pem);
    const auto settings = test::content_of(files, "etc/handfast.conf");
    for (const auto* name : {"cert.pem", "key.pem", "cacert.pem"}) {
      CHECK(contains(settings, std::string("etc/certs/") + name));
    }
    request.folder = "/opt/emqx";
    CHECK(contains(test::exported(request, "etc/handfast.conf"), "/opt/emqx/etc/certs/key.pem"));
  }
}

TEST_CASE("EMQX's exports with every setting are golden files", "[export]") {
  for (const auto* target : {"emqx4", "emqx5"}) {
    CHECK(tests::golden_difference(test::exported(everything(target), "etc/handfast.conf"),
                                   std::string("export/") + target + "-everything.conf") == "");
  }
}

TEST_CASE("EMQX staples OCSP with the issuer's certificate beside its own", "[export]") {
  auto request = everything("emqx5");
  const auto issuer = test::to_pem(test::test_pki().intermediate.certificate.get());
  CHECK(test::exported(request, "etc/certs/ocsp-issuer.pem") == issuer);
  // Also when the chain is the leaf alone.
  request.server.chain_pem = test::to_pem(test::test_pki().server.certificate.get());
  CHECK(test::exported(request, "etc/certs/ocsp-issuer.pem") == issuer);
  request.partial_chain = false;
  request.server.trust_pem = test::test_pki().trust_pem();
  CHECK(test::refusal(request) ==
        "the broker needs the issuer's certificate to ask the OCSP responder, and neither the "
        "server's chain nor the trust anchors hold it");
}

TEST_CASE("partial_chain keeps the order of the anchors and wants an intermediate last (S2-21)",
          "[export]") {
  for (const auto* target : {"emqx4", "emqx5"}) {
    INFO(target);
    auto request = everything(target);
    CHECK(test::exported(request, "etc/certs/cacert.pem") == request.server.trust_pem);
    request.server.trust_pem = test::to_pem(test::test_pki().intermediate.certificate.get()) +
                               test::test_pki().trust_pem();
    CHECK(test::refusal(request) ==
          "trust anchors: partial_chain takes the last certificate of the CA file as anchor, and "
          "that is the root CN=test root (bundle with order: as written, root first and "
          "intermediate last)");
  }
}

TEST_CASE("a second listener of a type gets a name of its own", "[export]") {
  auto request = export_request("emqx4", ClientAuth::none);
  request.listeners.push_back(
      {.transport = Transport::tls, .clients = ClientAuth::required, .port = 8884});
  const auto four = test::exported(request, "etc/handfast.conf");
  CHECK(contains(four, "listener.ssl.external = 127.0.0.1:8883\n"));
  CHECK(contains(four, "listener.ssl.external.fail_if_no_peer_cert = false\n"));
  CHECK(contains(four, "listener.ssl.port8884 = 127.0.0.1:8884\n"));
  CHECK(contains(four, "listener.ssl.port8884.fail_if_no_peer_cert = true\n"));
  request.target = "emqx5";
  const auto five = test::exported(request, "etc/handfast.conf");
  CHECK(contains(five, "listeners.ssl.default {"));
  CHECK(contains(five, "listeners.ssl.port8884 {"));
}

TEST_CASE("EMQX can ask for a certificate without insisting on one", "[export]") {
  auto request = export_request("emqx5", ClientAuth::optional);
  const auto settings = test::exported(request, "etc/handfast.conf");
  CHECK(contains(settings, "verify = verify_peer\n    fail_if_no_peer_cert = false\n"));
}
