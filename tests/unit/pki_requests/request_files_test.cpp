#include "pki/requests/request_files.hpp"

#include "core/base/text.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/describe.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;
using test::TempFolder;

namespace {

NewRequest request_in(const TempFolder& folder, const std::string& base,
                      const std::vector<std::string>& names, std::string_view kind = "server") {
  return {.folder = folder.path(),
          .base_name = base,
          .names = parse_name_arguments(names).value(),
          .profile = profile(kind)};
}

void make_ca(const TempFolder& folder, const std::string& base,
             std::chrono::hours life = 24h * 90) {
  REQUIRE(write_self_signed(
      {request_in(folder, base, {"CN:lab CA"}, "ca"), Validity::lasting(life), test::noon}));
}

RequestToSign to_sign(const TempFolder& folder, const std::string& base, std::string_view kind) {
  return {.request = folder / base,
          .ca = folder / "ca",
          .profile = profile(kind),
          .copy = {CopyPart::san},
          .validity = Validity::lasting(24h * 30),
          .now = test::noon};
}

std::string refusal(const RequestToSign& options) {
  const auto report = sign_request_file(options);
  return report ? "accepted" : report.error().text();
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("csr makes a key and a request that belong together (S1-09 S4-54)", "[pki][S3-08]") {
  const TempFolder folder;
  const auto report =
      write_request(request_in(folder, "web", {"CN:web.test", "subjectAltName:10.0.0.1"})).value();
  CHECK(report.written == Words{(folder / "web.key").string(), (folder / "web.csr").string()});
  CHECK(test::mode_of(folder / "web.key") == 0600);
  const auto request = std::move(load_credentials(folder / "web.csr").value().front().request);
  REQUIRE(request);
  CHECK(check_possession(request.get()));
  const auto facts = describe(request.get());
  CHECK(facts.subject == "CN = web.test");
  CHECK(facts.extensions.names == Words{"DNS:web.test", "IP:10.0.0.1"});
  CHECK(facts.extensions.extended_key_usage == Words{"serverAuth"});
  const auto key = std::move(load_credentials(folder / "web.key").value().front().key);
  CHECK(EVP_PKEY_eq(key.get(), X509_REQ_get0_pubkey(request.get())) == 1);
}

TEST_CASE("a key that is there is never overwritten by a new request (S3-31)", "[pki]") {
  const TempFolder folder;
  REQUIRE(write_request(request_in(folder, "web", {"CN:web.test"})));
  const auto before = test::snapshot(folder.path());
  const auto again = write_request(request_in(folder, "web", {"CN:web.test"}));
  CHECK(again.error().text() == (folder / "web.key").string() +
                                    ": the file is there already and may be in use (take another "
                                    "base name, or move the file away)");
  CHECK(test::snapshot(folder.path()) == before);
  // Nor is a key made beside a request that is there.
  std::filesystem::rename(folder / "web.key", folder / "live.key");
  CHECK_FALSE(write_request(request_in(folder, "web", {"CN:web.test"})));
  CHECK_FALSE(std::filesystem::exists(folder / "web.key"));
  // With the old key the new request replaces the old one (S4-54).
  auto renewed = request_in(folder, "web", {"CN:new.test"});
  renewed.existing_key = folder / "live.key";
  REQUIRE(write_request(renewed));
  CHECK(describe(load_credentials(folder / "web.csr").value().front().request.get()).subject ==
        "CN = new.test");
}

TEST_CASE("selfsigned makes a CA in this process, and sign issues from a request (S3-11)",
          "[pki][S3-12][S3-15][S0-04]") {
  const TempFolder folder;
  make_ca(folder, "ca");
  REQUIRE(write_request(request_in(folder, "db", {"CN:db1.test", "subjectAltName:db2.test"})));
  const auto report = sign_request_file(to_sign(folder, "db", "server")).value();
  CHECK(report.written == Words{(folder / "db.crt").string()});
  CHECK(report.kept == Words{"digitalSignature", "serverAuth", "subjectAltName"});
  CHECK(report.dropped.empty());
  CHECK(report.added.empty());
  const auto leaf = test::certificate_in(folder / "db.crt");
  const auto ca = test::certificate_in(folder / "ca.crt");
  CHECK(X509_check_issued(ca.get(), leaf.get()) == X509_V_OK);
  CHECK(X509_verify(leaf.get(), X509_get0_pubkey(ca.get())) == 1);
  CHECK(describe(leaf.get()).extensions.names == Words{"DNS:db1.test", "DNS:db2.test"});
}

TEST_CASE("a client whose common name is a database role is issued from a request (S3-14 S3-13)",
          "[pki]") {
  const TempFolder folder;
  make_ca(folder, "ca");
  REQUIRE(write_request(request_in(folder, "role", {"CN:postgres"}, "client")));
  REQUIRE(sign_request_file(to_sign(folder, "role", "client")));
  const auto facts = describe(test::certificate_in(folder / "role.crt").get());
  CHECK(facts.subject == "CN = postgres");
  CHECK(facts.extensions.extended_key_usage == Words{"clientAuth"});
}

TEST_CASE("the CA's side decides about usages, and says what it dropped and added (S4-24 S4-28)",
          "[pki]") {
  const TempFolder folder;
  make_ca(folder, "ca");
  auto wishes = request_in(folder, "cm", {"CN:cm.test"}, "callmanager");
  wishes.key = KeyType::rsa2048;
  REQUIRE(write_request(wishes));

  auto options = to_sign(folder, "cm", "callmanager");
  options.copy = {CopyPart::san, CopyPart::usages};
  const auto faithful = sign_request_file(options).value();
  CHECK(faithful.dropped.empty());
  CHECK(usages_of(test::certificate_in(folder / "cm.crt").get())
            .key.has(KeyUsage::data_encipherment));

  options.profile = profile("client");
  options.copy = {};
  options.out = folder / "other.crt";
  const auto report = sign_request_file(options).value();
  CHECK(report.kept == Words{"digitalSignature", "clientAuth"});
  CHECK(report.dropped == Words{"dataEncipherment", "serverAuth", "subjectAltName"});
  CHECK(report.added.empty());
}

TEST_CASE("a request that asks for CA:TRUE does not get it from a leaf profile", "[pki]") {
  const TempFolder folder;
  make_ca(folder, "ca");
  REQUIRE(write_request(request_in(folder, "sub", {"CN:sub CA"}, "ca")));
  auto options = to_sign(folder, "sub", "server");
  options.copy = {CopyPart::san, CopyPart::usages};
  options.profile.allow = profile("server").usages;
  const auto report = sign_request_file(options).value();
  CHECK(report.dropped == Words{"keyCertSign", "cRLSign", "basicConstraints"});
  CHECK(X509_check_ca(test::certificate_in(folder / "sub.crt").get()) == 0);
}

TEST_CASE("whoever cannot sign is refused with the reason", "[pki]") {
  const TempFolder folder;
  make_ca(folder, "ca");
  make_ca(folder, "other");
  REQUIRE(write_request(request_in(folder, "web", {"CN:web.test"})));
  auto options = to_sign(folder, "web", "server");

  options.ca_key = folder / "other.key";
  CHECK(refusal(options) == (folder / "other.key").string() +
                                ": this key does not belong to the certificate " +
                                (folder / "ca.crt").string() + " (see handfast pki match)");
  options.ca_key.clear();
  options.now = test::noon + 24h * 100;
  CHECK(refusal(options).find(": the CA expired on 2026-08-30T12:00:00Z (renew it first)") !=
        std::string::npos);
  options.now = test::noon;
  options.validity = Validity::lasting(24h * 365);
  options.end_is_asked = true;
  CHECK(refusal(options) ==
        "the certificate would outlive its CA, which ends on 2026-08-30T12:00:00Z (ask for less, "
        "or renew the CA first)");
  options.end_is_asked = false;
  const auto cut = sign_request_file(options).value();
  CHECK(cut.notes == Words{"it ends on 2026-08-30T12:00:00Z with its CA"});
  CHECK(cut.not_after == "2026-08-30T12:00:00Z");
  CHECK(refusal(options).find("the file is there already") != std::string::npos);

  options.out = folder / "again.crt";
  options.ca = folder / "web.crt";
  CHECK(refusal(options).find("this certificate is not a CA's and may not sign") !=
        std::string::npos);
}

TEST_CASE("a request whose signature is not by its key is refused", "[pki]") {
  const TempFolder folder;
  make_ca(folder, "ca");
  REQUIRE(write_request(request_in(folder, "web", {"CN:web.test"})));
  const auto request = std::move(load_credentials(folder / "web.csr").value().front().request);
  const auto other = make_key(KeyType::p256).value();
  REQUIRE(X509_REQ_set_pubkey(request.get(), other.get()) == 1);
  test::spit(folder / "stolen.csr", request_pem(request.get()));
  CHECK(refusal(to_sign(folder, "stolen", "server"))
            .find("the request's signature is not by the key in it") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "stolen.crt"));
}

TEST_CASE("a self-signed server says that it encrypts only (S1-02 S1-04 S1-07 S4-01)", "[pki]") {
  const TempFolder folder;
  const auto report =
      write_self_signed({request_in(folder, "cam", {"CN:cam.test", "O:lab"}, "selfserver"),
                         Validity::lasting(24h * 365), test::noon})
          .value();
  CHECK(report.not_after == "2027-06-01T12:00:00Z");
  REQUIRE(report.notes.size() == 1);
  CHECK(report.notes[0].starts_with("self-signed: it encrypts, but proves nothing"));
  const auto facts = describe(test::certificate_in(folder / "cam.crt").get());
  CHECK(facts.self_issued);
  CHECK(facts.extensions.ca == false);
  CHECK(facts.extensions.names == Words{"DNS:cam.test"});
}
