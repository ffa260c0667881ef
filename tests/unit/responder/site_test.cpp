// What a responder answers, without sockets.
#include "harness/responder/site.hpp"

#include "pki/mint/validity.hpp"
#include "pki/revocation/ocsp_http.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/revocation_lab.hpp"

using namespace handfast;
using namespace handfast::responder;
using handfast::test::revocation_lab;

namespace {

const WallTime noon = pki::parse_time("2026-06-01T12:00:00Z").value();
const Bytes some_crl{0x30, 0x03, 0x02, 0x01, 0x01};
const Bytes other_crl{0x30, 0x03, 0x02, 0x01, 0x02};

/// A CRL, a certificate and an OCSP responder.
struct Served {
  Site site;
  pki::OcspQuery query = pki::make_ocsp_query(revocation_lab().held.certificate.get(),
                                              revocation_lab().root.certificate.get())
                             .value();

  Served() {
    REQUIRE(site.put_crl("/a.crl", some_crl, other_crl));
    REQUIRE(site.put_certificate("/ca.cer", Bytes{0x30, 0x00}));
    REQUIRE(site.put_ocsp("/ocsp", std::make_shared<const pki::OcspResponder>(
                                       revocation_lab().responder(noon, true))));
  }
  HttpReply get(const std::string& target) { return site.answer({"GET", target, "", {}}, noon); }
  HttpReply post(const std::string& target, const std::string& type = "application/ocsp-request") {
    return site.answer({"POST", target, type, query.der}, noon);
  }
  pki::OcspVerdict judged(const HttpReply& reply) const {
    return pki::judge_ocsp_answer(reply.body, query,
                                  {.issuer = revocation_lab().root.certificate.get()}, noon);
  }
};

}  // namespace

TEST_CASE("files are served with the content types of RFC 2585", "[responder]") {
  Served served;
  const auto crl = served.get("/a.crl");
  CHECK(crl.status == 200);
  CHECK(crl.content_type == "application/pkix-crl");
  CHECK(crl.body == some_crl);
  CHECK(served.get("/a.crl?now=1").body == some_crl);
  CHECK(served.get("http://127.0.0.1:9/a.crl").body == some_crl);
  CHECK(served.get("/ca.cer").content_type == "application/pkix-cert");
  CHECK(served.site.answer({"HEAD", "/a.crl", "", {}}, noon).status == 200);
}

TEST_CASE("OCSP is answered for POST and for GET below the path", "[responder]") {
  Served served;
  const auto posted = served.post("/ocsp");
  CHECK(posted.content_type == "application/ocsp-response");
  CHECK(posted.kind == "ocsp-post");
  CHECK(served.judged(posted).status->reason == pki::RevocationReason::certificate_hold);
  CHECK(served.post("/ocsp", "").status == 200);
  CHECK(served.post("/ocsp/").status == 200);
  const auto got = served.get("/ocsp/" + pki::ocsp_get_path(served.query.der));
  CHECK(got.kind == "ocsp-get");
  CHECK(got.path == "/ocsp");
  CHECK(served.judged(got).status->reason == pki::RevocationReason::certificate_hold);
  CHECK(served.get("/ocsp/nothing.useful").note == "malformedRequest");
  CHECK(served.get("/ocsp").note == "malformedRequest");
}

TEST_CASE("the longest OCSP path wins, and the root path serves everything else", "[responder]") {
  Served served;
  REQUIRE(served.site.put_ocsp(
      "/", std::make_shared<const pki::OcspResponder>(revocation_lab().responder(noon, false))));
  const auto request = pki::ocsp_get_path(served.query.der);
  CHECK(served.get("/ocsp/" + request).path == "/ocsp");
  CHECK(served.get("/" + request).path == "/");
  CHECK(served.judged(served.get("/" + request)).signer == "CN = lab root");
  CHECK(served.get("/a.crl").kind == "crl");
}

TEST_CASE("wrong requests get the HTTP status that says why", "[responder]") {
  Served served;
  CHECK(served.get("/b.crl").status == 404);
  CHECK(served.get("/a.crl/x").status == 404);
  const auto put = served.post("/a.crl");
  CHECK(put.status == 405);
  CHECK(put.allow == "GET, HEAD");
  const auto deleted = served.site.answer({"DELETE", "/ocsp", "", {}}, noon);
  CHECK(deleted.status == 405);
  CHECK(deleted.allow == "GET, POST");
  CHECK(served.post("/ocsp", "text/plain").status == 415);
}

TEST_CASE("each switch changes the answers and can be taken back", "[responder]") {
  Served served;
  served.site.set_faults({.http_status = 500});
  CHECK(served.get("/a.crl").status == 500);
  CHECK(served.get("/a.crl").body.empty());
  CHECK(served.get("/none").status == 500);
  served.site.set_faults({.wrong_content_type = true});
  CHECK(served.get("/a.crl").content_type == "text/html");
  CHECK(served.post("/ocsp").content_type == "text/html");
  served.site.set_faults({.pem = true});
  CHECK(as_text(served.get("/a.crl").body).starts_with("-----BEGIN X509 CRL-----\n"));
  CHECK(served.get("/ca.cer").body == Bytes{0x30, 0x00});
  served.site.set_faults({.stale = true});
  CHECK(served.get("/a.crl").body == other_crl);
  CHECK(served.judged(served.post("/ocsp")).refusal ==
        "it is stale: newer information was due at 2026-06-01T11:00:00Z");
  served.site.set_faults({.ocsp = pki::OcspVariant::says_good});
  CHECK(served.judged(served.post("/ocsp")).status == pki::SingleStatus{});
  CHECK(served.get("/a.crl").body == some_crl);
  served.site.set_faults({});
  CHECK(served.judged(served.post("/ocsp")).status->status == pki::CertificateStatus::revoked);
}

TEST_CASE("faults of one path leave the others alone", "[responder]") {
  Served served;
  served.site.set_faults("/a.crl", Faults{.http_status = 503});
  CHECK(served.get("/a.crl").status == 503);
  CHECK(served.get("/ca.cer").status == 200);
  REQUIRE(served.site.put_crl("/a.crl", other_crl));  // a new CRL does not end the fault
  CHECK(served.get("/a.crl").status == 503);
  served.site.set_faults("/a.crl", std::nullopt);
  CHECK(served.get("/a.crl").body == other_crl);
}

TEST_CASE("requests are counted by kind and by served path", "[responder]") {
  Served served;
  served.get("/a.crl");
  served.get("/a.crl");
  served.get("/nowhere");
  served.post("/ocsp");
  served.get("/ocsp/" + pki::ocsp_get_path(served.query.der));
  const auto counts = served.site.counts();
  CHECK(counts.requests == 5);
  CHECK(counts.kind("crl") == 2);
  CHECK(counts.kind("not-found") == 1);
  CHECK(counts.kind("ocsp-post") == 1);
  CHECK(counts.kind("ocsp-get") == 1);
  CHECK(counts.path("/a.crl") == 2);
  CHECK(counts.path("/ocsp") == 2);
  CHECK(counts.path("/nowhere") == 0);
  served.site.reset_counts();
  CHECK(served.site.counts().requests == 0);
}

TEST_CASE("what is no path is not served", "[responder]") {
  Site site;
  for (const auto* path : {"", "a.crl", "/a b", "/a?b", "/a#b"}) {
    INFO(path);
    CHECK(site.put_crl(path, some_crl).error().kind == ProblemKind::usage);
  }
  REQUIRE(site.put_crl("/a.crl", some_crl));
  site.remove("/a.crl");
  CHECK(site.answer({"GET", "/a.crl", "", {}}, noon).status == 404);
}

TEST_CASE("the ways of being down have names", "[responder]") {
  for (const auto down : {Down::no, Down::refuse, Down::close, Down::hang}) {
    CHECK(parse_down(to_string(down)).value() == down);
  }
  CHECK(parse_down("refused").error().text() ==
        "a responder cannot be down by \"refused\" (did you mean \"refuse\"?)");
}
