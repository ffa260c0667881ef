// Rules about bundles, keys and CRLs, and the two outputs.
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/unit/pki_lint/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;
using namespace std::chrono_literals;

namespace {

using Ids = std::set<std::string>;
using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;

const LintLab& lab() {
  static const LintLab out;
  return out;
}

Ids ids(const std::vector<LintFile>& files, const LintOptions& options = lab().options) {
  Ids out;
  for (const auto& finding : lint(files, options)) out.insert(std::string(finding.rule->id));
  return out;
}

struct CrlOptions {
  std::chrono::hours from{-1};
  std::chrono::hours until{24};
  std::string url;  ///< of the issuing distribution point; empty: none
  bool number = true;
  EVP_PKEY* key = nullptr;
};

/// A CRL of `lab().second`.
CrlPtr crl(const CrlOptions& options = {}) {
  CrlPtr out(X509_CRL_new());
  const auto time = [](std::chrono::hours offset) {
    return tls::OpensslPtr<ASN1_TIME, ASN1_TIME_free>(
        ASN1_TIME_set(nullptr, std::chrono::system_clock::to_time_t(noon + offset)));
  };
  X509_CRL_set_version(out.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(out.get(), X509_get_subject_name(lab().second.certificate.get()));
  X509_CRL_set1_lastUpdate(out.get(), time(options.from).get());
  X509_CRL_set1_nextUpdate(out.get(), time(options.until).get());
  if (options.number) {
    const tls::OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free> number(ASN1_INTEGER_new());
    ASN1_INTEGER_set(number.get(), 1);
    X509_CRL_add1_ext_i2d(out.get(), NID_crl_number, number.get(), 0, 0);
  }
  if (!options.url.empty()) {
    const tls::OpensslPtr<X509_EXTENSION, X509_EXTENSION_free> point(
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_issuing_distribution_point,
                            ("critical,fullname:URI:" + options.url).c_str()));
    X509_CRL_add_ext(out.get(), point.get(), -1);
  }
  auto* key = options.key != nullptr ? options.key : lab().second.key.get();
  REQUIRE(X509_CRL_sign(out.get(), key, EVP_sha256()) > 0);
  return out;
}

Ids about_crl(const CrlOptions& options) {
  static const auto leaf = [] {
    auto spec = LintLab::server_spec();
    spec.publication.crl_urls = {"http://127.0.0.1/a.crl"};
    return lab().leaf(spec);
  }();
  const auto made = crl(options);
  return ids({{.certificates = {leaf.get(), lab().second.certificate.get()}},
              {.certificates = {lab().root.certificate.get()}},
              {.name = "a.crl", .crls = {made.get()}}});
}

}  // namespace

TEST_CASE("lint: the order of a chain, and what is in it", "[pki]") {
  const auto leaf = lab().leaf();
  auto* second = lab().second.certificate.get();
  auto* root = lab().root.certificate.get();
  CHECK(ids({{.certificates = {leaf.get(), second, root}}}) == Ids{"pki.bundle-root-in-chain"});
  CHECK(ids({{.certificates = {leaf.get(), root, second}}}) == Ids{"pki.bundle-order"});
  CHECK(ids({{.certificates = {leaf.get(), second, second}}, {.certificates = {root}}}) ==
        Ids{"pki.bundle-order", "pki.bundle-duplicate"});
  CHECK(ids({{.certificates = {root, second}}}) == Ids{});  // a trust bundle has no order to obey
}

TEST_CASE("lint: the bytes at a bundle's end (S3-28)", "[pki]") {
  auto* root = lab().root.certificate.get();
  const auto pem = certificate_pem(root);
  const auto with = [&](const std::string& bytes) {
    return ids({{.bytes = bytes, .certificates = {root}}});
  };
  CHECK(with(pem) == Ids{});
  CHECK(with(pem + "\n") == Ids{"pki.bundle-newline"});
  CHECK(with(pem.substr(0, pem.size() - 1)) == Ids{"pki.bundle-newline"});
  CHECK(with("\r\n" + pem) == Ids{"pki.bundle-newline"});
}

TEST_CASE("lint: a private key that others can read, or the broker cannot (S0-19 S1-18)", "[pki]") {
  const auto key = [](mode_t mode, std::optional<uid_t> user) {
    auto options = lab().options;
    options.key_user = user;
    return ids({{.name = "a.key", .key = lab().key.get(), .mode = mode, .owner = uid_t{100}}},
               options);
  };
  CHECK(key(0600, {}) == Ids{});
  CHECK(key(0640, {}) == Ids{"pki.key-mode"});
  CHECK(key(0604, {}) == Ids{"pki.key-mode"});
  CHECK(key(0600, uid_t{100}) == Ids{});
  CHECK(key(0600, uid_t{101}) == Ids{"pki.key-owner"});
}

TEST_CASE("lint: key and certificate in one file have to belong together", "[pki]") {
  const auto leaf = lab().leaf();
  auto* second = lab().second.certificate.get();
  const LintFile trust{.certificates = {lab().root.certificate.get()}};
  CHECK(ids({{.certificates = {leaf.get(), second}, .key = lab().key.get()}, trust}) == Ids{});
  CHECK(ids({{.certificates = {leaf.get(), second}, .key = lab().root.key.get()}, trust}) ==
        Ids{"pki.key-mismatch"});
}

TEST_CASE("lint: CRLs", "[pki]") {
  const std::string url = "http://127.0.0.1/a.crl";
  CHECK(about_crl({.url = url}) == Ids{});
  CHECK(about_crl({}) == Ids{"pki.crl-no-idp"});
  CHECK(about_crl({.url = "http://127.0.0.1/b.crl"}) == Ids{"pki.cdp-mismatch"});
  CHECK(about_crl({.from = -48h, .until = -24h, .url = url}) == Ids{"pki.crl-stale"});
  CHECK(about_crl({.from = 24h, .until = 48h, .url = url}) == Ids{"pki.crl-not-yet-valid"});
  CHECK(about_crl({.url = url, .number = false}) == Ids{"pki.crl-no-number"});
  CHECK(about_crl({.url = url, .key = lab().root.key.get()}) == Ids{"pki.crl-signature"});
}

TEST_CASE("lint prints a line for each finding, errors first, and JSON with stable names",
          "[pki]") {
  auto spec = LintLab::server_spec();
  spec.period = {noon - 48h, noon - 24h};
  const auto leaf = issue(spec, lab().key.get(), {}).value();
  const auto findings = lint({{.name = "a.pem", .certificates = {leaf.get()}}}, lab().options);
  CHECK(lint_text(findings) ==
        "error    pki.expired  a.pem  CN = broker.test: it expired on 2026-05-31T12:00:00Z "
        "[RFC 5280 4.1.2.5]\n"
        "warning  pki.self-signed-leaf  a.pem  CN = broker.test: it signs itself: it encrypts, but "
        "proves nothing to peers without this very file [S1-07]\n"
        "1 error, 1 warning, 0 notes\n");
  CHECK_FALSE(lint_passes(findings));
  const auto json = nlohmann::json::parse(lint_json(findings));
  CHECK(json["errors"] == 1);
  CHECK(json["findings"][1]["rule"] == "pki.self-signed-leaf");
  CHECK(json["findings"][1]["severity"] == "warning");
}

TEST_CASE("the rules have distinct ids in order, a sentence and a source", "[pki]") {
  const auto& rules = lint_rules();
  CHECK(rules.size() >= 55);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    CHECK(rules[i].id.starts_with("pki."));
    CHECK_FALSE(rules[i].what.empty());
    CHECK_FALSE(rules[i].source.empty());
    if (i > 0) CHECK(rules[i - 1].id < rules[i].id);
  }
}
