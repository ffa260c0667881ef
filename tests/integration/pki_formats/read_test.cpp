// What OpenSSL's program, GnuTLS and the JDK write, read by us.
#include "tests/integration/pki_formats/workshop.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// Four certificates and the key of the leaf, whatever the order.
void check_store(const Workshop& shop, const std::string& file, int certificates) {
  INFO(file);
  const auto shown = shop.pki("inspect --password file:pass " + file);
  INFO(shown);
  CHECK(shown.find("format: PKCS#12\n") != std::string::npos);
  CHECK(count_of(shown, "certificate: ") == certificates);
  CHECK(count_of(shown, "private key: P-256\n") == 1);
  CHECK(shop.pki("match --password file:pass leaf.pem " + file) ==
        "leaf.pem (certificate) and " + file + " (private key) belong together\n");
}

}  // namespace

TEST_CASE("PKCS#12 files of OpenSSL are read, new and old ciphers (S1-20)", "[pki]") {
  const Workshop shop;
  shop.other("cat root.pem upper.pem lower.pem > chain.pem");
  const std::string make =
      "openssl pkcs12 -export -in leaf.pem -inkey leaf.key -certfile chain.pem -passout file:pass ";
  shop.other(make + "-out aes.p12");
  shop.other(make + "-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 -out des.p12");
  shop.other(make + "-nomac -out nomac.p12");
  shop.other(make + "-certpbe NONE -keypbe NONE -out bare.p12");
  for (const std::string file : {"aes.p12", "des.p12", "nomac.p12", "bare.p12"}) {
    check_store(shop, file, 4);
  }
  shop.other(make + "-legacy -out rc2.p12");
  shop.refuses("inspect --password file:pass rc2.p12", 3,
               "rc2.p12: the PKCS#12 file is encrypted with pbeWithSHA1And40BitRC2-CBC with 2048 "
               "rounds, which this OpenSSL does not offer (encrypt it again with AES (openssl "
               "pkcs12 -legacy reads the old ciphers))");
}

TEST_CASE("PKCS#12 files of GnuTLS and Java are read", "[pki]") {
  const Workshop shop;
  shop.other("cat root.pem upper.pem lower.pem > chain.pem && cat leaf.pem chain.pem > all.pem");
  shop.other(
      "certtool --to-p12 --load-privkey leaf.key --load-certificate all.pem --p12-name x "
      "--password geheim --outder --outfile gnutls.p12");
  check_store(shop, "gnutls.p12", 4);
  shop.pki("convert all.pem --key leaf.key --to p12 --out ours.p12 --out-password file:pass");
  shop.other(
      "keytool -importkeystore -srckeystore ours.p12 -srcstorepass:file pass -destkeystore "
      "java.p12 -deststoretype PKCS12 -deststorepass:file pass -noprompt 2>&1");
  check_store(shop, "java.p12", 4);
  shop.other(
      "keytool -importcert -alias anchor -file root.pem -keystore trust.p12 -storetype "
      "PKCS12 -storepass:file pass -noprompt 2>&1");
  const auto trust = shop.pki("inspect --password file:pass trust.p12");
  CHECK(trust.find("  trust       anchor for Java (trustedKeyUsage)\n") != std::string::npos);
  CHECK(trust.find("  alias       anchor\n") != std::string::npos);
}

TEST_CASE("keys of OpenSSL and GnuTLS are read in every wrapping", "[pki]") {
  const Workshop shop;
  shop.other("openssl pkcs8 -topk8 -in leaf.key -passout file:pass -v2 aes-128-cbc -out a.key");
  shop.other("openssl pkcs8 -topk8 -in leaf.key -passout file:pass -scrypt -out b.key");
  shop.other("openssl ec -in leaf.key -aes256 -passout file:pass -out c.key 2>&1");
  shop.other(
      "openssl pkcs8 -topk8 -in leaf.key -passout file:pass -v1 PBE-SHA1-3DES -outform DER "
      "-out d.key");
  shop.other(
      "certtool --load-privkey leaf.key --to-p8 --pkcs-cipher aes-256 --password geheim "
      "--outfile e.key 2>&1");
  shop.other("openssl ec -in leaf.key -out f.key 2>&1");
  for (const std::string file : {"a.key", "b.key", "c.key", "d.key", "e.key", "f.key"}) {
    INFO(file);
    CHECK(
        shop.pki("match --password file:pass leaf.pem leaf.csr " + file).find("belong together") !=
        std::string::npos);
    if (file == "f.key") continue;
    CHECK(shop.pki("inspect " + file).find("encrypted private key\n  encrypted   ") !=
          std::string::npos);
  }
}

TEST_CASE("PKCS#7, CRLs and OCSP responses of OpenSSL are read (S4-08)", "[pki]") {
  const Workshop shop;
  shop.other(
      "openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile lower.pem -outform DER -out "
      "a.p7b");
  CHECK(count_of(shop.pki("inspect a.p7b"), "certificate: ") == 2);
  shop.other(
      "touch index.txt && printf "
      "'[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\ndefault_md=sha256"
      "\\ndefault_crl_days=3\\ncrlnumber=number\\n' > ca.cnf && echo 11 > number");
  spit(shop.folder / "lower.key", shop.chain.lower.key_pem());
  shop.other(
      "openssl ca -config ca.cnf -gencrl -cert lower.pem -keyfile lower.key -out a.crl 2>&1");
  const auto crl = shop.pki("inspect a.crl");
  CHECK(crl.find("CRL: CN = lower\n") != std::string::npos);
  CHECK(crl.find("  extension   cRLNumber: 17\n") != std::string::npos);
  CHECK(crl.find("  revoked     0\n") != std::string::npos);
  shop.other(
      "openssl ocsp -index index.txt -rsigner lower.pem -rkey lower.key -CA lower.pem "
      "-issuer lower.pem -serial 0x77 -respout a.ocsp -noverify 2>&1");
  CHECK(shop.pki("inspect a.ocsp").find("  answer      77 is unknown, as of ") !=
        std::string::npos);
}

TEST_CASE("inspect and OpenSSL agree about dates, serial and digests (S1-06) (S2-07) (S3-20)",
          "[pki]") {
  const Workshop shop;
  const auto ours = shop.pki("inspect --output json leaf.pem");
  const auto plain = [](std::string text) {
    std::string out;
    for (const char c : text.substr(text.find('=') + 1)) {
      if (c != ':' && c != '\n') {
        out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      }
    }
    return out;
  };
  const auto field = [&](const std::string& name, const std::string& value) {
    INFO(name << " " << value << "\n" << ours);
    CHECK(ours.find("\"" + name + "\": \"" + value + "\"") != std::string::npos);
  };
  const std::string x509 = "openssl x509 -in leaf.pem -noout ";
  field("sha1", plain(shop.other(x509 + "-fingerprint -sha1")));
  field("sha256", plain(shop.other(x509 + "-fingerprint -sha256")));
  field("serial", plain(shop.other(x509 + "-serial")));
  field("not_before", "2026-06-01T11:00:00Z");
  field("key_sha256",
        plain(shop.other(x509 + "-pubkey | openssl pkey -pubin -outform DER | openssl "
                                "dgst -sha256 -r | cut -d' ' -f1")));
  CHECK(shop.other(x509 + "-startdate") == "notBefore=Jun  1 11:00:00 2026 GMT\n");
}
