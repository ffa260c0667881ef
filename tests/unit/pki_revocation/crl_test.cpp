#include "pki/revocation/crl.hpp"

#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("a CRL says what it was made of", "[pki][revocation]") {
  auto content = lab_content();
  content.entries[0].invalidity = noon - 48h;
  content.scope = DistributionScope{.uris = {"http://127.0.0.1:9/lab.crl", "http://x.test/2.crl"},
                                    .only_user = true};
  const auto crl = parsed(lab_crl(content));
  const auto facts = crl.facts();
  CHECK(facts.version == 2);
  CHECK(facts.issuer == "CN = lab root");
  CHECK(facts.number == "07");
  CHECK(facts.this_update == noon - 1h);
  CHECK(facts.next_update == noon + 7 * 24h);
  CHECK(facts.scope == content.scope);
  CHECK(facts.entries == 2);
  CHECK(facts.signature_algorithm == "ecdsa-with-SHA256");
  CHECK(facts.authority_key_id.size() == 40);
  CHECK(facts.delta_base.empty());
  CHECK(facts.unknown_critical.empty());
  CHECK(crl.entries() == content.entries);
  CHECK(crl.signed_by(revocation_lab().root.certificate.get()));
  CHECK_FALSE(crl.signed_by(revocation_lab().other_root.certificate.get()));
}

TEST_CASE("a CRL's bytes are the DER that OpenSSL writes of it", "[pki][revocation]") {
  auto content = lab_content();
  content.scope = DistributionScope{
      .only_reasons = {RevocationReason::key_compromise, RevocationReason::aa_compromise}};
  for (const auto* time : {"1999-12-31T23:59:59Z", "2026-06-01T00:00:00Z", "2049-12-31T23:59:59Z",
                           "2050-01-01T00:00:00Z", "2200-02-28T12:34:56Z"}) {
    content.entries[0].since = parse_time(time).value();
    const auto der = lab_crl(content);
    const auto crl = parsed(der);
    INFO(time);
    CHECK(crl.entries()[0].since == content.entries[0].since);
    // i2d re-encodes all but the signed part; X509_CRL_verify covers that one.
    CHECK(crl.der() == der);
    CHECK(crl.signed_by(revocation_lab().root.certificate.get()));
    CHECK(crl.facts().scope == content.scope);
  }
}

TEST_CASE("every reason comes back from a CRL, unspecified as none", "[pki][revocation]") {
  auto content = lab_content();
  content.entries.clear();
  std::uint8_t serial = 1;
  for (const auto word : revocation_reason_names()) {
    const auto reason = parse_revocation_reason(word).value();
    if (reason == RevocationReason::remove_from_crl) continue;
    content.entries.push_back({Bytes{serial++}, noon - 1h, reason, {}});
  }
  const auto entries = parsed(lab_crl(content)).entries();
  REQUIRE(entries.size() == content.entries.size());
  CHECK_FALSE(entries[0].reason.has_value());
  for (std::size_t i = 1; i < entries.size(); ++i) {
    CHECK(entries[i].reason == content.entries[i].reason);
  }
}

TEST_CASE("a serial number is found on a CRL, negative ones too", "[pki][revocation]") {
  auto content = lab_content();
  for (const auto* serial :
       {"-1", "00", "ff", "7f", "0100000000000000000000000000000000000000ff"}) {
    content.entries.push_back({parse_serial(serial).value(), noon - 1h, {}, {}});
  }
  const auto crl = parsed(lab_crl(content));
  for (const auto& entry : content.entries) {
    INFO(serial_text(entry.serial));
    CHECK(crl.find(entry.serial) == entry);
  }
  CHECK_FALSE(crl.find(parse_serial("01").value()).has_value());
  CHECK_FALSE(crl.find(parse_serial("-ff").value()).has_value());
}

TEST_CASE("OpenSSL's verifier takes the CRL and refuses who is on it", "[pki][revocation]") {
  const auto crl = parsed(lab_crl(lab_content()));
  CHECK(verdict(revocation_lab().good, crl) == X509_V_OK);
  CHECK(verdict(revocation_lab().revoked, crl) == X509_V_ERR_CERT_REVOKED);
  CHECK(verdict(revocation_lab().held, crl) == X509_V_ERR_CERT_REVOKED);
}

TEST_CASE("CRLs are signed with RSA and Ed25519 keys and any digest", "[pki][revocation]") {
  for (const auto* key : {"RSA", "ED25519"}) {
    const auto issuer =
        make_lab_certificate({.name = "other key", .ca = true, .extra_key = key}, nullptr);
    auto content = lab_content();
    content.digest = "sha512";
    const auto der = make_crl(content, issuer.certificate.get(), issuer.key.get());
    REQUIRE(der);
    const auto crl = parsed(*der);
    CHECK(crl.signed_by(issuer.certificate.get()));
    CHECK(crl.facts().signature_algorithm ==
          (key == std::string("RSA") ? "sha512WithRSAEncryption" : "ED25519"));
  }
}

TEST_CASE("a delta CRL names its base and may take a certificate off hold", "[pki][revocation]") {
  auto content = lab_content();
  content.delta_base = 6;
  content.entries[1].reason = RevocationReason::remove_from_crl;
  const auto crl = parsed(lab_crl(content));
  CHECK(crl.facts().delta_base == "06");
  CHECK(crl.entries()[1].reason == RevocationReason::remove_from_crl);
}

TEST_CASE("what would make a CRL wrong by accident is refused", "[pki][revocation]") {
  const auto& lab = revocation_lab();
  const auto refusal = [&](const CrlContent& content, const LabCertificate& signer) {
    const auto made = make_crl(content, lab.root.certificate.get(), signer.key.get());
    return made ? std::string("made") : made.error().text();
  };
  CHECK(refusal(lab_content(), lab.other_root) ==
        "the key does not belong to the issuer \"CN = lab root\"");
  auto twice = lab_content();
  twice.entries = {
      {Bytes{0x0a}, noon, {}, {}}, {Bytes{1}, noon, {}, {}}, {Bytes{0x0a}, noon, {}, {}}};
  CHECK(refusal(twice, lab.root) == "the serial number 0a is listed twice");
  auto backwards = lab_content();
  backwards.next_update = backwards.this_update;
  CHECK(refusal(backwards, lab.root) ==
        "nextUpdate 2026-06-01T11:00:00Z is not after thisUpdate 2026-06-01T11:00:00Z (for a stale "
        "CRL ask for the variant stale)");
  auto taken_off = lab_content();
  taken_off.entries = {{Bytes{5}, noon, RevocationReason::remove_from_crl, {}}};
  CHECK(refusal(taken_off, lab.root) ==
        "05: removeFromCRL stands in delta CRLs only (leave the entry out of a full CRL)");
  auto digest = lab_content();
  digest.digest = "sha257";
  CHECK(refusal(digest, lab.root) ==
        "OpenSSL has no digest \"sha257\" (for example sha256, sha384, sha512)");
}

TEST_CASE("PEM files may hold several CRLs among other things", "[pki][revocation]") {
  const auto first = lab_crl(lab_content());
  const auto second = lab_crl(lab_content(), CrlVariant::empty);
  const auto text = "a comment\n" + crl_pem(first) +
                    handfast::test::pem_of(revocation_lab().good.certificate.get()) +
                    crl_pem(second);
  const auto crls = parse_crls(text, "two.pem").value();
  REQUIRE(crls.size() == 2);
  CHECK(crls[0].der() == first);
  CHECK(crls[1].der() == second);
}

TEST_CASE("what is no CRL is an environment problem with the file's name", "[pki][revocation]") {
  auto der = lab_crl(lab_content());
  const auto refused = [](std::string_view bytes) {
    const auto crls = parse_crls(bytes, "some.crl");
    REQUIRE_FALSE(crls);
    CHECK(crls.error().kind == ProblemKind::environment);
    CHECK(crls.error().where == "some.crl");
    return crls.error().message;
  };
  CHECK(refused("") == "the file holds no CRL");
  CHECK(refused(handfast::test::pem_of(revocation_lab().good.certificate.get())) ==
        "the file holds no CRL");
  refused("nothing of the kind");
  refused("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
  for (std::size_t size = 0; size < der.size(); size += 7)
    refused(as_text(ByteView(der).first(size)));
  der.push_back(0);
  refused(as_text(der));
}

TEST_CASE("a CRL of a hundred thousand entries is read back and searched", "[pki][revocation]") {
  auto content = lab_content();
  content.entries.clear();
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    Bytes serial{0x5a};
    ByteWriter(serial).u64(i * 0x9e3779b97f4a7c15ULL);
    content.entries.push_back({std::move(serial), noon - 1h, RevocationReason::superseded, {}});
  }
  const auto der = lab_crl(content);
  const auto crl = parsed(der);
  CHECK(crl.facts().entries == 100'000);
  CHECK(crl.find(content.entries[77'777].serial).has_value());
  CHECK(crl.signed_by(revocation_lab().root.certificate.get()));
  // The time is measured by tests/bench/revocation_bench.cpp; here only the size is a fact.
  CHECK(der.size() < 5'000'000);
}

TEST_CASE("the text of a CRL tells people when it ends", "[pki][revocation]") {
  auto content = lab_content();
  content.scope = DistributionScope{.uris = {"http://x.test/a.crl"}, .only_user = true};
  auto facts = parsed(lab_crl(content)).facts();
  facts.authority_key_id = "0011";
  CHECK(crl_text(facts, noon) ==
        "CRL version 2, 2 entries\n"
        "  issuer        CN = lab root\n"
        "  number        07\n"
        "  this update   2026-06-01T11:00:00Z (1h ago)\n"
        "  next update   2026-06-08T12:00:00Z (168h from now)\n"
        "  distribution  http://x.test/a.crl, only user certificates\n"
        "  signature     ecdsa-with-SHA256\n"
        "  issuer key id 0011\n");
}
