#include "pki/upkeep/publishing.hpp"

#include "pki/mint/certificate.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "pki/revocation/serial.hpp"
#include "pki/upkeep/crl_files.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::string status_in(const Home& home, const Bytes& serial) {
  const auto authority = ocsp_authority(home, "second").value();
  return to_string(authority.status(serial));
}

/// What a client with the answer for `name` learns; `designated` is whom it trusts explicitly.
std::string verdict(const Home& home, const std::string& name, X509* designated = nullptr,
                    const std::string& signer = {}) {
  auto issuer = home.certificate("second").value();
  auto certificate = home.certificate(name).value();
  const auto query = make_ocsp_query(certificate.get(), issuer.get(), false).value();
  std::vector<OcspAuthority> authorities;
  authorities.push_back(ocsp_authority(home, "second", signer).value());
  const auto responder = OcspResponder::make(std::move(authorities)).value();
  const auto answer = responder.answer(query.der, noon);
  const auto judged = judge_ocsp_answer(answer.der, query,
                                        {.issuer = issuer.get(), .designated = designated}, noon);
  return judged.status ? to_string(*judged.status) : "refused: " + judged.refusal;
}

}  // namespace

TEST_CASE("OCSP knows good, revoked, on hold and unknown from the state (S4-65)", "[pki]") {
  const Lab lab;
  auto home = lab.lock();
  REQUIRE(revoke(home.state(), "server", "keyCompromise", noon).has_value());
  const auto serial = [&](const std::string& name) {
    return parse_serial(home.state().entries.at(name).serial).value();
  };
  CHECK(status_in(home, serial("server")) == "revoked (keyCompromise) since 2026-06-01T12:00:00Z");
  CHECK(status_in(home, serial("client")) == "good");
  REQUIRE(revoke(home.state(), "client", "certificateHold", noon).has_value());
  CHECK(contains(status_in(home, serial("client")), "certificateHold"));
  CHECK(status_in(home, parse_serial("0123456789").value()) == "unknown");
  CHECK(verdict(home, "server") == "revoked (keyCompromise) since 2026-06-01T12:00:00Z");
  CHECK(staple(home, "second", "client@1", {}, noon).has_value());
  CHECK(staple(home, "second", "lone", {}, noon).error().kind == ProblemKind::usage);
}

TEST_CASE("a delegated signer answers when the manifest says so", "[pki]") {
  auto text = lab_manifest();
  const std::string aia = "aia: true}";
  text.replace(text.find(aia), aia.size(), "signer: delegated, aia: true}");
  const Lab lab(text);
  const auto home = lab.open();
  const auto authority = ocsp_authority(home, "second").value();
  CHECK(fingerprint(authority.signer.certificate.get()) ==
        lab.state().entries.at("second-ocsp").certificate);
  CHECK(verdict(home, "client") == "good");
}

TEST_CASE("a designated responder counts only for those who trust it explicitly (S4-61)", "[pki]") {
  const Lab lab;
  const auto home = lab.open();
  const auto lone = home.certificate("lone").value();
  CHECK(verdict(home, "client", nullptr, "lone").starts_with("refused: "));
  CHECK(verdict(home, "client", lone.get(), "lone") == "good");
}

TEST_CASE("everything is published under the paths that certificates name", "[pki]") {
  const Lab lab;
  auto home = lab.lock();
  CHECK(published(home).error().text().find("second-crl.pem") != std::string::npos);
  REQUIRE(write_crls(home, {.valid = {}, .now = noon}).has_value());
  const auto content = published(home).value();
  REQUIRE(content.crls.size() == 1);
  CHECK(content.crls[0].path == "/second.crl");
  REQUIRE(content.certificates.size() == 1);
  CHECK(content.certificates[0].path == "/second.crt");
  REQUIRE(content.ocsp.size() == 1);
  CHECK(content.ocsp[0].path == "/ocsp");
  CHECK(content.listen == "127.0.0.1:9580");
}

TEST_CASE("URLs that cannot be served are refused", "[pki]") {
  CHECK(parse_http_url("http://127.0.0.1:9580/a/b.crl")->path == "/a/b.crl");
  CHECK(parse_http_url("http://host")->port == 80);
  CHECK(parse_http_url("http://[::1]:81/x")->host == "[::1]");
  CHECK(contains(parse_http_url("https://a/b").error().text(), "does not begin with http://"));
  CHECK(contains(parse_http_url("http://a:0/b").error().text(), "port"));
  CHECK(contains(parse_http_url("http:///b").error().text(), "names no host"));
}
