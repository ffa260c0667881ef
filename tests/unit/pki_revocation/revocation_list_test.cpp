#include "pki/revocation/revocation_list.hpp"

#include "tests/support/temp_directory.hpp"
#include "tests/unit/pki_revocation/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("one argument names a serial, its reason and its time", "[pki][revocation]") {
  CHECK(load_revoked("0a1b", noon).value() ==
        std::vector<RevokedEntry>{{Bytes{0x0a, 0x1b}, noon, {}, {}}});
  CHECK(load_revoked("0a1b:keyCompromise:2026-05-31T23:59:59Z", noon).value() ==
        std::vector<RevokedEntry>{{Bytes{0x0a, 0x1b},
                                   parse_time("2026-05-31T23:59:59Z").value(),
                                   RevocationReason::key_compromise,
                                   {}}});
  CHECK(load_revoked("ff::2026-05-01", noon).value() ==
        std::vector<RevokedEntry>{{Bytes{0, 0xff}, parse_time("2026-05-01").value(), {}, {}}});
  CHECK(load_revoked("0a:keycompromise", noon).error().text() ==
        "0a:keycompromise: there is no revocation reason \"keycompromise\" (did you mean "
        "\"keyCompromise\"?)");
}

TEST_CASE("certificates, CRLs and lists name what is revoked", "[pki][revocation]") {
  const handfast::test::TempDirectory folder;
  const auto& lab = revocation_lab();
  const auto pem = folder.write("client.pem", handfast::test::pem_of(lab.held.certificate.get()));
  const auto from_pem = load_revoked(pem.string() + ":certificateHold", noon).value();
  REQUIRE(from_pem.size() == 1);
  CHECK(from_pem[0].serial == serial_of(lab.held.certificate.get()));
  CHECK(from_pem[0].reason == RevocationReason::certificate_hold);
  CHECK(from_pem[0].since == noon);

  const auto der = lab_crl(lab_content());
  CHECK(load_revoked(folder.write("a.crl", text_of(der)).string(), noon).value() ==
        lab_content().entries);
  CHECK(load_revoked(folder.write("a.pem", crl_pem(der)).string(), noon).value() ==
        lab_content().entries);

  const auto list = folder.write("revoked.txt",
                                 "# who went\n0a1b:superseded  # old\n\n  ff:certificateHold:"
                                 "2026-05-01\r\n0c");
  const auto entries = load_revoked(list.string(), noon).value();
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].reason == RevocationReason::superseded);
  CHECK(entries[1].since == parse_time("2026-05-01").value());
  CHECK(entries[2].serial == Bytes{0x0c});
}

TEST_CASE("a mistake in a list is reported with its line", "[pki][revocation]") {
  CHECK(parse_revoked_list("0a\n0b:supersede\n", "list.txt", noon).error().text() ==
        "list.txt:2: there is no revocation reason \"supersede\" (did you mean \"superseded\"?)");
  CHECK(parse_revoked_list("\n\nxyz\n", "list.txt", noon).error().where == "list.txt:3");
  CHECK(load_revoked("nowhere.txt", noon).error().text() ==
        "nowhere.txt: cannot read the file: No such file or directory (expected a serial number in "
        "hexadecimal, a certificate, a CRL or a list)");
}

TEST_CASE("issued certificates are named by serials, files and lists", "[pki][revocation]") {
  const handfast::test::TempDirectory folder;
  const auto& lab = revocation_lab();
  const auto file = folder.write("all.pem", handfast::test::pem_of(lab.good.certificate.get()) +
                                                handfast::test::pem_of(lab.held.certificate.get()));
  CHECK(load_issued(file.string()).value() ==
        std::vector<Bytes>{serial_of(lab.good.certificate.get()),
                           serial_of(lab.held.certificate.get())});
  CHECK(load_issued("0x0a").value() == std::vector<Bytes>{{0x0a}});
  CHECK(load_issued(folder.write("list.txt", "0a\n0b # x\n").string()).value() ==
        std::vector<Bytes>{{0x0a}, {0x0b}});
}

TEST_CASE("a status table knows revoked, good and unknown", "[pki][revocation]") {
  const std::vector<RevokedEntry> revoked{{Bytes{3}, noon, RevocationReason::superseded, {}},
                                          {Bytes{1}, noon, RevocationReason::certificate_hold, {}},
                                          {Bytes{1}, noon, RevocationReason::key_compromise, {}},
                                          {Bytes{2}, noon, RevocationReason::certificate_hold, {}},
                                          {Bytes{2}, noon, RevocationReason::remove_from_crl, {}}};
  const StatusTable open(revoked);
  CHECK(open.revoked() == 2);
  CHECK(open.of(Bytes{1}).reason == RevocationReason::key_compromise);
  CHECK(open.of(Bytes{2}).status == CertificateStatus::good);
  CHECK(open.of(Bytes{9}).status == CertificateStatus::good);
  CHECK(to_string(open.of(Bytes{3})) == "revoked (superseded) since 2026-06-01T12:00:00Z");
  const StatusTable closed(revoked, std::vector<Bytes>{{9}, {2}});
  CHECK(closed.of(Bytes{9}).status == CertificateStatus::good);
  CHECK(closed.of(Bytes{2}).status == CertificateStatus::good);
  CHECK(closed.of(Bytes{8}).status == CertificateStatus::unknown);
  CHECK(closed.of(Bytes{3}).status == CertificateStatus::revoked);
}
