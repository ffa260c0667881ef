// Every switch of the running responder, as a client meets it.
#include <array>
#include <thread>

#include "harness/responder/ocsp_client.hpp"
#include "pki/revocation/ocsp_http.hpp"
#include "tests/integration/responder/running.hpp"

using namespace handfast;
using namespace handfast::responder;
using namespace handfast::responder::test;

namespace {

OcspOutcome ask(const Running& running, const handfast::test::LabCertificate& leaf) {
  return check_ocsp(leaf.certificate.get(), revocation_lab().root.certificate.get(),
                    {.url = running.url()}, std::chrono::system_clock::now())
      .value();
}

std::string refusal_of(const Running& running, Nanos limit = 10s) {
  const auto answer = fetch(running.url("/lab.crl"), limit);
  return answer ? std::string("answered") : answer.error().text();
}

}  // namespace

TEST_CASE("a responder that is down refuses connections until it is up again (S4-62)",
          "[responder]") {
  const Running running;
  const auto port = running.responder->port();
  CHECK(ask(running, revocation_lab().good).verdict.status == pki::SingleStatus{});
  for (int round = 0; round < 3; ++round) {
    REQUIRE(running.responder->set_faults({.down = Down::refuse}));
    CHECK(refusal_of(running) == running.url("/lab.crl") + ": no answer: Connection refused");
    const auto done = run({"openssl", "ocsp", "-issuer", running.files.root, "-cert",
                           running.files.good, "-url", running.url()});
    CHECK(done.err.find("Connection refused") != std::string::npos);
    // Nobody who asks for any free port gets ours meanwhile.
    const auto other = Responder::start({});
    CHECK(other.value()->port() != port);
    REQUIRE(running.responder->set_faults({}));
    CHECK(running.responder->port() == port);
    CHECK(ask(running, revocation_lab().good).verdict.status == pki::SingleStatus{});
  }
}

TEST_CASE("closing and hanging count the request but never answer (S4-62)", "[responder]") {
  const Running running;
  REQUIRE(running.responder->set_faults({.down = Down::close}));
  CHECK(refusal_of(running).find(": no answer: ") != std::string::npos);
  REQUIRE(running.responder->set_faults({.down = Down::hang}));
  CHECK(refusal_of(running, 200ms) ==
        running.url("/lab.crl") + ": no answer: nothing within 200ms");
  CHECK(running.responder->site().counts().path("/lab.crl") == 2);
  REQUIRE(running.responder->set_faults({}));
  CHECK(refusal_of(running) == "answered");
}

TEST_CASE("a delayed answer still comes, and others do not wait for it", "[responder]") {
  const Running running;
  REQUIRE(running.responder->site().put_crl("/slow.crl", lab_crl()));
  running.responder->site().set_faults("/slow.crl", Faults{.delay = 1h});
  std::thread patient([&] { (void)fetch(running.url("/slow.crl"), 500ms); });
  CHECK(refusal_of(running) == "answered");
  patient.join();
  running.responder->site().set_faults("/slow.crl", Faults{.delay = 50ms});
  CHECK(fetch(running.url("/slow.crl"), 10s).value().status == 200);
}

TEST_CASE("HTTP status, content type and truncation are as the switches say", "[responder]") {
  const Running running;
  REQUIRE(running.responder->set_faults({.http_status = 500}));
  CHECK(fetch(running.url("/lab.crl"), 10s).value().status == 500);
  CHECK(ask(running, revocation_lab().good).verdict.refusal ==
        "the responder answers HTTP status 500");
  REQUIRE(running.responder->set_faults({.wrong_content_type = true}));
  CHECK(fetch(running.url("/lab.crl"), 10s).value().content_type == "text/html");
  REQUIRE(running.responder->set_faults({.truncated = true}));
  CHECK(refusal_of(running) == running.url("/lab.crl") + ": no answer: partial message");
}

TEST_CASE("stale and lying answers go over the wire", "[responder]") {
  const Running running(true);
  REQUIRE(running.responder->set_faults({.stale = true}));
  CHECK(ask(running, revocation_lab().good).verdict.refusal.starts_with("it is stale"));
  REQUIRE(running.responder->set_faults({.ocsp = pki::OcspVariant::says_good}));
  CHECK(ask(running, revocation_lab().revoked).verdict.status == pki::SingleStatus{});
  REQUIRE(running.responder->set_faults({}));
  CHECK(ask(running, revocation_lab().revoked).verdict.status->reason ==
        pki::RevocationReason::key_compromise);
}

TEST_CASE("a request is asked with GET as well, on one connection or many", "[responder]") {
  const Running running;
  const auto& lab = revocation_lab();
  const auto query =
      pki::make_ocsp_query(lab.held.certificate.get(), lab.root.certificate.get()).value();
  const auto got = fetch(running.url("/ocsp/" + pki::ocsp_get_path(query.der)), 10s).value();
  CHECK(got.content_type == "application/ocsp-response");
  const auto verdict = pki::judge_ocsp_answer(
      got.body, query, {.issuer = lab.root.certificate.get()}, std::chrono::system_clock::now());
  CHECK(verdict.status->reason == pki::RevocationReason::certificate_hold);
  const auto counts = running.responder->site().counts();
  CHECK(counts.kind("ocsp-get") == 1);
  CHECK(counts.connections == 1);
}

TEST_CASE("a certificate's own URL is asked unless another is given (S4-63)", "[responder]") {
  const Running running;
  const auto& lab = revocation_lab();
  const auto leaf = handfast::test::make_lab_certificate(
      {.name = "with url", .ocsp_url = running.url("/elsewhere")}, &lab.root);
  auto* issuer = lab.root.certificate.get();
  const auto now = std::chrono::system_clock::now();
  const auto own = check_ocsp(leaf.certificate.get(), issuer, {}, now).value();
  CHECK(own.url == running.url("/elsewhere"));
  CHECK(own.verdict.refusal == "the responder answers HTTP status 404");
  const auto other =
      check_ocsp(leaf.certificate.get(), issuer, {.url = running.url()}, now).value();
  CHECK(other.verdict.status->status == pki::CertificateStatus::unknown);
  CHECK(check_ocsp(lab.good.certificate.get(), issuer, {}, now).error().text() ==
        "the certificate names no OCSP responder (give its URL)");
}

TEST_CASE("many clients at once all get their answer and are all counted", "[responder]") {
  const Running running(true);
  constexpr int clients = 4;
  constexpr int questions = 15;
  std::vector<std::thread> threads;
  std::array<int, clients> right{};
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < questions; ++j) {
        const auto& leaf = j % 2 == 0 ? revocation_lab().good : revocation_lab().revoked;
        const auto status = ask(running, leaf).verdict.status;
        const auto wanted =
            j % 2 == 0 ? pki::CertificateStatus::good : pki::CertificateStatus::revoked;
        right.at(static_cast<std::size_t>(i)) += status && status->status == wanted ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const int count : right) CHECK(count == questions);
  CHECK(running.responder->site().counts().kind("ocsp-post") == clients * questions);
  CHECK(running.responder->site().counts().connections == clients * questions);
}

TEST_CASE("a responder listens on loopback only and on a port that is free", "[responder]") {
  for (const auto* listen : {"0.0.0.0:0", "192.0.2.1:0", "[::]:0", "127.0.0.1", "127.0.0.1:99999",
                             "example.org:80", "127.0.0.1:x", ""}) {
    INFO(listen);
    const auto started = Responder::start({.listen = listen});
    REQUIRE(started.has_error());
    CHECK(started.error().kind == ProblemKind::usage);
  }
  const auto first = std::move(Responder::start({.listen = "localhost:0"})).value();
  const auto again = Responder::start({.listen = "127.0.0.1:" + std::to_string(first->port())});
  REQUIRE(again.has_error());
  CHECK(again.error().kind == ProblemKind::environment);
  const auto v6 = Responder::start({.listen = "[::1]:0"});
  if (v6) CHECK(v6.value()->url("/x").starts_with("http://[::1]:"));
}

TEST_CASE("a responder stops with connections open, twice if asked", "[responder]") {
  Running running;
  REQUIRE(running.responder->set_faults({.down = Down::hang}));
  std::thread waiting([&] { (void)fetch(running.url("/lab.crl"), 10s); });
  while (running.responder->site().counts().requests == 0) std::this_thread::yield();
  running.responder->stop();
  running.responder->stop();
  CHECK(running.responder->set_faults({}).has_error());
  running.responder.reset();
  waiting.join();
}

TEST_CASE("what is no HTTP gets no answer and does no harm", "[responder]") {
  const Running running;
  const auto done = run({"bash", "-c",
                         "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(running.responder->port()) +
                             "; printf '\\x16\\x03\\x01garbage\\r\\n\\r\\n' >&3; cat <&3"});
  CHECK(done.exit_code == 0);
  CHECK(done.out.empty());
  CHECK(refusal_of(running) == "answered");
}
