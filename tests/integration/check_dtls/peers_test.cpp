// Rows of DTLS against servers of other hands: GnuTLS and OpenSSL in libcoap's example server, and
// Erlang/OTP. What each of them does was looked at once (docs/conformance/dtls.md) and is held
// here.
#include <map>

#include "tests/integration/check_dtls/lab.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

using reports::Verdict;

/// The core set but what floods: each row costs a second or some.
const std::vector<std::string>& core_rows() {
  static const std::vector<std::string> rows{
      "dtls12-handshake", "dtls-cookie-wrong",        "dtls-cookie-other-port",
      "dtls-loss-each",   "dtls-flight-fragments",    "dtls-final-flight-lost",
      "dtls-bad-mac",     "dtls-new-hello-same-port", "dtls-mtls-matrix"};
  return rows;
}

void check_all(const std::vector<std::string>& ids, const check::Context& context,
               const std::map<std::string, Verdict>& but = {}) {
  for (const auto& id : ids) {
    const auto result = play(id, context);
    INFO(told(result));
    const auto other = but.find(id);
    CHECK(result.verdict == (other == but.end() ? Verdict::pass : other->second));
  }
}

}  // namespace

TEST_CASE("GnuTLS in coap-server passes the core rows of DTLS but one", "[dtls]") {
  const auto one = coap_server("gnutls", false);
  const auto two = coap_server("gnutls", true);
  const auto context = dtls_context(
      {dtls_listener("dtls", one->endpoint()), dtls_listener("dtls-mtls", two->endpoint())},
      "coap");
  // The example server allows expired certificates.
  check_all(core_rows(), context, {{"dtls-mtls-matrix", Verdict::fail}});
  check_all({"dtls-server-chain", "dtls-cookie-asked"}, context);
  // Its priorities still hold DTLS 1.0.
  check_all({"dtls10-refused"}, context, {{"dtls10-refused", Verdict::fail}});
  // Its cookie is good for any hello.
  check_all({"dtls-cookie-changed-hello"}, context, {{"dtls-cookie-changed-hello", Verdict::warn}});
}

TEST_CASE("A pre-shared key is judged at coap-server", "[dtls]") {
  const auto server = coap_server_psk();
  check_all({"dtls-psk"}, dtls_context({dtls_listener("dtls-psk", server->endpoint())}, "coap"));
}

TEST_CASE("OpenSSL in coap-server sends its leaf alone, and the row says so", "[dtls]") {
  const auto server = coap_server("openssl", false);
  const auto context = dtls_context({dtls_listener("dtls", server->endpoint())}, "coap");
  const auto result = play("dtls-server-chain", context);
  INFO(told(result));
  CHECK(result.verdict == Verdict::warn);
  CHECK_THAT(result.observed, Catch::Matchers::Contains("the leaf alone"));
  check_all({"dtls12-handshake", "dtls-cookie-wrong", "dtls-bad-mac"}, context);
}

TEST_CASE("Erlang does not bear a lost last flight, a bad MAC and a new hello", "[dtls]") {
  // dtls-loss-each would wait for the last flight, too, and tell the same minutes later.
  auto rows = core_rows();
  std::erase(rows, "dtls-loss-each");
  const auto one = erlang_echo(false);
  const auto two = erlang_echo(true);
  const auto context = dtls_context(
      {dtls_listener("dtls", one->endpoint()), dtls_listener("dtls-mtls", two->endpoint())},
      "echo");
  check_all(rows, context,
            {{"dtls-final-flight-lost", Verdict::fail},
             {"dtls-bad-mac", Verdict::warn},
             {"dtls-new-hello-same-port", Verdict::warn}});
}

TEST_CASE("A server that never answers makes rows of DTLS inconclusive", "[dtls]") {
  const DatagramPeer silent;
  const auto context = dtls_context({dtls_listener("dtls", silent.endpoint())}, "coap");
  const auto result = play("dtls-bad-mac", context);
  INFO(told(result));
  CHECK(result.verdict == Verdict::inconclusive);
}

}  // namespace handfast::test
