// With no switch on, the faulty broker is a conforming peer.
#include "harness/check/check.hpp"
#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/emqx_lab.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {
namespace {

using probe::Outcome;

TEST_CASE("A good client is accepted on every kind of listener", "[faulty_broker]") {
  FaultyLab lab;
  const std::vector<std::string> kinds{"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"};
  lab.start(kinds);
  for (const auto& kind : kinds) {
    for (const auto level : {std::uint8_t{4}, std::uint8_t{5}}) {
      auto options = lab.options(kind, "client-chain-good/ec");
      options.mqtt_level = level;
      options.client_id = "good-" + kind;
      const auto transcript = probe::run(options).value();
      INFO(kind << ", level " << int{level} << ": " << transcript.sentence());
      CHECK(transcript.outcome == Outcome::accept);
      CHECK(transcript.connack_code == 0);
      CHECK(transcript.tls.certificate_requested == kind.ends_with("two-way"));
    }
  }
  std::size_t named = 0;
  for (const auto& line : lab.broker().log_lines()) {
    if (line.find("New client connected from 127.0.0.1:") == 0 &&
        line.find(" as good-tls-two-way (p") != std::string::npos) {
      ++named;
    }
  }
  CHECK(named == 2);
}

TEST_CASE("Both versions of TLS are spoken, eagerly and patiently", "[faulty_broker]") {
  FaultyLab lab;
  lab.start({"tls-two-way", "wss-two-way"});
  for (const std::string kind : {"tls-two-way", "wss-two-way"}) {
    for (const auto version : {tls::Version::tls1_2, tls::Version::tls1_3}) {
      for (const auto mode : {probe::Mode::patient, probe::Mode::eager}) {
        const auto good = lab.probe(kind, "client-chain-good/ec", version, mode);
        INFO(kind << ", " << tls::to_string(version) << ": " << good.sentence());
        CHECK(good.outcome == Outcome::accept);
        CHECK(good.tls.version == version);
        const auto none = lab.probe(kind, {}, version, mode);
        INFO(none.sentence());
        CHECK(none.outcome == Outcome::reject);
        CHECK(none.close == probe::CloseKind::alert);
      }
    }
  }
}

TEST_CASE("The guide's group passes entirely", "[faulty_broker]") {
  const EmqxLab lab;
  check::Selection selection;
  selection.groups = {"emqx-guide"};
  // As mosquitto it takes no intermediate for an anchor; otherwise it does (mtls.partial).
  auto broker = FaultyBroker::start(check::listeners_for(selection, lab.pki()).value(),
                                    {.insists_on_root = true});
  REQUIRE(broker);
  check::Context context;
  context.materials = check::Materials::from_pki(lab.pki()).value();
  context.listeners = (*broker)->listeners();
  context.driver = "mosquitto";  // its levels hold for every broker on libssl
  const auto results = check::run_checks(selection, context).value();
  CHECK(results.size() == check::select(selection)->size());
  for (const auto& result : results) {
    INFO(result.id << ": " << result.observed << " / " << result.reason);
    CHECK(result.verdict == reports::Verdict::pass);
  }
}

TEST_CASE("A listener whose key does not fit does not start", "[faulty_broker]") {
  const FaultyLab lab;
  auto settings = lab.listener("tls");
  lab.write("other.key", to_pem(test_pki().client.key.get()));
  settings.key = lab.directory() / "other.key";
  const auto started = FaultyBroker::start({settings});
  REQUIRE_FALSE(started);
  CHECK(started.error().text().find("starting listener tls: the server's certificate and key") !=
        std::string::npos);
}

}  // namespace
}  // namespace handfast::test
