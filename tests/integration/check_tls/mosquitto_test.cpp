// Group C on a real mosquitto 2.0.11 with OpenSSL 3.0 and an ECDSA key: what came of each row, and
// rows seen failing on listeners that are not what their name says.
#include "harness/check/profiles.hpp"
#include "tests/integration/check_tls/play.hpp"
#include "tests/support/emqx_lab.hpp"

namespace handfast::test {
namespace {

using check::Level;
using reports::Verdict;

/// A broker with one plain, one one-way and one two-way listener.
class MosquittoBench {
 public:
  MosquittoBench() : materials_(check::Materials::from_pki(lab_.pki()).value()) {
    const auto client = *materials_.identity("client");
    materials_.identities.emplace(check::good_client_fixture, client);
    broker_ = lab_.start({listener("tcp"), listener("tls"), listener("tls-two-way")});
  }

  /// A bench whose profiles are these listeners.
  LiveBench bench(const std::string& plain = "tcp", const std::string& one = "tls",
                  const std::string& mtls = "tls-two-way") const {
    LiveBench bench({{"plain", broker_->find(plain)->endpoint},
                     {"one", broker_->find(one)->endpoint},
                     {"mtls", broker_->find(mtls)->endpoint}},
                    materials_);
    bench.pid_of_server = broker_->pid();
    return bench;
  }

 private:
  broker::ListenerSettings listener(const std::string& kind) const {
    broker::ListenerSettings settings;
    settings.name = kind;
    settings.kind = parse_listener(kind).value();
    if (kind == "tcp") return settings;
    settings.certificate = materials_.identity("server")->chain;
    settings.key = materials_.identity("server")->key;
    if (settings.kind.two_way) settings.trust = materials_.trust("root")->file;
    return settings;
  }

  EmqxLab lab_;
  check::Materials materials_;
  std::unique_ptr<broker::Broker> broker_;
};

TEST_CASE("versions and parameters on mosquitto", "[check]") {
  MosquittoBench lab;
  auto bench = lab.bench();
  check_verdicts({{"tls-v12", Verdict::pass},
                  {"tls-v13", Verdict::pass},
                  {"tls-v13-preferred", Verdict::pass},
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
                  {"tls12-suite-static-rsa", Verdict::skip},  // the key is ECDSA
                  {"tls12-suite-order", Verdict::pass},
                  {"tls13-suites", Verdict::pass},
                  {"tls-group-x25519-p256", Verdict::pass},
                  {"tls13-hrr", Verdict::pass},
                  {"tls13-group-none", Verdict::pass},
                  {"tls13-hybrid-group", Verdict::pass},
                  {"tls-grease", Verdict::pass},
                  {"tls-hello-extension-order", Verdict::pass},
                  {"tls-unknown-extension-big", Verdict::info},
                  {"tls-hello-duplicate-extension", Verdict::pass},
                  {"tls12-hello-bare", Verdict::skip},
                  {"tls12-ems", Verdict::pass},
                  {"tls-alpn-mqtt", Verdict::info},  // ignored
                  {"tls-alpn-foreign", Verdict::info},
                  {"tls-alpn-mixed", Verdict::pass},
                  {"tls-alpn-absent", Verdict::pass},
                  {"tls-compression-off", Verdict::pass},
                  {"tls13-compression-bad", Verdict::pass},
                  {"tls-max-fragment", Verdict::pass},  // honoured
                  {"tls-record-size-limit", Verdict::info}},
                 bench);
}

TEST_CASE("sessions and messages behind the handshake on mosquitto", "[check]") {
  MosquittoBench lab;
  auto bench = lab.bench();
  check_verdicts({{"tls12-resume", Verdict::info},
                  {"tls13-resume", Verdict::info},
                  {"tls-ticket-lifetime", Verdict::pass},
                  {"tls-ticket-tampered", Verdict::pass},
                  {"tls13-binder-bad", Verdict::pass},
                  {"tls-resume-mtls", Verdict::pass},
                  {"tls-resume-cross-listener", Verdict::pass},
                  {"tls13-early-data-limit", Verdict::pass},
                  {"tls13-early-data-sent", Verdict::pass},
                  {"tls12-reneg-info", Verdict::pass},
                  {"tls12-reneg-client", Verdict::pass},
                  {"tls12-reneg-flood", Verdict::pass},
                  {"tls13-hello-after-handshake", Verdict::pass},
                  {"tls13-keyupdate", Verdict::pass},
                  {"tls13-keyupdate-requested", Verdict::pass},
                  {"tls13-keyupdate-bad-value", Verdict::pass},
                  {"tls13-keyupdate-early", Verdict::pass},
                  {"tls13-keyupdate-flood", Verdict::pass},
                  {"tls13-no-unrequested-auth", Verdict::pass}},
                 bench);
}

TEST_CASE("records, noise and closing on mosquitto", "[check]") {
  MosquittoBench lab;
  auto bench = lab.bench();
  check_verdicts({{"tls-hello-tcp-dribble", Verdict::pass},
                  {"tls-hello-record-split", Verdict::pass},
                  {"tls-hello-record-1byte", Verdict::pass},
                  {"tls-clientflight-split", Verdict::pass},
                  {"tls-record-empty-handshake", Verdict::info},
                  {"tls-record-empty-appdata", Verdict::pass},
                  {"tls-record-max", Verdict::pass},
                  {"tls-record-overflow", Verdict::pass},
                  {"tls13-record-padding", Verdict::pass},
                  {"tls-record-bad-mac", Verdict::pass},
                  {"tls-appdata-before-finished", Verdict::pass},
                  {"tls13-ccs-middlebox", Verdict::pass},
                  {"tls13-ccs-bad", Verdict::warn},  // 47 for the value
                  {"tls-hello-oversize-claim", Verdict::pass},
                  {"tls-mqtt-byte-records", Verdict::pass},
                  {"tls-mqtt-many-per-record", Verdict::pass},
                  {"tls-mqtt-spans-records", Verdict::pass},
                  {"tls-mqtt-with-finished", Verdict::pass},
                  {"tls-slow-but-honest", Verdict::pass},
                  {"tls-plain-mqtt", Verdict::warn},  // RST without alert
                  {"tls-http-noise", Verdict::pass},
                  {"tls-on-plain-port", Verdict::pass},
                  {"tls-probe-storm", Verdict::pass},
                  {"tls-abort-everywhere", Verdict::pass},
                  {"tls-close-after-disconnect", Verdict::pass},
                  {"tls-close-notify-only", Verdict::pass},
                  {"tls-truncation", Verdict::pass},
                  {"tls-truncated-publish", Verdict::pass},
                  {"tls-data-after-close-notify", Verdict::pass},
                  {"tls-refusal-readable", Verdict::pass}},
                 bench);
}

TEST_CASE("mosquitto serves beside connections that never finish", "[check]") {
  MosquittoBench lab;
  auto bench = lab.bench();
  // Latency and processor time of a shared machine may warn.
  for (const std::string id : {"tls-halfopen-pressure", "tls-dribble-pressure"}) {
    const auto played = play(id, bench, Level::must);
    INFO(played.story);
    const auto verdict = played.judgement.verdict;
    CHECK((verdict == Verdict::pass || verdict == Verdict::warn));
  }
}

TEST_CASE("a two-way listener that asks for no certificate fails the crossing", "[check]") {
  MosquittoBench lab;
  auto bench = lab.bench("tcp", "tls", "tls");
  const auto played = play("tls-resume-cross-listener", bench, Level::must);
  INFO(played.story);
  CHECK(played.judgement.verdict == Verdict::fail);
  CHECK(played.judgement.reason == "TLS 1.3: accepted where a rejection is expected");
}

TEST_CASE("a TLS port that speaks plain MQTT, and the reverse, are found out", "[check]") {
  MosquittoBench lab;
  auto bench = lab.bench("tls", "tcp");
  check_verdicts({{"tls-plain-mqtt", Verdict::fail},
                  {"tls-on-plain-port", Verdict::fail},
                  {"tls-v12", Verdict::fail},
                  {"tls-v11-refused", Verdict::inconclusive},
                  {"tls-mqtt-many-per-record", Verdict::fail},
                  {"tls-truncation", Verdict::inconclusive},
                  {"tls-slow-but-honest", Verdict::warn}},
                 bench);
}

}  // namespace
}  // namespace handfast::test
