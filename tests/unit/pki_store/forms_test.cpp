// Layouts and forms: which files an apply leaves, and what is in them.
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <cstdlib>

#include "pki/mint/request.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::vector<std::string> files_below(const std::filesystem::path& home) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(home)) {
    if (entry.is_regular_file()) out.push_back(entry.path().lexically_relative(home).string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string lab(const std::string& defaults, const std::string& server) {
  return "handfast-pki: 1\ndefaults: {" + defaults +
         "}\nauthorities:\n  ca: {}\n  sub: {issuer: ca}\nidentities:\n  server: {issuer: sub, "
         "profile: server, cn: localhost" +
         server + "}\n";
}

}  // namespace

TEST_CASE("every layout has its names, and the second apply finds them", "[pki]") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> layouts{
      {"plain",
       {"ca.key", "ca.pem", "server-chain.pem", "server.key", "server.pem", "state.json", "sub.key",
        "sub.pem"}},
      {"emqx",
       {"ca-ca.key", "ca-cacert.pem", "server-cert.pem", "server-chain.pem", "server-key.pem",
        "state.json", "sub-ca.key", "sub-cacert.pem"}},
      {"letsencrypt",
       {"ca/cert.pem", "ca/privkey.pem", "server/cert.pem", "server/chain.pem",
        "server/fullchain.pem", "server/privkey.pem", "state.json", "sub/cert.pem",
        "sub/privkey.pem"}},
      {"k8s",
       {"ca/ca.crt", "ca/ca.key", "server/ca.crt", "server/tls.crt", "server/tls.key", "state.json",
        "sub/ca.crt", "sub/ca.key"}},
      {"combined",
       {"ca.crt", "ca.key", "server-chain.pem", "server.crt", "server.key", "server.pem",
        "state.json", "sub.crt", "sub.key"}},
      {"apache",
       {"ca.crt", "ca.key", "server-chain.crt", "server.crt", "server.csr", "server.key",
        "state.json", "sub.crt", "sub.key"}}};
  for (const auto& [layout, files] : layouts) {
    INFO(layout);
    const TempFolder home;
    const auto text = lab("layout: " + layout, "");
    REQUIRE(apply_text(text, home.path()));
    CHECK(files_below(home.path()) == files);
    const auto before = snapshot(home.path());
    CHECK(apply_text(text, home.path())->written.empty());
    CHECK(snapshot(home.path()) == before);
    CHECK(Pki::open(manifest_of(text), home.path())->identity("server").has_value());
  }
}

TEST_CASE("the four kinds of file are named .CSR .KEY .CRT .PEM (S1-15)", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(lab("layout: cisco", ""), home.path()));
  CHECK(files_below(home.path()) ==
        std::vector<std::string>{"ca.CRT", "ca.KEY", "server.CRT", "server.CSR", "server.KEY",
                                 "server.PEM", "state.json", "sub.CRT", "sub.KEY"});
  CHECK(slurp(home / "server.PEM") == slurp(home / "server.CRT") + slurp(home / "sub.CRT"));
  CHECK(slurp(home / "server.CSR").starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
}

TEST_CASE("the newer generation reads certificate, chain and key from one file (S1-16)", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(lab("layout: combined", ""), home.path()));
  CHECK(slurp(home / "server.pem") ==
        slurp(home / "server.crt") + slurp(home / "sub.crt") + slurp(home / "server.key"));
  CHECK(mode_of(home / "server.pem") == 0600);
}

TEST_CASE("a Kubernetes secret holds chain, key and root", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(lab("layout: k8s", ""), home.path()));
  CHECK(tls::parse_certificates(slurp(home / "server/tls.crt"), "tls.crt")->size() == 2);
  CHECK(slurp(home / "server/ca.crt") == slurp(home / "ca/ca.crt"));
  std::filesystem::remove(home / "server/tls.crt");
  const auto report = apply_text(lab("layout: k8s", ""), home.path()).value();
  CHECK(report.written == std::vector<std::string>{"server/tls.crt"});
}

TEST_CASE("a PKCS#12 file holds leaf, key and chain and is left alone while it fits", "[pki]") {
  ::setenv("HANDFAST_TEST_P12", "import me", 1);
  const TempFolder home;
  const auto text =
      lab("valid: 30d", ", write: [pem, p12, p7b, der, csr], password: 'env:HANDFAST_TEST_P12'");
  REQUIRE(apply_text(text, home.path()));
  const auto bytes = slurp(home / "server.p12");
  CHECK(mode_of(home / "server.p12") == 0600);
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const tls::OpensslPtr<PKCS12, PKCS12_free> store(
      d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size())));
  REQUIRE(store);
  EVP_PKEY* key = nullptr;
  X509* leaf = nullptr;
  STACK_OF(X509)* others = nullptr;
  REQUIRE(PKCS12_parse(store.get(), "import me", &key, &leaf, &others) == 1);
  CHECK(EVP_PKEY_eq(X509_get0_pubkey(leaf), key) == 1);
  CHECK(fingerprint(leaf) == state_of(home.path(), "server").certificate);
  CHECK(sk_X509_num(others) == 1);
  EVP_PKEY_free(key);
  X509_free(leaf);
  sk_X509_pop_free(others, X509_free);

  CHECK(slurp(home / "server.p7b").starts_with("-----BEGIN PKCS7-----\n"));
  const auto before = snapshot(home.path());
  CHECK(apply_text(text, home.path())->written.empty());
  CHECK(snapshot(home.path()) == before);

  // A renewal makes a new p12 and keeps the request: it says the same for the same key.
  ApplyOptions options{.home = home.path(), .key_owner = {}, .now = noon};
  options.renew = {"server"};
  const auto renewed = apply(manifest_of(text), options).value();
  CHECK(has(renewed.written, "server.p12"));
  CHECK(has(renewed.written, "server.der"));
  CHECK(has(renewed.unchanged, "server.csr"));
  ::unsetenv("HANDFAST_TEST_P12");
}

TEST_CASE("a request from outside is signed, and only the SAN is taken over", "[pki][S3-01]") {
  const TempFolder home;
  const auto key = make_key(KeyType::p384).value();
  RequestSpec asked;
  asked.subject.common_name = "outside.test";
  asked.names = {{AltNameKind::dns, "outside.test"}, {AltNameKind::dns, "more.test"}};
  asked.usages.key.add(KeyUsage::data_encipherment);
  const auto request = make_request(asked, key.get()).value();
  spit(home / "outside.csr", request_pem(request.get()));
  const auto text = lab("valid: 30d", "") + "  outside: {issuer: sub, profile: server, csr: " +
                    (home / "outside.csr").string() + "}\n";
  const auto report = apply_text(text, home / "pki").value();
  const auto made = certificate_in(home / "pki/outside.pem");
  CHECK(belongs_to(made.get(), key.get()));
  CHECK(name_text(X509_get_subject_name(made.get())) == "CN = outside.test");
  CHECK(X509_check_host(made.get(), "more.test", 0, 0, nullptr) == 1);
  CHECK_FALSE(usages_of(made.get()).key.has(KeyUsage::data_encipherment));
  CHECK(has(report.notes, "outside: its request asked for dataEncipherment, which it did not get"));
  CHECK_FALSE(std::filesystem::exists(home / "pki/outside.key"));
  CHECK(apply_text(text, home / "pki")->written.empty());

  // A new request in its place is a new certificate; a request that is gone changes nothing.
  asked.subject.common_name = "other.test";
  spit(home / "outside.csr", request_pem(make_request(asked, key.get())->get()));
  CHECK(changes_of(apply_text(text, home / "pki").value()) ==
        std::vector<std::string>{"outside: reissue: the manifest changed"});
  std::filesystem::remove(home / "outside.csr");
  CHECK(apply_text(text, home / "pki")->written.empty());
}

TEST_CASE("a folder of anchors loses those that are trusted no longer (S1-19)", "[pki]") {
  const TempFolder home;
  const auto both = lab("valid: 30d", "") + "bundles:\n  dir: {of: [ca, sub], form: rehash}\n";
  REQUIRE(apply_text(both, home.path()));
  const auto hash = [&](const std::string& file) {
    int good = 0;
    const auto certificate = certificate_in(home / file);
    const auto value =
        X509_NAME_hash_ex(X509_get_subject_name(certificate.get()), nullptr, nullptr, &good);
    std::string digits(8, '0');
    for (std::size_t i = 0; i < 8; ++i)
      digits[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15];
    return "dir/" + digits + ".0";
  };
  CHECK(slurp(home / hash("ca.pem")) == slurp(home / "ca.pem"));
  CHECK(slurp(home / hash("sub.pem")) == slurp(home / "sub.pem"));
  CHECK(apply_text(both, home.path())->written.empty());
  spit(home / "dir/README", "kept");
  REQUIRE(apply_text(replaced(both, "[ca, sub]", "[ca]"), home.path()));
  CHECK_FALSE(std::filesystem::exists(home / hash("sub.pem")));
  CHECK(std::filesystem::exists(home / "dir/README"));
  CHECK(slurp(home / ("archive/" + hash("sub.pem"))) == slurp(home / "sub.pem"));
}

TEST_CASE("modes of files are the manifest's (S1-18)", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(lab("files: {key: \"0640\", cert: \"0444\"}", ""), home.path()));
  CHECK(mode_of(home / "server.key") == 0640);
  CHECK(mode_of(home / "server.pem") == 0444);
}
