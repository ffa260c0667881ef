// The CRL sets of group E: each has the defects that it claims, and no other, by our own judgement;
// OpenSSL's verifier decides the same way.
#include "pki/audit/revocation_fixtures.hpp"

#include <algorithm>
#include <map>

#include "pki/audit/verify.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

const WallTime base = parse_time("2026-06-01T12:00:00Z").value();

std::vector<std::string> words(const std::vector<StatusDefect>& defects) {
  std::vector<std::string> out;
  for (const auto defect : defects) out.emplace_back(to_string(defect));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<tls::CertificatePtr> certificates(const std::vector<Bytes>& list) {
  std::vector<tls::CertificatePtr> out;
  for (const auto& der : list) {
    const auto* at = der.data();
    out.emplace_back(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  }
  return out;
}

/// What OpenSSL says with every certificate of the chain checked.
std::string openssl(const RevocationFixture& fixture, bool whole_chain) {
  std::vector<Crl> crls;
  for (const auto& der : fixture.crls) {
    for (auto& crl :
         parse_crls({reinterpret_cast<const char*>(der.data()), der.size()}, "crl").value()) {
      crls.push_back(std::move(crl));
    }
  }
  VerifyOptions options{.purpose = Purpose::client, .at = fixture.at, .crl_for_all = whole_chain};
  for (const auto& crl : crls) options.crls.push_back(crl.handle());
  return verify(certificates(fixture.chain), certificates(fixture.anchors), options).value().name;
}

}  // namespace

TEST_CASE("each CRL set of group E has the defects that it claims and no other", "[pki]") {
  for (const auto& id : revocation_fixture_ids()) {
    CAPTURE(id);
    const auto fixture = make_revocation_fixture(id, "fixtures", base).value();
    CHECK_FALSE(fixture.what.empty());
    const auto found =
        find_status_defects(fixture.chain, fixture.anchors, fixture.crls, fixture.at).value();
    CHECK(words(found) == words(fixture.claims));
    const bool revoked = std::any_of(found.begin(), found.end(), [](StatusDefect defect) {
      return defect == StatusDefect::leaf_revoked || defect == StatusDefect::issuer_revoked;
    });
    CHECK(revoked == (fixture.expect == Expect::reject));
  }
}

TEST_CASE("OpenSSL decides about the CRL sets as we do, or another reason is known", "[pki]") {
  const std::map<std::string, std::string> refused{{"crl-revoked-leaf", "cert_revoked"},
                                                   {"crl-revoked-intermediate", "cert_revoked"},
                                                   {"crl-missing-for-issuer", "unable_to_get_crl"},
                                                   {"crl-expired", "crl_has_expired"},
                                                   {"crl-not-yet-valid", "crl_not_yet_valid"},
                                                   {"crl-bad-signature", "crl_signature_failure"},
                                                   {"crl-no-crlsign", "keyusage_no_crl_sign"},
                                                   {"crl-many-in-file", "cert_revoked"},
                                                   {"crl-reason-hold/held", "cert_revoked"},
                                                   {"crl-large/revoked", "cert_revoked"}};
  for (const auto& id : revocation_fixture_ids()) {
    CAPTURE(id);
    // OpenSSL takes one CRL of an issuer, the first that scores best, so these two turn on the
    // order.
    if (id == "crl-forged-beside-good" || id == "crl-old-and-new" || id == "crl-der-file") continue;
    const auto fixture = make_revocation_fixture(id, "fixtures", base).value();
    const auto known = refused.find(id);
    CHECK(openssl(fixture, true) == (known == refused.end() ? "ok" : known->second));
  }
  CHECK(openssl(make_revocation_fixture("crl-der-file", "fixtures", base).value(), false) ==
        "cert_revoked");
}

TEST_CASE("the same seed gives the same chain, and an unknown id a suggestion", "[pki]") {
  const auto one = make_revocation_fixture("crl-good", "a", base).value();
  const auto two = make_revocation_fixture("crl-revoked-leaf", "a", base).value();
  CHECK(EVP_PKEY_eq(one.key.get(), two.key.get()) == 1);
  CHECK(make_revocation_fixture("crl-god", "a", base).error().text() ==
        "there is no fixture \"crl-god\" (did you mean \"crl-good\"?)");
  CHECK_FALSE(make_revocation_fixture("crl-good", "", base));
}
