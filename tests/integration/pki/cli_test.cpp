// The command line of `handfast pki`, compared with what OpenSSL's program says about the same
// files.
#include <pwd.h>

#include <nlohmann/json.hpp>

#include "tests/integration/pki/command.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

void init_and_apply(const TempFolder& folder) {
  REQUIRE(pki_cli(folder, "init").exit_code == 0);
  REQUIRE(pki_cli(folder, "apply").exit_code == 0);
}

std::string lower_hex(std::string text) {
  std::string out;
  for (const char c : text.substr(text.find('=') + 1)) {
    if (c != ':' && c != '\n')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

}  // namespace

TEST_CASE("init, apply, apply again", "[pki][S0-04][S4-53]") {
  const TempFolder folder;
  const auto init = pki_cli(folder, "init");
  CHECK(init.exit_code == 0);
  CHECK(init.out == "pki.yaml: written; apply it with: handfast pki apply pki.yaml\n");
  const auto dry = pki_cli(folder, "apply --dry-run");
  CHECK(dry.exit_code == 0);
  CHECK(dry.out.ends_with("would write state.json\n22 to write, 0 unchanged\n"));
  CHECK_FALSE(std::filesystem::exists(folder / "pki"));
  const auto first = pki_cli(folder, "apply");
  CHECK(first.exit_code == 0);
  CHECK(first.err.empty());
  CHECK(first.out.ends_with("written state.json\n22 written, 0 unchanged\n"));
  const auto before = snapshot(folder / "pki");
  const auto second = pki_cli(folder, "apply pki.yaml");
  CHECK(second.out.ends_with("\n0 written, 22 unchanged\n"));
  CHECK(snapshot(folder / "pki") == before);
}

TEST_CASE("mistakes end with one line that helps and the right exit code", "[pki]") {
  const TempFolder folder;
  const auto expect = [&](const std::string& arguments, int code, const std::string& err) {
    const auto done = pki_cli(folder, arguments);
    INFO(arguments);
    CHECK(done.exit_code == code);
    CHECK(done.out.empty());
    CHECK(done.err == "handfast pki: " + err + "\n");
  };
  expect("apply", 3, "pki.yaml: cannot read the file: No such file or directory");
  expect("init --preset emqx", 2,
         "there is no preset \"emqx\" (one of: emqx-two-tier, emqx-single, cms-db, cucm, "
         "milestone, camtrace)");
  spit(folder / "pki.yaml", "handfast-pki: 1\nauthorities: {root: {}}\nidentitys: {}\n");
  expect("apply", 2, "pki.yaml:3:1: unknown key \"identitys\" (did you mean \"identities\"?)");
  expect("init", 3,
         "pki.yaml: cannot create the file: File exists (it is never overwritten; move it away "
         "first)");
  expect("inspect none.pem", 3, "none.pem: cannot read the file: No such file or directory");
  expect("inspect pki.yaml", 3,
         "pki.yaml: no certificate, certificate request or key found (expected PEM (-----BEGIN "
         "...) or DER)");
  expect("verify pki.yaml pki.yaml --at noon", 2,
         "--at: \"noon\" is no time (write for example 2026-01-31 or 2026-01-31T12:00:00Z, always "
         "UTC)");
}

TEST_CASE("inspect says of a certificate what OpenSSL says", "[pki][S2-07][S3-20]") {
  const TempFolder folder;
  init_and_apply(folder);
  const auto shown = pki_cli(folder, "inspect pki/server-chain.pem pki/server.key");
  CHECK(shown.exit_code == 0);
  const auto serial = run(folder, "openssl x509 -noout -serial -in pki/server.pem").out;
  const auto digest =
      run(folder, "openssl x509 -noout -fingerprint -sha256 -in pki/server.pem").out;
  CHECK(shown.out.find("  serial      " + lower_hex(serial) + "\n") != std::string::npos);
  CHECK(shown.out.find("  SHA-256     " + lower_hex(digest) + "\n") != std::string::npos);
  CHECK(shown.out.find("certificate: C = CN, O = handfast lab, CN = handfast second CA\n") !=
        std::string::npos);
  CHECK(shown.out.ends_with("pki/server.key\nprivate key: P-256\n"));

  const auto subject = run(folder, "openssl x509 -noout -subject -in pki/server.pem").out;
  const auto json = pki_cli(folder, "inspect --output json pki/server.pem").out;
  CHECK(json.find("\"subject\": \"" + subject.substr(8, subject.size() - 9) + "\"") !=
        std::string::npos);
}

TEST_CASE("DER files and requests made by OpenSSL are understood", "[pki][S3-01][S4-14][S4-16]") {
  const TempFolder folder;
  init_and_apply(folder);
  require_success(folder, "openssl x509 -in pki/client.pem -outform DER -out client.der");
  require_success(folder, "openssl pkey -in pki/client.key -outform DER -out client-key.der");
  require_success(folder,
                  "openssl req -new -key pki/client.key -subj '/CN=asked' -addext "
                  "'subjectAltName=DNS:a.test,IP:10.0.0.1' -out client.csr");
  const auto shown = pki_cli(folder, "inspect client.der client.csr");
  CHECK(shown.exit_code == 0);
  CHECK(shown.out.find("certificate request: CN = asked\n") != std::string::npos);
  CHECK(shown.out.find("  names       DNS:a.test, IP:10.0.0.1\n") != std::string::npos);
  CHECK(pki_cli(folder, "match client.der client-key.der client.csr").exit_code == 0);
}

TEST_CASE("match answers with its exit code", "[pki][S3-21][S1-10]") {
  const TempFolder folder;
  init_and_apply(folder);
  const auto good = pki_cli(folder, "match pki/server-chain.pem pki/server.key");
  CHECK(good.exit_code == 0);
  CHECK(good.out ==
        "pki/server-chain.pem (certificate) and pki/server.key (private key) belong together\n");
  CHECK(pki_cli(folder, "match pki/server.pem pki/client.key").exit_code == 1);
  CHECK(pki_cli(folder, "match pki/server.pem").exit_code == 2);
  require_success(folder,
                  "openssl pkey -in pki/server.key -aes256 -passout pass:x -out locked.key");
  const auto locked = pki_cli(folder, "match pki/server.pem locked.key");
  CHECK(locked.exit_code == 3);
  CHECK(locked.err ==
        "handfast pki: locked.key: the private key is encrypted "
        "(give its passphrase: --password env:NAME, file:PATH or fd:N)\n");
}

TEST_CASE("verify comes to OpenSSL's verdict over the whole trust matrix", "[pki][S2-13][S3-22]") {
  const TempFolder folder;
  init_and_apply(folder);
  for (const std::string trust : {"root-cacert", "second-cacert", "cacert", "rogue"}) {
    for (const bool chain : {false, true}) {
      for (const std::string partial : {"", " partial"}) {
        INFO(trust << (chain ? " chain" : " leaf") << partial);
        const auto ours =
            pki_cli(folder, std::string("verify --purpose server --host localhost pki/server") +
                                (chain ? "-chain.pem" : ".pem") + " pki/" + trust + ".pem" +
                                (partial.empty() ? "" : " --partial"));
        const auto theirs =
            run(folder,
                "openssl verify -no-CApath -no-CAstore -purpose sslserver -verify_hostname "
                "localhost -CAfile pki/" +
                    trust + ".pem" + (chain ? " -untrusted pki/server-chain.pem" : "") +
                    (partial.empty() ? "" : " -partial_chain") + " pki/server.pem");
        CHECK((ours.exit_code == 0) == (theirs.exit_code == 0));
        CHECK(ours.exit_code <= 1);
        if (ours.exit_code == 0) continue;
        // OpenSSL: "error 20 at 0 depth lookup: ..."; ours: "(20, ...) at depth 0".
        const auto at = theirs.err.find("error ");
        REQUIRE(at != std::string::npos);
        const auto code = theirs.err.substr(at + 6, theirs.err.find(' ', at + 6) - at - 6);
        CHECK(ours.out.find("(" + code + ", ") != std::string::npos);
      }
    }
  }
}

TEST_CASE("verify can look at another day", "[pki][S0-20]") {
  const TempFolder folder;
  init_and_apply(folder);
  const auto late = pki_cli(folder, "verify pki/server-chain.pem pki/cacert.pem --at 2200-01-01");
  CHECK(late.exit_code == 1);
  CHECK(late.out.find("(10, cert_has_expired)") != std::string::npos);
}

TEST_CASE("several applies at once leave one whole PKI", "[pki]") {
  const TempFolder folder;
  REQUIRE(pki_cli(folder, "init").exit_code == 0);
  const auto apply = std::string("'") + PKI_CLI + "' pki apply";
  const auto racing = run(folder, apply + " & " + apply + " & " + apply + " & wait");
  CHECK(racing.out.find("22 written, 0 unchanged") != std::string::npos);
  CHECK(pki_cli(folder, "apply").out.ends_with("\n0 written, 22 unchanged\n"));
  require_success(
      folder, "openssl verify -x509_strict -CAfile pki/cacert.pem pki/server.pem pki/client.pem");
}

TEST_CASE("the server's key can be read by the broker's user and by nobody else",
          "[pki][S0-19][S1-18]") {
  const TempFolder folder;
  REQUIRE(pki_cli(folder, "init").exit_code == 0);
  if (::getuid() != 0) {
    const auto refused = pki_cli(folder, "apply --key-owner nobody");
    CHECK(refused.exit_code == 3);
    CHECK(refused.err.find("(run as root, or leave the key owner out)") != std::string::npos);
    return;
  }
  const auto closed = pki_cli(folder, "apply --key-owner nobody");
  CHECK(closed.exit_code == 3);
  CHECK(closed.err == "handfast pki: " + folder.path().string() +
                          ": the user \"nobody\" cannot reach the key of "
                          "\"server\" (open the folder (chmod o+x), or choose another home)\n");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  REQUIRE(pki_cli(folder, "apply --key-owner nobody").exit_code == 0);
  CHECK(mode_of(folder / "pki/server.key") == 0600);
  const auto as_nobody = [&](const std::string& file) {
    return run(folder, "setpriv --reuid nobody --clear-groups cat pki/" + file).exit_code;
  };
  CHECK(as_nobody("server.key") == 0);
  CHECK(as_nobody("client.key") != 0);
  CHECK(as_nobody("root-ca.key") != 0);
  const auto before = snapshot(folder / "pki");
  CHECK(pki_cli(folder, "apply --key-owner nobody").out.ends_with("\n0 written, 22 unchanged\n"));
  CHECK(snapshot(folder / "pki") == before);
}

TEST_CASE("verbs that write files say so as JSON too", "[pki]") {
  const TempFolder folder;
  CHECK(nlohmann::json::parse(pki_cli(folder, "init --output json").out)["written"][0] ==
        "pki.yaml");
  REQUIRE(pki_cli(folder, "selfsigned ca CN:lab").exit_code == 0);
  const auto bundle = nlohmann::json::parse(
      pki_cli(folder, "bundle ca.crt --root last --out all.pem --output json").out);
  CHECK(bundle["written"][0] == "all.pem");
  CHECK(bundle["order"][0] == "CN = lab");
  const auto converted = nlohmann::json::parse(
      pki_cli(folder, "convert ca.crt --to der --out ca.der --output json").out);
  CHECK(converted["written"][0] == "ca.der");
  CHECK(std::filesystem::exists(folder / "ca.der"));
}
