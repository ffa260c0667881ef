// The certificates of an export are there, belong together, and are written cleanly.
#include "tests/support/catch.hpp"
#include "tests/unit/export/fixture.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::export_request;
using test::refusal;

TEST_CASE("a key that does not belong to the server's certificate is found", "[export]") {
  auto request = export_request("mosquitto", ClientAuth::none);
  request.server.key_pem = test::to_pem(test::test_pki().client.key.get());
  CHECK(export_files(request).error().kind == ProblemKind::environment);
  CHECK(refusal(request).starts_with("certificate of the server: "));
  CHECK(refusal(request).find("PRIVATE") == std::string::npos);
  request.server.key_pem.clear();
  CHECK(refusal(request) == "the export needs the certificate and the key of the server");
}

TEST_CASE("client certificates need anchors, and a JVM its stores", "[export]") {
  auto request = export_request("mosquitto", ClientAuth::required);
  request.server.trust_pem.clear();
  CHECK(refusal(request) ==
        "client certificates are asked for, but there is no trust anchor (name a bundle as trust)");
  request.server.trust_pem = "nothing in it\n";
  CHECK(refusal(request) == "trust anchors: holds no certificate");

  request = export_request("hivemq", ClientAuth::required);
  request.server.truststore_p12.clear();
  CHECK(refusal(request) ==
        "hivemq reads its trust anchors from a PKCS#12 file, and there is none (write: [pem, p12] "
        "with a password for this entry)");
  request = export_request("hivemq", ClientAuth::none);
  request.server.truststore_p12.clear();
  CHECK(export_files(request));
  request.server.keystore_p12.clear();
  CHECK(refusal(request).starts_with("hivemq reads its key from a PKCS#12 file"));

  request = export_request("cms-database", ClientAuth::none);
  request.client.key_pem.clear();
  CHECK(refusal(request) == "the export needs the certificate and the key of the client");
}

TEST_CASE("PEM texts are written without what stood around them", "[export]") {
  auto request = export_request("mosquitto", ClientAuth::required);
  const auto clean = request.server;
  request.server.chain_pem = "Certificate:\n  Data: ...\n" + clean.chain_pem + "\n\n";
  request.server.trust_pem = "# anchors\n" + clean.trust_pem;
  while (request.server.key_pem.back() == '\n') request.server.key_pem.pop_back();
  const auto files = export_files(request).value();
  CHECK(test::content_of(files, "server-chain.pem") == clean.chain_pem);
  CHECK(test::content_of(files, "cacert.pem") == clean.trust_pem);
  CHECK(test::content_of(files, "server.key") == clean.key_pem);
}

TEST_CASE("a proxy that checks the whole chain needs the CRL of every authority", "[export]") {
  const auto& pki = test::test_pki();
  for (const auto* target : {"haproxy", "nginx"}) {
    INFO(target);
    auto request = export_request(target, ClientAuth::required);
    request.server.crl_pem = test::empty_crl(pki.intermediate);
    CHECK(refusal(request) ==
          std::string("CRL: ") + target +
              " refuses every client unless it has the CRL of each authority in the chain: there "
              "is none of CN=test root (put the CRLs of root and intermediates into one file)");
    request.server.crl_pem += test::empty_crl(pki.root);
    CHECK(test::exported(request, "crl.pem") == request.server.crl_pem);
  }
  auto request = export_request("mosquitto", ClientAuth::required);
  request.server.crl_pem = test::empty_crl(pki.intermediate);
  CHECK(test::exported(request, "crl.pem") == request.server.crl_pem);
  CHECK(test::contains(test::exported(request, "mosquitto.conf"),
                       "crlfile /srv/lab/export/crl.pem\n"));
  request.server.crl_pem = "no list";
  CHECK(refusal(request).starts_with("CRL: the CRL cannot be read"));
}

TEST_CASE("an export without a TLS listener carries no key", "[export]") {
  auto request = export_request("mosquitto", ClientAuth::none);
  request.listeners = {{.transport = Transport::tcp, .port = 1883}};
  for (const auto& file : export_files(request).value()) {
    INFO(file.path);
    CHECK_FALSE(test::contains(file.content, "-----BEGIN"));
  }
}
