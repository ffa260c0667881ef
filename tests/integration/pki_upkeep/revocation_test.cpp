// Revocation from end to end: the verb, the CRL, the responder, and OpenSSL as the one who asks.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/integration/pki_upkeep/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

/// A port that nobody listens on now.
std::string free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(fd);
  return std::to_string(ntohs(address.sin_port));
}

/// `pki serve` in the background, stopped by its pid.
class Serving {
 public:
  explicit Serving(const VerbLab& lab, const std::string& arguments = {}) : lab_(lab) {
    const auto line = "cd '" + lab.folder.path().string() + "' && { '" + PKI_CLI + "' pki serve " +
                      arguments + " >serve.out 2>serve.err & echo $! >serve.pid; }";
    REQUIRE(std::system(line.c_str()) == 0);
    for (int i = 0; i < 200; ++i) {
      if (contains(slurp(lab.folder / "serve.err"), "/ocsp\n")) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL("serve did not start: " << slurp(lab.folder / "serve.err"));
  }
  ~Serving() { signal("TERM"); }
  void signal(const std::string& name) const {
    run(lab_.folder, "kill -" + name + " $(cat serve.pid)");
  }

 private:
  const VerbLab& lab_;
};

std::string ocsp(const VerbLab& lab, const std::string& file, const std::string& options = {}) {
  return run(lab.folder, "openssl ocsp -issuer pki/second.pem -cert " + file +
                             " -url $(openssl x509 -noout "
                             "-ocsp_uri -in pki/server.pem) -CAfile pki/cacert.pem " +
                             options + " 2>&1")
      .out;
}

}  // namespace

TEST_CASE("revoke writes the CRL that OpenSSL obeys, unhold takes a hold back (S4-65)", "[pki]") {
  const VerbLab lab;
  const auto check = [&] {
    return run(lab.folder,
               "cat pki/cacert.pem pki/second-crl.pem >all.pem; openssl verify "
               "-crl_check -CAfile all.pem pki/client.pem")
        .exit_code;
  };
  // apply wrote the first one.
  CHECK(contains(lab.require("crl second"), "second-crl.pem: CRL number 1, 0 entries, until "));
  CHECK(check() == 0);
  const auto held = lab.require("revoke client --hold");
  CHECK(held.starts_with("client@1: on hold\nsecond-crl.pem: CRL number 2, 1 entry, until "));
  CHECK(check() != 0);
  CHECK(lab.require("unhold client").starts_with("client@1: no longer on hold\n"));
  CHECK(check() == 0);
  CHECK(contains(lab.require("revoke client devices:3-5 --reason keyCompromise"),
                 "3 members of devices:3-5: revoked (keyCompromise)\n"));
  CHECK(check() != 0);
  CHECK(contains(run(lab.folder, "openssl crl -in pki/second-crl.pem -noout -text").out,
                 "Key Compromise"));
  require_success(lab.folder, "openssl crl -inform DER -in pki/second-crl.der -noout");
  // Still fresh, and nothing new.
  CHECK(contains(lab.require("crl second"), "(unchanged)"));
  CHECK(contains(lab.require("renew client"), "generation 2"));
  CHECK(check() == 0);
}

TEST_CASE("mistakes of revocation end with one line and change nothing", "[pki]") {
  const VerbLab lab;
  lab.require("crl second");
  lab.refuse("revoke", 2, "say what to revoke (a name, or --expired)");
  lab.refuse("revoke client sever", 2, "there is no entry \"sever\" (did you mean \"server\"?)");
  lab.refuse("revoke client --hold --reason superseded", 2,
             "--hold is a reason of its own (leave one out)");
  lab.refuse("revoke root", 2,
             "\"root\" signed itself: nobody can revoke it (take it out of the bundles that trust "
             "it)");
  lab.refuse("unhold client", 2, "\"client\" is not on hold");
  lab.refuse("crl secnd", 2, "there is no authority \"secnd\" (did you mean \"second\"?)");
  lab.refuse("crl", 2,
             "say which CRL to make (an authority of the manifest, or --ca, --key and --out)");
}

TEST_CASE("serve answers for a home, and again after SIGHUP", "[pki]") {
  const VerbLab lab(free_port());
  lab.require("revoke server --reason superseded");
  const Serving serving(lab);
  CHECK(contains(ocsp(lab, "pki/server.pem"), "pki/server.pem: revoked"));
  CHECK(contains(ocsp(lab, "pki/client.pem"), "pki/client.pem: good"));
  CHECK(contains(ocsp(lab, "pki/client.pem"), "Response verify OK"));
  lab.require("revoke client --hold");
  serving.signal("HUP");
  for (int i = 0; i < 100 && !contains(slurp(lab.folder / "serve.err"), "read again"); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(contains(ocsp(lab, "pki/client.pem"), "Reason: certificateHold"));
}

TEST_CASE("a designated responder is accepted by those who trust it explicitly (S4-61)", "[pki]") {
  const VerbLab lab(free_port());
  const Serving serving(lab, "--ocsp-signer lone");
  CHECK_FALSE(contains(ocsp(lab, "pki/client.pem"), "Response verify OK"));
  const auto trusted = ocsp(lab, "pki/client.pem", "-VAfile pki/lone.pem");
  CHECK(contains(trusted, "Response verify OK"));
  CHECK(contains(trusted, "pki/client.pem: good"));
}

TEST_CASE("an answer to staple is made from the home", "[pki]") {
  const VerbLab lab;
  CHECK(contains(lab.require("ocsp second --for server --out staple.der"), "good"));
  const auto read = run(lab.folder,
                        "openssl ocsp -respin staple.der -issuer pki/second.pem -cert "
                        "pki/server.pem -CAfile pki/cacert.pem 2>&1");
  CHECK(contains(read.out, "pki/server.pem: good"));
  CHECK(lab.pki("ocsp second --for lone --out x.der").exit_code == 2);
  CHECK_FALSE(std::filesystem::exists(lab.folder / "x.der"));
}
