// Each variant breaks one thing: OpenSSL's verifier says which, and the facts say the rest.
#include <algorithm>
#include <map>

#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

CrlContent scoped() {
  auto content = lab_content();
  content.scope = DistributionScope{.uris = {handfast::test::lab_crl_url}};
  return content;
}

Crl bent(CrlVariant variant) { return parsed(lab_crl(scoped(), variant)); }

}  // namespace

TEST_CASE("OpenSSL accepts or refuses each CRL variant for the reason it stands for",
          "[pki][revocation]") {
  // The leaf is on no list, so X509_V_OK means that the CRL was used.
  const std::map<CrlVariant, int> expected{
      {CrlVariant::none, X509_V_OK},
      {CrlVariant::stale, X509_V_ERR_CRL_HAS_EXPIRED},
      {CrlVariant::not_yet_valid, X509_V_ERR_CRL_NOT_YET_VALID},
      {CrlVariant::no_next_update, X509_V_OK},
      {CrlVariant::no_number, X509_V_OK},
      {CrlVariant::long_number, X509_V_OK},
      {CrlVariant::no_authority_key_id, X509_V_OK},
      {CrlVariant::wrong_authority_key_id, X509_V_ERR_UNABLE_TO_GET_CRL},
      {CrlVariant::wrong_issuer_name, X509_V_ERR_UNABLE_TO_GET_CRL},
      {CrlVariant::version1, X509_V_OK},
      {CrlVariant::version3, X509_V_OK},
      {CrlVariant::empty, X509_V_OK},
      {CrlVariant::empty_list, X509_V_OK},
      {CrlVariant::duplicate_entry, X509_V_OK},
      {CrlVariant::undefined_reason, X509_V_OK},
      {CrlVariant::stray_signer, X509_V_ERR_CRL_SIGNATURE_FAILURE},
      {CrlVariant::bad_signature, X509_V_ERR_CRL_SIGNATURE_FAILURE},
      {CrlVariant::algorithm_mismatch, X509_V_OK},  // OpenSSL does not compare the two
      {CrlVariant::weak_digest, X509_V_OK},
      {CrlVariant::no_point, X509_V_OK},
      {CrlVariant::other_point, X509_V_ERR_DIFFERENT_CRL_SCOPE},
      {CrlVariant::point_not_critical, X509_V_OK},
      {CrlVariant::only_user, X509_V_OK},
      {CrlVariant::only_ca, X509_V_ERR_DIFFERENT_CRL_SCOPE},
      {CrlVariant::only_attribute, X509_V_ERR_DIFFERENT_CRL_SCOPE},
      {CrlVariant::some_reasons, X509_V_ERR_UNABLE_TO_GET_CRL},
      {CrlVariant::indirect, X509_V_ERR_UNABLE_TO_GET_CRL},
      {CrlVariant::delta, X509_V_OK},  // taken for a full one, unless extended checks are on
      {CrlVariant::unknown_extension, X509_V_OK},
      {CrlVariant::unknown_critical_extension, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION},
      {CrlVariant::unknown_critical_entry_extension, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION},
      {CrlVariant::generalized_time, X509_V_OK},
  };
  for (const auto& info : crl_variants()) {
    const auto found = expected.find(info.variant);
    if (found == expected.end()) continue;  // those that do not parse: next case
    INFO(info.name);
    CHECK(verdict(revocation_lab().good, bent(info.variant)) == found->second);
  }
}

TEST_CASE("with extended checks OpenSSL tells deltas and reasons apart", "[pki][revocation]") {
  const auto extended = [](CrlVariant variant) {
    return verdict(revocation_lab().good, bent(variant), X509_V_FLAG_EXTENDED_CRL_SUPPORT);
  };
  CHECK(extended(CrlVariant::none) == X509_V_OK);
  CHECK(extended(CrlVariant::delta) == X509_V_ERR_UNABLE_TO_GET_CRL);
  // Two reasons are covered, the others are not: the search ends without an answer.
  CHECK(extended(CrlVariant::some_reasons) == X509_V_ERR_UNABLE_TO_GET_CRL);
}

TEST_CASE("a mismatch of algorithms stands inside the signed part", "[pki][revocation]") {
  // Each CRL names its algorithm twice: ecdsa-with-SHA256 or ecdsa-with-SHA512 (RFC 5758).
  const auto count = [](CrlVariant variant, std::uint8_t last_octet) {
    const auto der = lab_crl(scoped(), variant);
    const Bytes oid{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last_octet};
    int found = 0;
    for (auto at = der.begin();
         (at = std::search(at, der.end(), oid.begin(), oid.end())) != der.end(); ++at) {
      ++found;
    }
    return found;
  };
  CHECK(count(CrlVariant::none, 2) == 2);
  CHECK(count(CrlVariant::none, 4) == 0);
  CHECK(count(CrlVariant::algorithm_mismatch, 2) == 1);
  CHECK(count(CrlVariant::algorithm_mismatch, 4) == 1);
  CHECK(bent(CrlVariant::algorithm_mismatch).facts().signature_algorithm == "ecdsa-with-SHA256");
}

TEST_CASE("some CRL variants are no readable CRL at all", "[pki][revocation]") {
  for (const auto variant : {CrlVariant::trailing_octets, CrlVariant::truncated}) {
    INFO(to_string(variant));
    const auto der = lab_crl(scoped(), variant);
    CHECK(parse_crls(as_text(der), "bent.crl").has_error());
    CHECK(crl_pem(der).starts_with("-----BEGIN X509 CRL-----\n"));
  }
}

TEST_CASE("a CRL variant changes one fact and leaves the others", "[pki][revocation]") {
  const auto good = bent(CrlVariant::none).facts();
  const auto differs = [&](CrlVariant variant) {
    const auto facts = bent(variant).facts();
    std::string out;
    if (facts.version != good.version) out += "version ";
    if (facts.issuer != good.issuer) out += "issuer ";
    if (facts.this_update != good.this_update || facts.next_update != good.next_update)
      out += "times ";
    if (facts.number != good.number) out += "number ";
    if (facts.delta_base != good.delta_base) out += "delta ";
    if (facts.authority_key_id != good.authority_key_id) out += "key ";
    if (facts.scope != good.scope) out += "scope ";
    if (facts.signature_algorithm != good.signature_algorithm) out += "algorithm ";
    if (facts.entries != good.entries) out += "entries ";
    if (facts.unknown_critical != good.unknown_critical) out += "critical ";
    return out;
  };
  CHECK(differs(CrlVariant::stale) == "times ");
  CHECK(differs(CrlVariant::not_yet_valid) == "times ");
  CHECK(differs(CrlVariant::no_next_update) == "times ");
  CHECK(differs(CrlVariant::no_number) == "number ");
  CHECK(differs(CrlVariant::long_number) == "number ");
  CHECK(differs(CrlVariant::no_authority_key_id) == "key ");
  CHECK(differs(CrlVariant::wrong_authority_key_id) == "key ");
  CHECK(differs(CrlVariant::wrong_issuer_name) == "issuer ");
  CHECK(differs(CrlVariant::version1) == "version number key scope ");
  CHECK(differs(CrlVariant::version3) == "version ");
  CHECK(differs(CrlVariant::empty) == "entries ");
  CHECK(differs(CrlVariant::empty_list) == "entries ");
  CHECK(differs(CrlVariant::duplicate_entry) == "entries ");
  CHECK(differs(CrlVariant::undefined_reason).empty());
  CHECK(differs(CrlVariant::stray_signer).empty());
  CHECK(differs(CrlVariant::bad_signature).empty());
  CHECK(differs(CrlVariant::weak_digest) == "algorithm ");
  CHECK(differs(CrlVariant::no_point) == "scope ");
  CHECK(differs(CrlVariant::other_point) == "scope ");
  CHECK(differs(CrlVariant::point_not_critical).empty());
  for (const auto variant : {CrlVariant::only_user, CrlVariant::only_ca, CrlVariant::only_attribute,
                             CrlVariant::some_reasons, CrlVariant::indirect}) {
    INFO(to_string(variant));
    CHECK(differs(variant) == "scope ");
  }
  CHECK(differs(CrlVariant::delta) == "delta ");
  CHECK(differs(CrlVariant::unknown_extension).empty());
  CHECK(differs(CrlVariant::unknown_critical_extension) == "critical ");
  CHECK(differs(CrlVariant::generalized_time).empty());
}

TEST_CASE("a stale CRL is as long as the good one and ended an hour before it began",
          "[pki][revocation]") {
  const auto facts = bent(CrlVariant::stale).facts();
  CHECK(facts.next_update == noon - 2h);
  CHECK(facts.this_update == noon - 2h - (7 * 24h + 1h));
}

TEST_CASE("CRLs that differ only in encoding are told apart by their bytes", "[pki][revocation]") {
  const auto contains = [](const Bytes& der, const Bytes& part) {
    return !std::ranges::search(der, part).empty();
  };
  const Bytes utc_this_update{0x17, 0x0d, '2', '6', '0', '6', '0', '1', '1', '1'};
  const Bytes generalized{0x18, 0x0f, '2', '0', '2', '6', '0', '6', '0', '1', '1', '1'};
  CHECK(contains(lab_crl(scoped()), utc_this_update));
  CHECK_FALSE(contains(lab_crl(scoped()), generalized));
  CHECK(contains(lab_crl(scoped(), CrlVariant::generalized_time), generalized));
  const auto empty = lab_crl(scoped(), CrlVariant::empty);
  const auto empty_list = lab_crl(scoped(), CrlVariant::empty_list);
  // The ECDSA signature's length varies by up to two octets on either side.
  CHECK(contains(empty_list, {'Z', 0x30, 0x00, 0xa0}));
  CHECK_FALSE(contains(empty, {'Z', 0x30, 0x00, 0xa0}));
}
