// What inspect says of CRLs and OCSP responses.
#include <nlohmann/json.hpp>

#include "pki/formats/describe_status.hpp"
#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using test::files_of;
using test::noon;

namespace {

void check_lines(const std::string& text, std::initializer_list<std::string> lines) {
  for (const auto& line : lines) {
    INFO(text << "\nmissing: " << line);
    CHECK(text.find(line + "\n") != std::string::npos);
  }
}

std::string pem_of(const OcspResponsePtr& response) {
  Credential item;
  item.kind = CredentialKind::ocsp_response;
  item.ocsp.reset(
      static_cast<OCSP_RESPONSE*>(ASN1_item_dup(ASN1_ITEM_rptr(OCSP_RESPONSE), response.get())));
  return credential_pem(item).value();
}

}  // namespace

TEST_CASE("a CRL shows its period, number, scope and entries", "[pki]") {
  const auto issuer = test::authority("second");
  const auto crl = test::revocation_list(issuer, {{255, CRL_REASON_KEY_COMPROMISE}, {256}},
                                         {{"crlNumber", "18"},
                                          {"authorityKeyIdentifier", "keyid"},
                                          {"issuingDistributionPoint", "critical,@idp"}});
  const auto files = files_of({{"second.crl", crl_pem(crl.get()).value()}});
  check_lines(inspect_text(files, noon),
              {"CRL: CN = second", "  valid       2026-06-01T12:00:00Z to 2026-06-08T12:00:00Z",
               "  extension   cRLNumber: 18",
               "  extension   issuingDistributionPoint, critical: URI:http://lab.test/second.crl, "
               "only user certificates",
               "  revoked     2", "              ff 2026-06-01T12:00:00Z keyCompromise",
               "              0100 2026-06-01T12:00:00Z"});
  const auto json = nlohmann::json::parse(inspect_json(files))["files"][0]["items"][0];
  CHECK(json["kind"] == "CRL");
  CHECK(json["crl_number"] == "18");
  CHECK(json["revoked_count"] == 2);
  CHECK(json["revoked"][0]["serial"] == "ff");
  CHECK(json["revoked"][0]["serial_decimal"] == "255");
  CHECK(json["revoked"][0]["reason"] == "keyCompromise");
  CHECK_FALSE(json["revoked"][1].contains("reason"));
  CHECK(json["issuing_distribution_point"] ==
        "URI:http://lab.test/second.crl, only user certificates");
  CHECK(json["authority_key_id"].get<std::string>().size() == 40);
}

TEST_CASE("people see the first entries of a long CRL", "[pki]") {
  const auto issuer = test::authority("second");
  std::vector<test::Revoked> many;
  for (long serial = 1; serial <= 25; ++serial) many.push_back({serial});
  const auto crl = test::revocation_list(issuer, many, {{"deltaCRL", "3"}});
  const auto text = inspect_text(files_of({{"a.crl", crl_pem(crl.get()).value()}}), noon);
  check_lines(text, {"  revoked     25", "              and 5 more",
                     "  extension   deltaCRLIndicator, critical: to CRL 3"});
  CHECK(describe(crl.get()).revoked.size() == 25);
  CHECK(describe(crl.get(), 3).revoked_count == 25);
}

TEST_CASE("an OCSP response shows its answers", "[pki]") {
  const auto issuer = test::authority("second");
  const auto response = test::ocsp_answer(issuer, {{255, V_OCSP_CERTSTATUS_GOOD},
                                                   {256, V_OCSP_CERTSTATUS_REVOKED},
                                                   {257, V_OCSP_CERTSTATUS_UNKNOWN}});
  const auto files = files_of({{"a.ocsp", pem_of(response)}});
  check_lines(
      inspect_text(files, noon),
      {"OCSP response: successful", "  responder   name CN = second", "  holds       CN = second",
       "  answer      ff is good, as of 2026-06-01T12:00:00Z until 2026-06-02T12:00:00Z",
       "  answer      0100 is revoked since 2026-06-01T12:00:00Z (keyCompromise), as of "
       "2026-06-01T12:00:00Z until 2026-06-02T12:00:00Z",
       "  answer      0101 is unknown, as of 2026-06-01T12:00:00Z until 2026-06-02T12:00:00Z"});
  const auto json = nlohmann::json::parse(inspect_json(files))["files"][0]["items"][0];
  CHECK(json["response_status"] == "successful");
  CHECK(json["answers"][1]["status"] == "revoked");
  CHECK(json["answers"][1]["reason"] == "keyCompromise");
  CHECK(json["answers"][1]["serial_decimal"] == "256");
  CHECK(json["answers"][0]["hash"] == "sha1");
}

TEST_CASE("an OCSP response that is no answer says which refusal it is", "[pki]") {
  const OcspResponsePtr refusal(OCSP_response_create(OCSP_RESPONSE_STATUS_TRYLATER, nullptr));
  CHECK(describe(refusal.get()).response_status == "tryLater");
  CHECK(inspect_text(files_of({{"a", pem_of(refusal)}}), noon) == "a\nOCSP response: tryLater\n");
}
