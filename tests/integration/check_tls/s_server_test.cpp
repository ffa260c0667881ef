// Rows of first answers on `openssl s_server` of OpenSSL 3.0, RSA key, library defaults: what
// chain-cases.md 5.2 wrote down, and seen failing where the server is set up wrongly.
#include <signal.h>

#include "harness/broker/broker.hpp"
#include "harness/probe/raw.hpp"
#include "tests/integration/check_tls/play.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {
namespace {

using reports::Verdict;

class SServer {
 public:
  explicit SServer(std::vector<std::string> more = {}) {
    const auto root = mint({.name = "root", .ca = true});
    const auto server =
        mint({.name = "server", .san = "DNS:localhost,IP:127.0.0.1", .key = "RSA"}, &root);
    directory_.write("server.pem", to_pem(server.certificate.get()));
    directory_.write("server.key", to_pem(server.key.get()));
    const auto port = broker::free_ports(1).value().front();
    std::vector<std::string> words{"openssl", "s_server",
                                   "-accept", "127.0.0.1:" + std::to_string(port),
                                   "-cert",   (directory_ / "server.pem").string(),
                                   "-key",    (directory_ / "server.key").string(),
                                   "-quiet"};
    words.insert(words.end(), more.begin(), more.end());
    program_ = std::make_unique<Program>(words, directory_.path());
    const Endpoint endpoint{.transport = Transport::tls, .host = "127.0.0.1", .port = port};
    bench_ = std::make_unique<LiveBench>(std::map<std::string, Endpoint>{{"one", endpoint}},
                                         check::Materials{});
    // Listens a moment after its start.
    const auto give_up = Clock::now() + std::chrono::seconds(10);
    while (!probe::RawConnection::open(endpoint, std::chrono::seconds(1))) {
      REQUIRE(Clock::now() < give_up);
    }
  }
  ~SServer() { program_->signal(SIGTERM); }
  LiveBench& bench() { return *bench_; }

 private:
  TempDirectory directory_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<LiveBench> bench_;
};

TEST_CASE("rows of first answers on s_server", "[check]") {
  SServer server;
  check_verdicts({{"tls-v13-preferred", Verdict::pass},
                  {"tls-v11-refused", Verdict::pass},
                  {"tls-v10-refused", Verdict::pass},
                  {"tls-ssl3-refused", Verdict::pass},
                  {"tls-ssl2-hello", Verdict::info},
                  {"tls-version-grease", Verdict::pass},
                  {"tls-record-version-odd", Verdict::pass},
                  {"tls-downgrade-sentinel", Verdict::pass},
                  {"tls-fallback-scsv", Verdict::pass},
                  {"tls12-suite-recommended", Verdict::pass},
                  {"tls12-suite-forbidden", Verdict::pass},
                  {"tls12-suite-static-rsa", Verdict::warn},  // OpenSSL's default list has them
                  {"tls12-suite-order", Verdict::warn},       // and follows the client
                  {"tls-group-x25519-p256", Verdict::pass},
                  {"tls13-group-none", Verdict::pass},
                  {"tls13-hybrid-group", Verdict::pass},
                  {"tls-hello-extension-order", Verdict::pass},
                  {"tls-unknown-extension-big", Verdict::info},
                  {"tls-hello-duplicate-extension", Verdict::pass},
                  {"tls12-hello-bare", Verdict::info},
                  {"tls12-ems", Verdict::pass},
                  {"tls12-reneg-info", Verdict::pass},
                  {"tls-compression-off", Verdict::pass},
                  {"tls13-compression-bad", Verdict::pass},
                  {"tls-max-fragment", Verdict::pass},
                  {"tls-record-size-limit", Verdict::info},
                  {"tls-record-empty-handshake", Verdict::warn},
                  {"tls-record-overflow", Verdict::pass},
                  {"tls-hello-oversize-claim", Verdict::pass}},
                 server.bench());
}

TEST_CASE("a server that speaks TLS 1.3 alone is skipped where TLS 1.2 is judged", "[check]") {
  SServer server({"-tls1_3"});
  check_verdicts({{"tls12-suite-forbidden", Verdict::skip},
                  {"tls12-ems", Verdict::skip},
                  {"tls-downgrade-sentinel", Verdict::skip},
                  {"tls-v11-refused", Verdict::pass},
                  {"tls-group-x25519-p256", Verdict::pass},
                  {"tls-version-grease", Verdict::pass}},
                 server.bench());
}

TEST_CASE("a server that takes everything is found out", "[check]") {
  SServer server({"-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-min_protocol", "TLSv1"});
  check_verdicts({{"tls-v11-refused", Verdict::fail},
                  {"tls-v10-refused", Verdict::fail},
                  {"tls12-suite-forbidden", Verdict::fail},
                  {"tls12-suite-static-rsa", Verdict::warn}},
                 server.bench());
}

TEST_CASE("a server that speaks TLS 1.2 alone is skipped where TLS 1.3 is judged", "[check]") {
  SServer server({"-tls1_2"});
  check_verdicts({{"tls-v13-preferred", Verdict::skip},
                  {"tls-fallback-scsv", Verdict::skip},
                  {"tls13-compression-bad", Verdict::skip},
                  {"tls12-ems", Verdict::pass}},
                 server.bench());
}

}  // namespace
}  // namespace handfast::test
