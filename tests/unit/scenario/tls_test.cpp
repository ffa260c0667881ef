// The "tls" section: resumption, keys, trust, what is remembered; and what excludes what.
#include "harness/scenario/fleet.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;
using loadgen::ResumptionKind;

namespace {

constexpr auto section =
    "tls: {versions: [1.3], groups: [x25519], resumption: none, trust: cacert}";

/// complete() with this "tls" section in the fleet "sensors".
std::string with_tls(const std::string& text) { return with(section, "tls: {" + text + "}"); }
TlsOptions tls_of(const std::string& text) {
  return *read_scenario(with_tls(text)).fleet("sensors")->tls;
}
/// A one-way fleet without an identity: what pre-shared keys need.
std::string one_way(const std::string& tls) {
  return with("    listener: tls-two-way\n    clients: 2000\n    identity: devices\n    " +
                  std::string(section),
              "    listener: tls\n    clients: 2000\n    tls: {" + tls + "}");
}

}  // namespace

TEST_CASE("resumption is a word or a section", "[scenario]") {
  CHECK(tls_of("versions: [1.3]").resumption == loadgen::Resumption{});
  CHECK(tls_of("resumption: tickets").resumption ==
        loadgen::Resumption{.kind = ResumptionKind::tickets});
  CHECK(tls_of("versions: [1.2], resumption: session-ids").resumption.kind ==
        ResumptionKind::session_ids);
  const auto mix = tls_of("resumption: {kind: tickets, share: 80%, early_data: 20%}").resumption;
  CHECK(mix.share == Approx(0.8));
  CHECK(mix.early_data_share == Approx(0.2));
  CHECK(error(with_tls("resumption: {kind: tickets, share: 80}")) ==
        "storm.yaml:15:46: share: share \"80\" has no unit (write for example 1%)");
  CHECK(error(with_tls("resumption: {share: 80%}")) ==
        "storm.yaml:15:23: \"kind\" is missing in \"resumption\"");
}

TEST_CASE("what is trusted, sent and remembered", "[scenario]") {
  const auto defaults = tls_of("versions: [1.3]");
  CHECK(defaults.trust == std::vector<std::string>{"root"});
  CHECK(defaults.sni);
  CHECK_FALSE(defaults.verify_every_time);
  CHECK(defaults.certificate_cache);
  const auto all = tls_of(
      "trust: [root, second], alpn: [mqtt], sni: false, partial_chain: true, verify_every_time: "
      "true, certificate_cache: false");
  CHECK(all.trust == std::vector<std::string>{"root", "second"});
  CHECK(all.alpn == std::vector<std::string>{"mqtt"});
  CHECK_FALSE(all.sni);
  CHECK(all.partial_chain);
  CHECK(all.verify_every_time);
  CHECK_FALSE(all.certificate_cache);
  CHECK(error(with_tls("trust: [root, secnd]")) ==
        "storm.yaml:15:18: the PKI has no bundle or authority \"secnd\" (did you mean "
        "\"second\"?)");
  CHECK(error(with_tls("verify: false, verify_every_time: true")) ==
        "storm.yaml:15:45: \"verify: false\" and \"verify_every_time: true\" exclude each other "
        "(remove one of them)");
  CHECK(error(with_tls("verify: false, partial_chain: true")) ==
        "storm.yaml:15:41: \"partial_chain\" says how chains are verified, and \"verify\" is false "
        "(remove one of them)");
}

TEST_CASE("a fleet names its TLS engine, and what that engine lacks is refused", "[scenario]") {
  const auto defaults = tls_of("versions: [1.3]");
  CHECK(defaults.engine == EngineWish::libssl);
  CHECK(defaults.shadow == Approx(0.01));
  const auto native = tls_of("engine: native, key_shares: batch, shadow: 5%");
  CHECK(native.engine == EngineWish::native);
  CHECK(native.key_shares == tls::KeyMode::batch);
  CHECK(native.shadow == Approx(0.05));
  CHECK_FALSE(native.versions_chosen);
  CHECK(tls_of("engine: auto, versions: [1.2, 1.3]").engine == EngineWish::automatic);
  CHECK(error(with_tls("engine: natve")) ==
        "storm.yaml:15:19: unknown engine \"natve\" (did you mean \"native\"?)");
  CHECK(error(with_tls("engine: native, versions: [1.2, 1.3]")) ==
        "storm.yaml:15:37: engine native speaks TLS 1.3 alone (write versions: [1.3], or engine: "
        "auto)");
  CHECK(error(with_tls("key_shares: batch")) ==
        "storm.yaml:15:23: libssl makes a fresh key share for every handshake (add engine: "
        "native)");
  CHECK(error(with_tls("engine: native, key_shares: pool, strict: true")) ==
        "storm.yaml:15:39: \"strict\" allows fresh key shares alone (remove one of them)");
}

TEST_CASE("a pre-shared key is a pattern with a key, or a file", "[scenario]") {
  const auto pattern =
      *read_scenario(one_way("psk: {identity: \"d-{i}\", key: 00ffAA}")).fleet("sensors")->tls;
  CHECK(pattern.psk->identity == "d-{i}");
  CHECK(pattern.psk->key == "00ffAA");
  CHECK(pattern.trust.empty());  // nobody shows a certificate
  const auto file = *read_scenario(one_way("psk: {file: keys.txt}")).fleet("sensors")->tls;
  CHECK(file.psk->file == "keys.txt");

  const std::string either =
      "storm.yaml:14:16: \"psk\" takes identity and key, or file (the file has a line "
      "identity:key for each client, the key in hexadecimal)";
  CHECK(error(one_way("psk: {identity: d}")) == either);
  CHECK(error(one_way("psk: {identity: d, key: 00, file: keys.txt}")) == either);
  CHECK(error(one_way("psk: {identity: d, key: 0x0}")) ==
        "storm.yaml:14:35: \"key\" must be 1 to 512 bytes in hexadecimal (openssl rand -hex 32 "
        "makes one; put it in quotes)");
  CHECK(error(one_way("psk: {identity: d, key: (hidden)}")) ==
        "storm.yaml:14:35: \"key\" was hidden when the scenario was written out (put the key back, "
        "or "
        "name a file with \"file\")");
  CHECK(error(one_way("psk: {identity: d, key: ff}, resumption: tickets")) ==
        "storm.yaml:14:16: \"psk\" and \"resumption\" exclude each other (a session would replace "
        "the key that is to be tried)");
  CHECK(error(one_way("psk: {identity: d, key: ff}, strict: true")) ==
        "storm.yaml:14:16: \"strict\" allows no pre-shared keys (remove one of them)");
  CHECK(error(with_tls("psk: {identity: d, key: ff}")) ==
        "storm.yaml:15:16: \"psk\" stands for certificates, and the fleet shows one (remove "
        "\"identity\" and use a one-way listener, or remove \"psk\")");
}

TEST_CASE("session identifiers and early data need their version and place", "[scenario]") {
  CHECK(error(with_tls("resumption: session-ids")) ==
        "storm.yaml:15:23: session identifiers are of TLS 1.2, and \"versions\" allows TLS 1.3 "
        "(add versions: [1.2], or use tickets)");
  CHECK(error(with_tls("versions: [1.2], resumption: {kind: tickets, early_data: 5%}")) ==
        "storm.yaml:15:40: \"early_data\" needs tickets of TLS 1.3");
}

TEST_CASE("behaviour handshake needs TLS and no MQTT", "[scenario]") {
  const auto mqtt_line = "    mqtt: {version: 3.1.1, keep_alive: 30s, client_id: \"s-{i}\"}\n";
  const std::string behaviour = "    behaviour: connect-and-drop\n";
  const auto bare = with(mqtt_line + behaviour, "    behaviour: handshake\n");
  CHECK(read_scenario(bare).fleet("sensors")->behaviour == loadgen::Behaviour::handshake);
  CHECK(error("behaviour: connect-and-drop", "behaviour: handshake") ==
        "storm.yaml:16:5: behaviour handshake speaks no MQTT (remove \"mqtt\", or use "
        "connect-and-drop)");
  CHECK(error("behaviour: hold", "behaviour: handshake") ==
        "storm.yaml:22:16: behaviour handshake needs TLS, and listener \"tcp\" has none (use the "
        "listener tls or wss)");
}

TEST_CASE("thresholds on resumption need one", "[scenario]") {
  const auto threshold = [](const std::string& text) {
    return with("- sensors.errors == 0", "- " + text);
  };
  CHECK(error(threshold("sensors.resumed_share >= 99%")) ==
        "storm.yaml:27:5: \"resumed_share\" has no samples: fleet \"sensors\" resumes no sessions");
  CHECK(error(threshold("sensors.tls_full.p99 < 50ms")) ==
        "storm.yaml:27:5: \"tls_full\" has no samples: fleet \"sensors\" resumes no sessions");
  CHECK(error(threshold("sensors.early_data_share == 100%")) ==
        "storm.yaml:27:5: \"early_data_share\" has no samples: fleet \"sensors\" sends no early "
        "data");
}
