#include "harness/responder/serve.hpp"

#include "pki/mint/validity.hpp"
#include "pki/revocation/crl.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/revocation_lab.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::responder;
using handfast::test::pem_of;
using handfast::test::revocation_lab;

namespace {

const WallTime noon = pki::parse_time("2026-06-01T12:00:00Z").value();

struct Folder {
  handfast::test::TempDirectory files;
  std::string ca = files.write("ca.pem", pem_of(revocation_lab().root.certificate.get()));
  std::string key = files.write("ca.key", pem_of(revocation_lab().root.key.get()), 0600);
  std::string other_key =
      files.write("other.key", pem_of(revocation_lab().other_root.key.get()), 0600);
};

Bytes get(Site& site, const std::string& path) {
  return site.answer({"GET", path, "", {}}, noon).body;
}

}  // namespace

TEST_CASE("a site is filled from PEM and DER files and serves DER", "[responder]") {
  const Folder folder;
  const auto& root = revocation_lab().root;
  const auto crl = pki::make_crl({.this_update = noon}, root.certificate.get(), root.key.get());
  const std::string der(as_text(*crl));
  ServeFiles files;
  files.crls = {{"/a.crl", folder.files.write("a.pem", pki::crl_pem(*crl))},
                {"/b.crl", folder.files.write("b.crl", der)},
                {"/broken.crl", folder.files.write("c.crl", der.substr(0, 50))}};
  files.stale_crls = {{"/a.crl", folder.files.write("old.crl", "0123")}};
  files.certificates = {{"/ca.cer", folder.ca}};
  files.ocsp = {{"/ocsp", {{.ca = folder.ca, .key = folder.key}}, {}}};
  Site site;
  REQUIRE(fill_site(site, files, noon));
  CHECK(get(site, "/a.crl") == *crl);
  CHECK(get(site, "/b.crl") == *crl);
  CHECK(get(site, "/broken.crl") == Bytes(crl->begin(), crl->begin() + 50));
  CHECK(get(site, "/ca.cer").size() > 300);
  CHECK(get(site, "/ocsp/AAAA") == Bytes{0x30, 0x03, 0x0a, 0x01, 0x01});  // malformedRequest
  site.set_faults({.stale = true});
  CHECK(get(site, "/a.crl") == Bytes{'0', '1', '2', '3'});
}

TEST_CASE("what cannot be served is told before anything changes", "[responder]") {
  const Folder folder;
  Site site;
  const auto refusal = [&](const ServeFiles& files) {
    const auto filled = fill_site(site, files, noon);
    CHECK(site.answer({"GET", "/a.crl", "", {}}, noon).status == 404);
    return filled ? std::string("filled") : filled.error().text();
  };
  const auto crl = folder.files.write("a.crl", "0123").string();
  CHECK(refusal({.crls = {{"/a.crl", crl}, {"/b.crl", "none.crl"}}}) ==
        "none.crl: cannot read the file: No such file or directory");
  CHECK(refusal({.crls = {{"/a.crl", crl}}, .stale_crls = {{"/b.crl", crl}}}) ==
        "no CRL is served at /b.crl, so none can be stale there");
  CHECK(refusal({.crls = {{"/a.crl", crl}},
                 .ocsp = {{"/ocsp", {{.ca = folder.ca, .key = folder.other_key}}, {}}}}) ==
        folder.other_key + ": the key does not belong to the certificate " + folder.ca +
            " (see handfast pki match)");
  CHECK(refusal({.crls = {{"/a.crl", crl}}, .ocsp = {{"/ocsp", {{.ca = folder.ca}}, {}}}}) ==
        "nobody can sign: neither the CA's key nor a signer is given");
  CHECK(refusal({.ocsp = {{"/ocsp", {{.ca = folder.ca, .signer = folder.ca}}, {}}}}) ==
        "an OCSP signer needs both its certificate and its key");
}

TEST_CASE("PATH=FILE is taken apart at the first equals sign", "[responder]") {
  const auto place = parse_path_file("/a.crl=x=y.crl", "--crl").value();
  CHECK(place.path == "/a.crl");
  CHECK(place.file == "x=y.crl");
  CHECK(parse_path_file("/a.crl", "--crl").error().text() ==
        "--crl wants PATH=FILE, not \"/a.crl\" (for example /second.crl=pki/second.crl)");
  CHECK(parse_path_file("=x", "--crl").has_error());
  CHECK(parse_path_file("/x=", "--crl").has_error());
}

TEST_CASE("counts and accesses are printed for people", "[responder]") {
  CHECK(counts_text({.connections = 2,
                     .requests = 3,
                     .by_kind = {{"crl", 2}, {"not-found", 1}},
                     .by_path = {{"/a.crl", 2}}}) ==
        "3 requests on 2 connections\n"
        "  crl          2\n"
        "  not-found    1\n"
        "  /a.crl       2\n");
  CHECK(access_text({noon, "POST", "/ocsp", "ocsp-post", 200, 842, "0a: good"}) ==
        "2026-06-01T12:00:00Z POST /ocsp 200, 842 octets (0a: good)");
  CHECK(access_text({noon, "GET", "/a.crl", "crl", 0, 10, ""}) ==
        "2026-06-01T12:00:00Z GET /a.crl no answer");
}
