// Names and modes of files.
#include "pki/manifest/manifest.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

std::string problem_of(const std::string& text) {
  auto manifest = parse_manifest("handfast-pki: 1\n" + text, "lab.yaml");
  return manifest ? "no problem" : manifest.error().text();
}

}  // namespace

TEST_CASE("a twin has its files beside those of the first in every layout", "[pki]") {
  for (const auto& [layout, certificate] :
       std::vector<std::pair<std::string, std::string>>{{"plain", "a-p384.pem"},
                                                        {"emqx", "a-cert-p384.pem"},
                                                        {"letsencrypt", "a-p384/cert.pem"},
                                                        {"k8s", "a-p384/tls.crt"},
                                                        {"combined", "a-p384.crt"},
                                                        {"cisco", "a-p384.CRT"},
                                                        {"apache", "a-p384.crt"}}) {
    INFO(layout);
    const auto manifest = test::manifest_of(
        "handfast-pki: 1\ndefaults: {layout: " + layout +
        "}\nauthorities: {root: {}}\nidentities: {a: {issuer: root, twin: p384}}\n");
    CHECK(manifest.identity("a-p384")->files.certificate == certificate);
  }
}

TEST_CASE("modes are octal numbers in quotes that leave keys closed", "[pki]") {
  const auto modes = [](const std::string& files) {
    return problem_of("defaults: {files: " + files + "}\nauthorities: {root: {}}\n");
  };
  CHECK(modes("{key: \"0640\", cert: \"0444\", owner: null}") == "no problem");
  CHECK(modes("{key: 0600}") ==
        "lab.yaml:2:25: \"key\" must be an octal mode in quotes (for example \"0600\")");
  CHECK(modes("{key: \"0644\"}") ==
        "lab.yaml:2:25: the mode 0644 does not fit \"key\" (keys at most \"0640\", certificates at "
        "most \"0644\", both readable by their owner)");
  CHECK(modes("{cert: \"0666\"}").find("does not fit \"cert\"") != std::string::npos);
  CHECK(modes("{key: \"9600\"}").find("octal mode") != std::string::npos);
}

TEST_CASE("no two entries share a file or a folder", "[pki]") {
  CHECK(problem_of("authorities: {root: {}}\nidentities: {a: {issuer: root, write: [csr], file: "
                   "{csr: a.pem}}}\n") ==
        "lab.yaml:3:14: \"a\" would write the file \"a.pem\" twice (give them different names)");
  CHECK(problem_of("defaults: {layout: k8s}\nauthorities: {root: {}}\nbundles: {dir: {of: [root], "
                   "form: rehash, file: root}}\n") ==
        "lab.yaml:4:11: \"root\" is a folder of \"root\" and a file of \"dir\" (give one of them "
        "another file)");
  CHECK(problem_of("authorities: {root: {}}\nbundles: {archive: {of: [root], form: rehash}}\n")
            .find("would share the file \"archive\"") != std::string::npos);
}

TEST_CASE("a request's path is relative to the manifest's folder", "[pki]") {
  const test::TempFolder folder;
  test::spit(folder / "lab.yaml",
             "handfast-pki: 1\nauthorities: {root: {}}\nidentities: {a: {issuer: root, csr: "
             "inbox/a.csr}}\n");
  const auto manifest = load_manifest(folder / "lab.yaml").value();
  CHECK(manifest.identity("a")->request == folder / "inbox/a.csr");
  CHECK(manifest.identity("a")->files.key.empty());
}
