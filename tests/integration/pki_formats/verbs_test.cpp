// The verbs on files: standard input, passphrases, and keys that are never overwritten or printed.
#include "tests/integration/pki_formats/workshop.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("text pasted into standard input is imported, mail and all (S1-11)", "[pki]") {
  const Workshop shop;
  const auto paste = "(echo 'Dear customer,'; sed 's/^/> /;s/$/\\r/' leaf.pem; echo Regards) | ";
  const auto cli = std::string("'") + PKI_CLI + "' pki ";
  CHECK(shop.other(paste + cli + "inspect -")
            .starts_with("standard input\ncertificate: CN = localhost\n"));
  CHECK(shop.other(paste + cli + "convert - --to pem --out pasted.pem") ==
        "pasted.pem: written, PEM: 1 object\n");
  CHECK(shop.read("pasted.pem") == shop.read("leaf.pem"));
}

TEST_CASE("DER and PEM are told apart by the file itself (S4-14) (S1-20)", "[pki]") {
  const Workshop shop;
  shop.pki("convert leaf.pem --to der --out leaf.cer");
  CHECK(shop.other("openssl x509 -in leaf.cer -inform DER") == shop.read("leaf.pem"));
  shop.pki("convert leaf.cer --to pem --out back.pem");
  CHECK(shop.read("back.pem") == shop.read("leaf.pem"));
  shop.pki("convert leaf.csr --to der --out csr.der");
  CHECK(shop.other("openssl req -in csr.der -inform DER") == shop.read("leaf.csr"));
  CHECK(shop.pki("match leaf.cer csr.der leaf.key").find("belong together") != std::string::npos);
}

TEST_CASE("a certificate is shown as PEM to take it away (S4-32)", "[pki]") {
  const Workshop shop;
  CHECK(shop.pki("show leaf.pem --pem") == shop.other("openssl x509 -in leaf.pem"));
  CHECK(shop.pki("show --base64 leaf.pem") ==
        shop.other("openssl x509 -in leaf.pem -outform DER | base64 -w0") + "\n");
  shop.other("cat leaf.key leaf.pem > both.pem");
  CHECK(shop.pki("show both.pem") == shop.read("leaf.pem"));
  shop.refuses("show leaf.key", 2,
               "there are only private keys, and those are not shown (convert them into a file: "
               "handfast pki convert KEY --to p8 --out FILE)");
}

TEST_CASE("a request is shown as PEM to hand it in (S4-55) (S4-16)", "[pki]") {
  const Workshop shop;
  CHECK(shop.pki("show leaf.csr") == shop.other("openssl req -in leaf.csr"));
  CHECK(shop.pki("inspect leaf.csr").find("certificate request: CN = x\n") != std::string::npos);
}

TEST_CASE("match answers in words, in JSON and by its exit code (S0-03) (S1-10) (S3-21)", "[pki]") {
  const Workshop shop;
  CHECK(shop.pki("match leaf.pem leaf.key leaf.csr --output json") ==
        "{\n  \"matches\": true,\n  \"sentence\": \"leaf.pem (certificate) and leaf.key (private "
        "key) and leaf.csr (certificate request) belong together\"\n}\n");
  const auto differ = pki_cli(shop.folder, "match lower.pem leaf.key");
  CHECK(differ.exit_code == 1);
  CHECK(differ.out ==
        "lower.pem (certificate) and leaf.key (private key) do not belong together: their public "
        "keys differ\n");
  CHECK(pki_cli(shop.folder, "match lower.pem leaf.csr").exit_code == 1);
}

TEST_CASE("a private key is never overwritten and never printed", "[pki]") {
  const Workshop shop;
  const auto key = shop.read("leaf.key");
  shop.refuses(
      "convert leaf.pem --to pem --out leaf.key", 3,
      "leaf.key: the file there holds a private key (it is never overwritten; move it away "
      "first)");
  shop.refuses(
      "bundle leaf.pem --out leaf.key", 3,
      "leaf.key: the file there holds a private key (it is never overwritten; move it away "
      "first)");
  shop.refuses("convert leaf.key --to p8 --out leaf.key", 3,
               "leaf.key: cannot create the file: File exists (it is never overwritten; move it "
               "away first)");
  CHECK(shop.read("leaf.key") == key);
  shop.refuses("convert leaf.key --to pem --out -", 2,
               "a private key is not printed (give --out a file)");
}

TEST_CASE("passphrase mistakes are one clear error each", "[pki]") {
  const Workshop shop;
  shop.pki("convert leaf.key --to p8 --out locked.key --out-password file:pass");
  spit(shop.folder / "other", "falsch\n");
  shop.refuses(
      "match leaf.pem locked.key --password file:other", 3,
      "locked.key: the passphrase does not open the private key (check which passphrase it "
      "was written with)");
  shop.refuses(
      "match leaf.pem locked.key", 3,
      "locked.key: the private key is encrypted (give its passphrase: --password env:NAME, "
      "file:PATH or fd:N)");
  shop.refuses("match leaf.pem locked.key --password geheim", 2,
               "--password: a passphrase is never part of the command line (say where it is: "
               "env:NAME, file:PATH or fd:N)");
  shop.refuses("convert lower.pem --key leaf.key --to p12 --out a.p12 --out-password file:pass", 3,
               "lower.pem: certificate and private key do not belong together (compare them with: "
               "handfast pki match CERT KEY)");
  CHECK_FALSE(std::filesystem::exists(shop.folder / "a.p12"));
  const auto cli = std::string("'") + PKI_CLI + "' pki ";
  shop.other("P=geheim " + cli + "match leaf.pem locked.key --password env:P");
  shop.other(cli + "match leaf.pem locked.key locked.key --password fd:3 3<pass");
}

TEST_CASE("words that no format or place has get a suggestion", "[pki]") {
  const Workshop shop;
  shop.refuses("convert leaf.pem --to pfx --out x", 2,
               "--to: there is no format \"pfx\" (one of: pem, der, p8, p12, p7b, combined)");
  shop.refuses("bundle leaf.pem --root lest --out x", 2,
               "--root: there is no place \"lest\" for the root (did you mean \"last\"?)");
}
