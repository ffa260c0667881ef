// CRLs as OpenSSL's and GnuTLS's programs see them, fetched from the running responder.
#include "harness/responder/ocsp_client.hpp"
#include "tests/integration/responder/running.hpp"

using namespace handfast;
using namespace handfast::responder;
using namespace handfast::responder::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The CRL as a client fetches it, in a file.
std::string fetched(const Running& running, const std::string& path) {
  const auto got = fetch(running.url(path), 10s).value();
  CHECK(got.status == 200);
  CHECK(got.content_type == "application/pkix-crl");
  return running.files.folder.write("fetched.crl", handfast::test::text_of(got.body)).string();
}

}  // namespace

TEST_CASE("openssl crl verifies the CRL and prints what is in it", "[responder]") {
  const Running running;
  const auto done = run({"openssl", "crl", "-inform", "DER", "-in", fetched(running, "/lab.crl"),
                         "-noout", "-text", "-verify", "-CAfile", running.files.root});
  INFO(done.out << done.err);
  CHECK(contains(done.err, "verify OK"));
  for (const auto* part :
       {"Version 2 (0x1)", "Issuer: CN = lab root", "X509v3 CRL Number: \n                3",
        "X509v3 Issuing Distribution Point: critical", handfast::test::lab_crl_url,
        "Key Compromise", "Certificate Hold"}) {
    INFO(part);
    CHECK(contains(done.out, part));
  }
  CHECK(running.responder->site().counts().path("/lab.crl") == 1);
}

TEST_CASE("openssl verify -crl_check accepts the good and refuses the revoked", "[responder]") {
  const Running running;
  const auto crl = running.files.folder.write("lab.crl.pem", pki::crl_pem(lab_crl())).string();
  const auto verify = [&](const std::string& leaf) {
    return run(
        {"openssl", "verify", "-crl_check", "-CRLfile", crl, "-CAfile", running.files.root, leaf});
  };
  CHECK(verify(running.files.good).out == running.files.good + ": OK\n");
  auto plain = lab_crl_content();
  plain.scope.reset();  // the other leaves have no distribution point
  const auto& root = revocation_lab().root;
  const auto der = pki::make_crl(plain, root.certificate.get(), root.key.get()).value();
  running.files.folder.write("lab.crl.pem", pki::crl_pem(der));
  for (const auto& leaf : {running.files.revoked, running.files.held}) {
    const auto done = verify(leaf);
    CHECK(done.exit_code == 2);
    CHECK(contains(done.err, "certificate revoked"));
  }
  CHECK(verify(running.files.unknown).exit_code == 0);
}

TEST_CASE("certtool reads the CRL and verifies its signature", "[responder]") {
  const Running running;
  const auto crl = fetched(running, "/lab.crl");
  const auto info = run({"certtool", "--crl-info", "--inder", "--infile", crl});
  INFO(info.out << info.err);
  CHECK(info.exit_code == 0);
  CHECK(contains(info.out, "Revoked certificates (2)"));
  CHECK(contains(info.out, "CRL Number"));
  const auto pem = running.files.folder.write("lab.crl.pem", pki::crl_pem(lab_crl())).string();
  const auto verified = run(
      {"certtool", "--verify-crl", "--load-ca-certificate", running.files.root, "--infile", pem});
  INFO(verified.out << verified.err);
  CHECK(contains(verified.out + verified.err, "Verification output: Verified."));
}

TEST_CASE("a CRL is fetched as DER, stale, PEM or not at all, as the switches say", "[responder]") {
  const Running running;
  const auto text = [&] {
    return handfast::test::text_of(fetch(running.url("/lab.crl"), 10s).value().body);
  };
  CHECK(text() == handfast::test::text_of(
                      running.responder->site().answer({"GET", "/lab.crl", "", {}}, now_s()).body));
  REQUIRE(running.responder->set_faults({.stale = true}));
  const auto stale = running.files.folder.write("stale.crl", text()).string();
  const auto done = run({"openssl", "crl", "-inform", "DER", "-in", stale, "-noout", "-nextupdate",
                         "-lastupdate", "-verify", "-CAfile", running.files.root});
  CHECK(contains(done.err, "verify OK"));
  const auto verdict = run({"openssl", "verify", "-crl_check", "-CRLfile", stale, "-CAfile",
                            running.files.root, running.files.good});
  CHECK(contains(verdict.err, "CRL has expired"));
  REQUIRE(running.responder->set_faults({.pem = true}));
  CHECK(text().starts_with("-----BEGIN X509 CRL-----\n"));
}
