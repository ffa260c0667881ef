// `handfast pki crl`, `ocsp`, `serve` and `ask` as programs.
#include <csignal>
#include <thread>

#include "tests/integration/responder/running.hpp"

using namespace handfast;
using namespace handfast::responder::test;

namespace {

Finished pki_cli(std::vector<std::string> words) {
  words.insert(words.begin(), {PKI_CLI, "pki"});
  return run(words);
}

std::string key_of(const std::string& certificate_file) {
  return certificate_file.substr(0, certificate_file.size() - 3) + "key";
}

/// `pki serve` with the lab's OCSP at /ocsp on a port of its own.
struct Serving {
  LabFiles files;
  TempDirectory streams;
  std::unique_ptr<Program> program;
  std::string url;

  void start(const std::vector<std::string>& more) {
    std::vector<std::string> words{PKI_CLI, "pki", "serve", "--log"};
    words.insert(words.end(), more.begin(), more.end());
    program = std::make_unique<Program>(words, streams.path());
    REQUIRE(program->await_err("; stop with Ctrl-C\n"));
    const auto text = program->err();
    const auto begin = text.find("http://");
    url = text.substr(begin, text.find(';', begin) - begin);
  }
};

}  // namespace

TEST_CASE("pki crl writes a CRL that openssl verifies", "[pki][responder]") {
  const LabFiles files;
  const auto out = (files.folder / "second.crl").string();
  const auto done =
      pki_cli({"crl", "--ca", files.root, "--key", key_of(files.root), "--revoked",
               files.revoked + ":keyCompromise", "--revoked", "0a1b:superseded", "--number", "9",
               "--valid", "3d", "--idp", "http://x.test/a.crl", "--only", "user", "--out", out});
  INFO(done.err);
  CHECK(done.exit_code == 0);
  CHECK(done.out == out + ": CRL number 9, 2 entries\n");
  const auto text = run({"openssl", "crl", "-inform", "DER", "-in", out, "-noout", "-text",
                         "-verify", "-CAfile", files.root});
  CHECK(text.err.find("verify OK") != std::string::npos);
  CHECK(text.out.find("Only User Certificates") != std::string::npos);
  CHECK(text.out.find("0A1B") != std::string::npos);
  const auto json = pki_cli({"crl", "--ca", files.root, "--key", key_of(files.root), "--variant",
                             "stale", "--form", "pem", "--output", "json", "--out", out});
  CHECK(json.out.find("\"variant\": \"stale\"") != std::string::npos);
  const auto verified =
      run({"openssl", "verify", "-crl_check", "-CRLfile", out, "-CAfile", files.root, files.good});
  CHECK(verified.err.find("CRL has expired") != std::string::npos);
}

TEST_CASE("pki ocsp writes an answer that openssl takes for a staple", "[pki][responder]") {
  const LabFiles files;
  const auto out = (files.folder / "staple.der").string();
  const auto done = pki_cli({"ocsp", "--ca", files.root, "--signer", files.delegate, "--signer-key",
                             key_of(files.delegate), "--for", files.held, "--revoked",
                             files.held + ":certificateHold:2026-01-31", "--out", out});
  INFO(done.err);
  CHECK(done.exit_code == 0);
  CHECK(done.out.find(": revoked (certificateHold) since 2026-01-31T00:00:00Z\n") !=
        std::string::npos);
  const auto read = run({"openssl", "ocsp", "-respin", out, "-issuer", files.root, "-cert",
                         files.held, "-CAfile", files.root, "-no_nonce"});
  CHECK(read.err.find("Response verify OK") != std::string::npos);
  CHECK(read.out.find("Reason: certificateHold") != std::string::npos);
}

TEST_CASE("mistakes of the revocation verbs end with one line that helps", "[pki][responder]") {
  const LabFiles files;
  const auto expect = [&](const std::vector<std::string>& words, int code, const std::string& err) {
    const auto done = pki_cli(words);
    CHECK(done.exit_code == code);
    CHECK(done.err == "handfast pki: " + err + "\n");
  };
  const auto out = (files.folder / "x").string();
  expect({"crl", "--ca", files.root, "--key", key_of(files.good), "--out", out}, 2,
         key_of(files.good) + ": the key does not belong to the certificate " + files.root +
             " (see handfast pki match)");
  expect({"crl", "--ca", files.root, "--key", key_of(files.root), "--revoked", "0a:hold", "--out",
          out},
         2,
         "--revoked: 0a:hold: there is no revocation reason \"hold\" (one of: unspecified, "
         "keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation, "
         "certificateHold, removeFromCRL, privilegeWithdrawn, aACompromise)");
  expect({"serve"}, 2,
         "there is nothing to serve (give --crl, --cert or --ocsp, or the --manifest of a home)");
  expect({"serve", "--crl", "/a.crl"}, 2,
         "--crl wants PATH=FILE, not \"/a.crl\" (for example /second.crl=pki/second.crl)");
  expect({"serve", "--cert", "/a=" + files.root, "--listen", "0.0.0.0:1"}, 2,
         "\"0.0.0.0:1\" is no loopback address with a port (for example 127.0.0.1:9580, or port 0 "
         "for any free one)");
  expect({"ask", files.good, "--issuer", files.root}, 2,
         "the certificate names no OCSP responder (give its URL)");
  CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("pki serve answers, reads its files again on SIGHUP, and counts until Ctrl-C",
          "[pki][responder]") {
  Serving serving;
  const auto list = serving.files.folder.write("revoked.txt", "# nobody yet\n").string();
  serving.start({"--ocsp", "/ocsp", "--ca", serving.files.root, "--key", key_of(serving.files.root),
                 "--revoked", list, "--cert", "/root.cer=" + serving.files.root, "--output",
                 "json"});
  const std::vector<std::string> ask{"ask",   serving.files.good,   "--issuer", serving.files.root,
                                     "--url", serving.url + "/ocsp"};
  const auto before = pki_cli(ask);
  CHECK(before.out == serving.files.good + ": good\n");
  CHECK(before.exit_code == 0);
  serving.files.folder.write(
      "revoked.txt", pki::serial_text(pki::serial_of(revocation_lab().good.certificate.get())) +
                         ":superseded:2026-01-31\n");
  serving.program->signal(SIGHUP);
  REQUIRE(serving.program->await_err("read again"));
  const auto after = pki_cli(ask);
  CHECK(after.out == serving.files.good + ": revoked (superseded) since 2026-01-31T00:00:00Z\n");
  CHECK(after.exit_code == 1);
  serving.program->signal(SIGINT);
  CHECK(serving.program->wait() == 0);
  CHECK(serving.program->err().find("POST /ocsp 200, ") != std::string::npos);
  CHECK(serving.program->out().find("\"ocsp-post\": 2") != std::string::npos);
}

TEST_CASE("the switches of pki serve reach its answers (S4-62)", "[pki][responder]") {
  const auto asked = [](const std::vector<std::string>& switches) {
    Serving serving;
    auto words = switches;
    words.insert(words.end(), {"--ocsp", "/ocsp", "--ca", serving.files.root, "--key",
                               key_of(serving.files.root)});
    serving.start(words);
    auto done = pki_cli({"ask", serving.files.good, "--issuer", serving.files.root, "--url",
                         serving.url + "/ocsp", "--limit", "2s"});
    serving.program->signal(SIGTERM);
    CHECK(serving.program->wait() == 0);
    return done;
  };
  CHECK(asked({"--wrong-status", "revoked"}).out.find(": revoked (keyCompromise)") !=
        std::string::npos);
  CHECK(asked({"--stale"}).out.find(": no usable answer: it is stale") != std::string::npos);
  CHECK(asked({"--variant", "try-later"}).out.find("does not answer: tryLater") !=
        std::string::npos);
  const auto down = asked({"--down", "refuse"});
  CHECK(down.exit_code == 3);
  CHECK(down.err.find("Connection refused") != std::string::npos);
}

TEST_CASE("a monitor sees a revocation at its next question and outlives silence (S4-58)",
          "[pki][responder]") {
  const Running running;
  const auto& lab = revocation_lab();
  const TempDirectory streams;
  const auto table = [&](std::vector<pki::RevokedEntry> revoked) {
    std::vector<pki::OcspAuthority> authorities;
    authorities.push_back(
        {tls::up_ref(lab.root.certificate.get()),
         {tls::up_ref(lab.root.certificate.get()), tls::up_ref(lab.root.key.get()), {}},
         pki::source_of(pki::StatusTable(revoked))});
    auto made = pki::OcspResponder::make(std::move(authorities)).value();
    REQUIRE(running.responder->site().put_ocsp(
        "/ocsp", std::make_shared<const pki::OcspResponder>(std::move(made))));
  };
  const auto asked = [&](std::uint64_t count) {
    while (running.responder->site().counts().requests < count) std::this_thread::yield();
  };
  table({});
  Program monitor(
      {PKI_CLI, "pki", "ask", running.files.good, "--issuer", running.files.root, "--url",
       running.url(), "--every", "20ms", "--times", "100000", "--output", "json"},
      streams.path());
  asked(2);
  REQUIRE(running.responder->set_faults({.http_status = 500}));
  asked(running.responder->site().counts().requests + 2);
  table({{pki::serial_of(lab.good.certificate.get()),
          now_s(),
          pki::RevocationReason::key_compromise,
          {}}});
  REQUIRE(running.responder->set_faults({}));
  asked(running.responder->site().counts().requests + 3);
  monitor.signal(SIGTERM);
  monitor.wait();
  const auto out = monitor.out();
  const auto good = out.find("\"status\":\"good\"");
  const auto silent = out.find("\"refusal\":\"the responder answers HTTP status 500\"");
  const auto revoked = out.find("\"status\":\"revoked\",\"reason\":\"keyCompromise\"");
  CHECK(good < silent);
  CHECK(silent < revoked);
  CHECK(revoked != std::string::npos);
}
