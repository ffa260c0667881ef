// TLS switches that one connection of the probe client shows.

#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

using probe::Mode;
using probe::Outcome;
using tls::Version;

/// One connection of a client without peculiarities but those that `bend` gives it.
struct TlsCase {
  std::string name;
  std::string kind = "tls";
  std::string client{};
  std::optional<Version> version{};
  Mode mode = Mode::patient;
  void (*bend)(probe::Options&) = nullptr;
};

probe::Transcript play(const TlsCase& one, const Defects& defects) {
  FaultyLab lab;
  lab.start({one.kind}, defects);
  auto options = lab.options(one.kind, one.client);
  if (one.version) options.tls.min_version = options.tls.max_version = *one.version;
  options.mode = one.mode;
  options.timeouts.handshake = options.timeouts.connack = std::chrono::seconds(2);
  options.timeouts.pingresp = std::chrono::seconds(1);
  if (one.bend != nullptr) one.bend(options);
  return probe::run(options).value();
}

TEST_CASE("A good client is not accepted with these switches, and is without", "[faulty_broker]") {
  const std::vector<TlsCase> cases{
      {"no_tls12", "tls", {}, Version::tls1_2},
      {"no_tls13", "tls", {}, Version::tls1_3},
      {"no_aes128_gcm",
       "tls",
       {},
       Version::tls1_2,
       Mode::patient,
       [](probe::Options& o) {
         o.tls.ciphers = {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"};
       }},
      {"no_x25519",
       "tls",
       {},
       {},
       Mode::patient,
       [](probe::Options& o) { o.tls.groups = {"x25519"}; }},
      {"requires_sni",
       "tls",
       {},
       {},
       Mode::patient,
       [](probe::Options& o) { o.tls.server_name_indication = false; }},
      {"sends_leaf_only", "tls"},
      {"wss_sends_leaf_only", "wss"},
      {"sends_self_signed", "tls"},
      {"signs_with_wrong_key", "tls", {}, Version::tls1_2},
      {"signs_with_wrong_key", "tls", {}, Version::tls1_3},
      {"loses_data_with_finished", "tls", {}, Version::tls1_3, Mode::eager},
      {"no_pingresp", "tls"},
      {"rejects_large_list", "tls-two-way", "client-size-20k"},
      {"ws_no_subprotocol", "wss"},
  };
  for (const auto& one : cases) {
    const auto before = play(one, {});
    const auto after = play(one, with_defect(one.name));
    INFO(one.name << ": " << before.sentence() << "; then " << after.sentence());
    CHECK(before.outcome == Outcome::accept);
    CHECK(after.outcome != Outcome::accept);
  }
}

TEST_CASE("A client that must be turned away gets in with these switches", "[faulty_broker]") {
  const std::vector<TlsCase> cases{
      {"accepts_no_certificate", "tls-two-way", {}, Version::tls1_2},
      {"accepts_no_certificate", "tls-two-way", {}, Version::tls1_3},
      {"wss_certificate_optional", "wss-two-way"},
      {"skips_certificate_verify", "tls-two-way", "client-cv-wrong-key", Version::tls1_2},
      {"skips_certificate_verify", "tls-two-way", "client-cv-wrong-key", Version::tls1_3},
  };
  for (const auto& one : cases) {
    const auto before = play(one, {});
    const auto after = play(one, with_defect(one.name));
    INFO(one.name << ": " << before.sentence() << "; then " << after.sentence());
    CHECK(before.outcome == Outcome::reject);
    CHECK(after.outcome == Outcome::accept);
  }
}

TEST_CASE("Both versions offered: the newer is chosen, unless a switch prefers the older",
          "[faulty_broker]") {
  CHECK(play({"-"}, {}).tls.version == Version::tls1_3);
  CHECK(play({"-"}, with_defect("prefers_tls12")).tls.version == Version::tls1_2);
  CHECK(play({"-"}, with_defect("requests_certificate_always")).tls.certificate_requested);
  CHECK_FALSE(play({"-"}, {}).tls.certificate_requested);
  const TlsCase foreign{"-", "tls",         {},
                        {},  Mode::patient, [](probe::Options& o) { o.tls.alpn = {"h2"}; }};
  CHECK(play(foreign, {}).tls.alpn.empty());
  CHECK(play(foreign, with_defect("echoes_any_alpn")).tls.alpn == "h2");
}

TEST_CASE("A refused client sees an alert, unless a switch swallows it", "[faulty_broker]") {
  for (const auto version : {Version::tls1_2, Version::tls1_3}) {
    const TlsCase expired{"-", "tls-two-way", "client-cert-expired", version};
    const auto told = play(expired, {});
    CHECK(told.close == probe::CloseKind::alert);
    REQUIRE(told.tls.alert_received);
    CHECK(told.tls.alert_received->description == 45);
    const auto untold = play(expired, with_defect("rejects_without_alert"));
    CHECK(untold.outcome == Outcome::reject);
    CHECK_FALSE(untold.tls.alert_received);
  }
}

TEST_CASE("After one refused client a listener goes on, or stops by a switch", "[faulty_broker]") {
  for (const bool faulty : {false, true}) {
    FaultyLab lab;
    lab.start({"tls-two-way"}, faulty ? with_defect("rejection_stops_listener") : Defects{});
    CHECK(lab.probe("tls-two-way", "client-cert-expired").outcome == Outcome::reject);
    auto good = lab.options("tls-two-way", "client-chain-good/ec");
    good.timeouts.handshake = std::chrono::seconds(1);
    CHECK(probe::run(good)->outcome == (faulty ? Outcome::hang : Outcome::accept));
  }
}

TEST_CASE("A clear-text CONNECT on a TLS port is answered by a switch alone", "[faulty_broker]") {
  for (const bool faulty : {false, true}) {
    FaultyLab lab;
    lab.start({"tls"}, faulty ? with_defect("answers_clear_text") : Defects{});
    auto options = lab.options("tls");
    options.endpoint.transport = Transport::tcp;
    const auto transcript = probe::run(options).value();
    INFO(transcript.sentence());
    CHECK((transcript.outcome == Outcome::accept) == faulty);
  }
}

TEST_CASE("A reload reads files again, unless a switch keeps what was", "[faulty_broker]") {
  const auto after_reload = [](const Defects& defects, std::string_view client) {
    FaultyLab lab;
    lab.start({"tls-two-way"}, defects);
    lab.write("trust.pem", certificates_pem(fixtures().make("client-two-anchors/new")->anchors));
    lab.broker().reload();
    return lab.probe("tls-two-way", client).outcome;
  };
  FaultyLab before;
  before.start({"tls-two-way"});
  CHECK(before.probe("tls-two-way", "client-two-anchors/new").outcome == Outcome::reject);
  CHECK(after_reload({}, "client-two-anchors/new") == Outcome::accept);
  CHECK(after_reload(with_defect("reload_keeps_trust"), "client-two-anchors/new") ==
        Outcome::reject);
  CHECK(after_reload(with_defect("reload_breaks_listener"), "client-two-anchors/new") !=
        Outcome::accept);

  const auto without_anchor = [](const Defects& defects) {
    FaultyLab lab("client-two-anchors/new");
    lab.start({"tls-two-way"}, defects);
    lab.write("trust.pem", certificates_pem(fixtures().make("client-chain-good/ec")->anchors));
    lab.broker().reload();
    return lab.probe("tls-two-way", "client-two-anchors/new").outcome;
  };
  CHECK(without_anchor({}) == Outcome::reject);
  CHECK(without_anchor(with_defect("reload_adds_trust")) == Outcome::accept);
}

}  // namespace
}  // namespace handfast::test
