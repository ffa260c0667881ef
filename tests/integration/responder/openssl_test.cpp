// `openssl ocsp` against the running responder.
#include "tests/integration/responder/running.hpp"

using namespace handfast;
using namespace handfast::responder;
using namespace handfast::responder::test;

namespace {

Finished openssl_ocsp(const Running& running, const std::string& leaf,
                      const std::vector<std::string>& more = {}) {
  std::vector<std::string> words{
      "openssl", "ocsp", "-issuer",     running.files.root, "-cert",
      leaf,      "-url", running.url(), "-CAfile",          running.files.root};
  words.insert(words.end(), more.begin(), more.end());
  auto done = run(words);
  INFO(done.out << done.err);
  CHECK(done.exit_code == 0);
  return done;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "openssl ocsp sees good, revoked, on hold and unknown, direct and delegated (S4-60, S4-65)",
    "[responder]") {
  const bool delegated = GENERATE(false, true);
  const Running running(delegated);
  INFO(delegated);
  const auto good = openssl_ocsp(running, running.files.good);
  CHECK(contains(good.err, "Response verify OK"));
  CHECK(contains(good.out, running.files.good + ": good\n"));
  CHECK_FALSE(contains(good.err, "no nonce"));  // asked with one
  const auto revoked = openssl_ocsp(running, running.files.revoked);
  CHECK(contains(revoked.err, "Response verify OK"));
  CHECK(contains(revoked.out, running.files.revoked + ": revoked\n"));
  CHECK(contains(revoked.out, "Reason: keyCompromise"));
  CHECK(contains(revoked.out, "Revocation Time: "));
  const auto held = openssl_ocsp(running, running.files.held);
  CHECK(contains(held.out, running.files.held + ": revoked\n"));
  CHECK(contains(held.out, "Reason: certificateHold"));
  const auto unknown = openssl_ocsp(running, running.files.unknown);
  CHECK(contains(unknown.out, running.files.unknown + ": unknown\n"));
  CHECK(contains(unknown.err, "Response verify OK"));
  CHECK(running.responder->site().counts().kind("ocsp-post") == 4);
}

TEST_CASE("openssl ocsp asks for several certificates at once, with SHA-256", "[responder]") {
  const Running running;
  const auto done =
      run({"openssl", "ocsp", "-sha256", "-issuer", running.files.root, "-cert", running.files.good,
           "-cert", running.files.held, "-url", running.url(), "-CAfile", running.files.root});
  CHECK(contains(done.out, running.files.good + ": good\n"));
  CHECK(contains(done.out, running.files.held + ": revoked\n"));
  CHECK(running.responder->site().counts().path("/ocsp") == 1);
}

TEST_CASE("openssl ocsp notices a nonce that is missing or wrong (S4-66)", "[responder]") {
  const Running silent(false, {.echo_nonce = false});
  CHECK(contains(openssl_ocsp(silent, silent.files.good).err, "WARNING: no nonce in response"));
  const Running running;
  REQUIRE(running.responder->set_faults({.ocsp = pki::OcspVariant::wrong_nonce}));
  const auto done = run({"openssl", "ocsp", "-issuer", running.files.root, "-cert",
                         running.files.good, "-url", running.url(), "-CAfile", running.files.root});
  CHECK(contains(done.err, "Nonce Verify error"));
}

TEST_CASE("openssl ocsp refuses what the variants break", "[responder]") {
  const Running running(true);
  const auto expect = [&](pki::OcspVariant variant, const std::string& message) {
    REQUIRE(running.responder->set_faults({.ocsp = variant}));
    const auto done =
        run({"openssl", "ocsp", "-issuer", running.files.root, "-cert", running.files.good, "-url",
             running.url(), "-CAfile", running.files.root, "-no_nonce"});
    INFO(to_string(variant) << "\n" << done.out << done.err);
    CHECK(contains(done.out + done.err, message));
  };
  expect(pki::OcspVariant::none, "good.pem: good\n");
  expect(pki::OcspVariant::stale, "status expired");
  expect(pki::OcspVariant::not_yet_valid, "status not yet valid");
  expect(pki::OcspVariant::wrong_serial, "ERROR: No Status found");
  expect(pki::OcspVariant::stray_signer, "Response Verify Failure");
  expect(pki::OcspVariant::bad_signature, "Response Verify Failure");
  expect(pki::OcspVariant::no_certificates, "Response Verify Failure");
  expect(pki::OcspVariant::try_later, "Responder Error: trylater (3)");
  expect(pki::OcspVariant::unauthorized, "Responder Error: unauthorized (6)");
  expect(pki::OcspVariant::garbage, "Error querying OCSP responder");
  expect(pki::OcspVariant::says_revoked, "good.pem: revoked\n");
}

TEST_CASE("openssl ocsp prints the archive cutoff that was asked for (S4-66)", "[responder]") {
  const Running running(true, {.archive_cutoff = 24h * 365});
  const auto done = openssl_ocsp(running, running.files.good, {"-resp_text"});
  CHECK(contains(done.out, "OCSP Archive Cutoff"));
  CHECK(contains(done.out, "OCSP Nonce"));
}

TEST_CASE("openssl ocsp trusts a designated responder only when told to (S4-61)", "[responder]") {
  const auto& lab = revocation_lab();
  const auto designated =
      handfast::test::make_lab_certificate({.name = "trusted responder"}, &lab.other_root);
  std::vector<pki::OcspAuthority> authorities;
  authorities.push_back(
      {tls::up_ref(lab.root.certificate.get()),
       {tls::up_ref(designated.certificate.get()), tls::up_ref(designated.key.get()), {}},
       lab.status(now_s())});
  const Running running;
  auto made = pki::OcspResponder::make(std::move(authorities)).value();
  REQUIRE(running.responder->site().put_ocsp(
      "/ocsp", std::make_shared<const pki::OcspResponder>(std::move(made))));
  const auto file = running.files.put("designated", designated);
  const auto trusted = openssl_ocsp(running, running.files.held, {"-VAfile", file});
  CHECK(contains(trusted.err, "Response verify OK"));
  CHECK(contains(trusted.out, ": revoked\n"));
  const auto untrusted =
      run({"openssl", "ocsp", "-issuer", running.files.root, "-cert", running.files.held, "-url",
           running.url(), "-CAfile", running.files.root});
  CHECK(contains(untrusted.err, "Response Verify Failure"));
}
