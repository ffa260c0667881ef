// What we write, read by OpenSSL's program, by GnuTLS and by the JDK.
#include "tests/integration/pki_formats/workshop.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

const std::string all = "root.pem upper.pem lower.pem leaf.pem leaf.key";
const std::string begin_certificate = "-----BEGIN CERTIFICATE-----";

}  // namespace

TEST_CASE("OpenSSL, GnuTLS and Java open our PKCS#12 with key and chain (S0-16)", "[pki]") {
  const Workshop shop;
  CHECK(
      shop.pki("convert " + all + " --to p12 --out a.p12 --out-password file:pass --name broker") ==
      "a.p12: written, PKCS#12: 4 certificates and the private key\n");
  CHECK(mode_of(shop.folder / "a.p12") == 0600);

  const auto openssl = shop.other("openssl pkcs12 -in a.p12 -passin file:pass -nodes");
  CHECK(count_of(openssl, begin_certificate) == 4);
  CHECK(openssl.find("friendlyName: broker") != std::string::npos);
  CHECK(openssl.find("PRIVATE KEY-----") != std::string::npos);
  CHECK(shop.other("openssl pkcs12 -in a.p12 -passin file:pass -nocerts -nodes | openssl pkey "
                   "-pubout") == shop.other("openssl pkey -in leaf.key -pubout"));

  const auto gnutls =
      shop.other("certtool --p12-info --inder --infile a.p12 --password geheim 2>&1");
  CHECK(count_of(gnutls, begin_certificate) == 4);

  const auto java =
      shop.other("keytool -list -v -keystore a.p12 -storetype PKCS12 -storepass:file pass");
  CHECK(java.find("Alias name: broker") != std::string::npos);
  CHECK(java.find("Entry type: PrivateKeyEntry") != std::string::npos);
  CHECK(java.find("Certificate chain length: 4") != std::string::npos);
}

TEST_CASE("Java takes our trust store as trusted certificates", "[pki]") {
  const Workshop shop;
  shop.pki("convert root.pem upper.pem --to p12 --trust --out trust.p12 --out-password file:pass");
  const auto java =
      shop.other("keytool -list -keystore trust.p12 -storetype PKCS12 -storepass:file pass");
  CHECK(count_of(java, "trustedCertEntry") == 2);
  CHECK(java.find("root, ") != std::string::npos);
  const auto openssl = shop.other("openssl pkcs12 -in trust.p12 -passin file:pass -nokeys");
  CHECK(count_of(openssl, begin_certificate) == 2);
}

TEST_CASE("OpenSSL and GnuTLS read our PKCS#7 in PEM and DER (S4-08)", "[pki]") {
  const Workshop shop;
  const std::string certificates = "root.pem lower.pem leaf.pem upper.pem";
  shop.pki("convert " + certificates + " --to p7b --out a.p7b");
  shop.pki("convert " + certificates + " --to p7b --der --out a.p7d");
  const auto pem = shop.other("openssl pkcs7 -in a.p7b -print_certs");
  const auto der = shop.other("openssl pkcs7 -in a.p7d -inform DER -print_certs");
  CHECK(pem == der);
  CHECK(count_of(pem, begin_certificate) == 4);
  CHECK(pem.find("CN = localhost") < pem.find("CN = lower"));
  CHECK(shop.other("openssl crl2pkcs7 -nocrl -certfile leaf.pem -certfile lower.pem -certfile "
                   "upper.pem -certfile root.pem") == shop.read("a.p7b"));
  CHECK(shop.other("certtool --p7-info --infile a.p7b 2>&1").find("Number of certificates: 4\n") !=
        std::string::npos);
}

TEST_CASE("OpenSSL and GnuTLS read our keys, encrypted and not", "[pki]") {
  const Workshop shop;
  const auto expected = shop.other("openssl pkey -in leaf.key -pubout");
  shop.pki("convert leaf.key --to p8 --out plain.p8");
  shop.pki("convert leaf.key --to p8 --out locked.p8 --out-password file:pass");
  shop.pki("convert leaf.key --to p8 --der --out locked.der --out-password file:pass");
  shop.pki("convert leaf.key --to der --out plain.der");
  for (const std::string file : {"plain.p8", "locked.p8", "locked.der", "plain.der"}) {
    INFO(file);
    CHECK(mode_of(shop.folder / file) == 0600);
    CHECK(shop.other("openssl pkey -in " + file + " -passin file:pass -pubout") == expected);
  }
  CHECK(shop.other("certtool -k --pkcs8 --infile locked.p8 --password geheim 2>&1")
            .find("curve:\tSECP256R1") != std::string::npos);
  CHECK(run(shop.folder, "openssl pkey -in locked.p8 -passin pass:x -noout").exit_code != 0);
}

TEST_CASE("combined PEM serves as certificate file and as key file (S1-16)", "[pki]") {
  const Workshop shop;
  shop.pki(
      "convert leaf.pem --key leaf.key --chain root.pem upper.pem lower.pem --to combined "
      "--out site.pem");
  CHECK(mode_of(shop.folder / "site.pem") == 0600);
  CHECK(shop.read("site.pem") == shop.read("leaf.pem") + shop.read("lower.pem") +
                                     shop.read("upper.pem") + shop.read("leaf.key"));
  CHECK(shop.other("openssl x509 -in site.pem -noout -pubkey") ==
        shop.other("openssl pkey -in site.pem -pubout"));
}

TEST_CASE("a bundle verifies and is its blocks byte for byte (S3-27) (S3-28) (S3-29) (S1-12)",
          "[pki]") {
  const Workshop shop;
  CHECK(shop.pki("bundle root.pem leaf.pem upper.pem lower.pem --out chain.pem") ==
        "chain.pem: written, in this order:\n  CN = localhost\n  CN = lower\n  CN = upper\n  CN = "
        "root\n");
  const auto leaf = shop.read("leaf.pem");
  const auto authorities = shop.read("lower.pem") + shop.read("upper.pem") + shop.read("root.pem");
  CHECK(shop.read("chain.pem") == leaf + authorities);
  shop.pki("bundle upper.pem root.pem lower.pem --out ca.pem");
  CHECK(shop.read("ca.pem") == authorities);
  CHECK(mode_of(shop.folder / "ca.pem") == 0644);
  shop.pki("bundle upper.pem root.pem lower.pem leaf.pem --root none --out send.pem");
  CHECK(shop.read("send.pem") == leaf + shop.read("lower.pem") + shop.read("upper.pem"));
  CHECK(shop.pki("bundle lower.pem root.pem upper.pem --root first --out -") ==
        shop.read("root.pem") + shop.read("upper.pem") + shop.read("lower.pem"));
  shop.other("openssl verify -no_check_time -CAfile root.pem -untrusted send.pem leaf.pem");
  const auto order = shop.other(
      "certtool --certificate-info --infile chain.pem 2>&1 | grep "
      "Subject:");
  CHECK(order ==
        "\tSubject: CN=localhost\n\tSubject: CN=lower\n\tSubject: CN=upper\n\tSubject: CN=root\n");
}

TEST_CASE("OpenSSL finds issuers in our hash directory, whose links are its own (S1-19)", "[pki]") {
  const Workshop shop;
  const auto crl = lab::revocation_list(shop.chain.lower, {{7}}, {});
  spit(shop.folder / "lower.crl", crl_pem(crl.get()).value());
  shop.other(
      "mkdir ours theirs && cp root.pem upper.pem lower.pem lower.crl ours && cp ours/* "
      "theirs && openssl rehash theirs");
  CHECK(shop.pki("rehash ours").ends_with("4 linked, 0 removed, 0 unchanged\n"));
  const std::string list = " && find . -type l -printf '%f %l\\n' | sort";
  CHECK(shop.other("cd ours" + list) == shop.other("cd theirs" + list));
  shop.other("openssl verify -no_check_time -no-CAfile -no-CAstore -CApath ours leaf.pem");
  CHECK(shop.pki("rehash ours").ends_with("0 linked, 0 removed, 4 unchanged\n"));
  CHECK(shop.pki("rehash ours --output json").find("\"unchanged\": [") != std::string::npos);
}
