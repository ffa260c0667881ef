// `handfast pki verify` and `lint` as a user calls them.
#include <chrono>

#include "pki/mint/key.hpp"
#include "tests/integration/pki/command.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// ca, and a server "web" and a client "dev" below it.
void make_lab(const TempFolder& folder) {
  for (const auto* line : {"selfsigned ca CN:lab", "csr web CN:web.test subjectAltName:127.0.0.1",
                           "sign web ca --valid 30d", "csr dev CN:dev --profile client",
                           "sign dev ca --profile client --valid 30d"}) {
    const auto done = pki_cli(folder, line);
    INFO(line << "\n" << done.err);
    REQUIRE(done.exit_code == 0);
  }
}

}  // namespace

TEST_CASE("verify says who accepts, and why not (S3-22 S0-15)", "[pki]") {
  const TempFolder folder;
  make_lab(folder);
  const auto good = pki_cli(folder, "verify web.crt ca.crt --host web.test --purpose server");
  CHECK(good.exit_code == 0);
  CHECK(good.out.starts_with("web.crt: accepted\n"));
  CHECK(pki_cli(folder, "verify web.crt ca.crt --host 127.0.0.1").exit_code == 0);
  const auto wrong = pki_cli(folder, "verify web.crt ca.crt --host other.test");
  CHECK(wrong.exit_code == 1);
  CHECK(wrong.out.starts_with("web.crt: refused: hostname mismatch (62, hostname_mismatch)"));
  const auto late = pki_cli(folder, "verify web.crt ca.crt --at 2046-01-01");
  CHECK(late.exit_code == 1);
  CHECK(late.out.find("cert_has_expired") != std::string::npos);
}

TEST_CASE("verify --as predicts for each broker's stack", "[pki]") {
  const TempFolder folder;
  make_lab(folder);
  const auto done = pki_cli(folder, "verify web.crt ca.crt --purpose client --as openssl,otp");
  CHECK(done.exit_code == 1);
  CHECK(done.out.find("openssl: refuses with unsupported_certificate") != std::string::npos);
  CHECK(done.out.find("otp: refuses with handshake_failure") != std::string::npos);
  const auto good = pki_cli(folder, "verify dev.crt ca.crt --purpose client --as mosquitto,otp");
  CHECK(good.exit_code == 0);
  CHECK(good.out == "mosquitto: accepts\notp: accepts\n");
  const auto unknown = pki_cli(folder, "verify dev.crt ca.crt --as mosquito");
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err ==
        "handfast pki: --as: unknown verifier \"mosquito\" (did you mean \"mosquitto\"?)\n");
}

TEST_CASE("verify looks at a CRL that OpenSSL made, and at its date", "[pki]") {
  const TempFolder folder;
  make_lab(folder);
  spit(folder / "ca.cnf",
       "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n"
       "default_crl_days=1\n");
  spit(folder / "index.txt", "");
  spit(folder / "number", "01\n");
  require_success(folder,
                  "openssl ca -config ca.cnf -keyfile ca.key -cert ca.crt -gencrl -out none.crl");
  require_success(folder, "openssl ca -config ca.cnf -keyfile ca.key -cert ca.crt -revoke dev.crt");
  require_success(folder,
                  "openssl ca -config ca.cnf -keyfile ca.key -cert ca.crt -gencrl -out one.crl");
  CHECK(pki_cli(folder, "verify dev.crt ca.crt --crl none.crl").exit_code == 0);
  const auto revoked = pki_cli(folder, "verify dev.crt ca.crt --crl one.crl");
  CHECK(revoked.exit_code == 1);
  CHECK(revoked.out.find("(23, cert_revoked)") != std::string::npos);
  CHECK(pki_cli(folder, "verify web.crt ca.crt --crl one.crl").exit_code == 0);
  const auto nothing = pki_cli(folder, "verify web.crt ca.crt --crl web.crt");
  CHECK(nothing.exit_code == 3);
  CHECK(nothing.err == "handfast pki: web.crt: the file holds no CRL\n");
}

TEST_CASE("lint says what is wrong and exits with 1 on errors only", "[pki]") {
  const TempFolder folder;
  make_lab(folder);
  const auto good = pki_cli(folder, "lint web.crt web.key ca.crt --host web.test");
  INFO(good.out);
  CHECK(good.out.ends_with("0 errors, 1 warning, 0 notes\n"));  // it expires in 30 days
  CHECK(good.exit_code == 0);
  const auto missing = pki_cli(folder, "lint web.crt ca.crt --host other.test");
  CHECK(missing.exit_code == 1);
  CHECK(missing.out.find("error    pki.name-missing  web.crt") != std::string::npos);
  std::filesystem::permissions(folder / "web.key", std::filesystem::perms(0644));
  const auto open = pki_cli(folder, "lint web.key --output json");
  CHECK(open.exit_code == 1);
  CHECK(open.out.find("\"rule\": \"pki.key-mode\"") != std::string::npos);
  CHECK(pki_cli(folder, "lint --rules").out.find("pki.aki-absent") != std::string::npos);
}
