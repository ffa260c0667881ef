// The published JSON Schema against the reader: what editors accept and what handfast accepts must
// be the same.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "core/config/yaml.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario/fixture.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace handfast::scenario::test;

namespace {

/// YAML 1.2 core schema, as editors convert it.
nlohmann::json to_json(const config::Node& node) {
  if (node.is_list()) {
    auto out = nlohmann::json::array();
    for (const auto& item : node.items()) out.push_back(to_json(item));
    return out;
  }
  if (node.is_map()) {
    auto out = nlohmann::json::object();
    for (const auto& [key, value] : config::Map::of(node).value().entries())
      out[key] = to_json(value);
    return out;
  }
  if (node.is_empty()) return nullptr;
  const auto text = node.text().value();
  if (node.is_quoted()) return text;
  if (auto value = node.integer()) return *value;
  if (auto value = node.boolean()) return *value;
  if (text.find_first_not_of("0123456789.") == std::string::npos &&
      std::count(text.begin(), text.end(), '.') == 1)
    return std::stod(text);
  return text;
}

class Schema {
 public:
  Schema() {
    const auto document = nlohmann::json::parse(read_source_file("scenarios/scenario.schema.json"));
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document), schema_);
  }

  bool accepts(const std::string& yaml) const {
    auto document = config::parse_yaml(yaml, "a.yaml");
    REQUIRE(document);
    const auto json = to_json(*document);
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(json), nullptr);
  }

 private:
  valijson::Schema schema_;
};

}  // namespace

TEST_CASE("the schema accepts every scenario that is shipped", "[scenario]") {
  const Schema schema;
  std::size_t seen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(HANDFAST_SOURCE_DIR) + "/scenarios")) {
    if (entry.path().extension() != ".yaml") continue;
    INFO(entry.path());
    CHECK(schema.accepts(read_source_file("scenarios/" + entry.path().filename().string())));
    ++seen;
  }
  CHECK(seen > 0);
}

TEST_CASE("schema and reader accept the same variants", "[scenario]") {
  const Schema schema;
  CHECK(schema.accepts(complete()));
  for (const auto& [old_text, new_text] : std::vector<std::pair<const char*, const char*>>{
           {"version: 3.1.1", "version: \"5\""},
           {"[1.3]", "[\"1.2\", 1.3]"},
           {"100/s..1000/s", "0.5/s .. 60/m"},
           {"groups: [x25519]", "verify: false"},
           {"groups: [x25519]", "groups: ['?X25519MLKEM768', x25519]"},
           {"driver: mosquitto", "driver: mosquitto\n  certificate: client"},
           {"stages: [{rate: 10/s, for: 5s}]", "{model: closed, in_flight: 50, for: 5s}"},
           {"model: open, stages: [{rate: 100/s, for: 5s}, {rate: 100/s..1000/s, for: 20s}]",
            "model: periodic, every: 1m, spread: random, for: 2m"},
           {"stages: [{rate: 10/s, for: 5s}]",
            "{spike: {base: 1/s, peak: 5/s, at: 0s, lasts: 1s, for: 9s}, arrivals: poisson}"},
           {"stages: [{rate: 10/s, for: 5s}]",
            "{sine: {mean: 2/s, amplitude: 2/s, period: 1s, for: 9s}, warm_up: 1s}"},
           {"{rate: 10/s, for: 5s}",
            "{rate: 1/s..2/s, for: 5s, wave: {amplitude: 1/s, period: 9s}}"},
           {"max_in_flight: 64", "ramp_down: 3s"},
           {"model: open, stages: [{rate: 100/s, for: 5s}, {rate: 100/s..1000/s, for: 20s}]",
            "model: search, from: 10/s, to: 500/s, step: 5s, precision: 2.5%"},
           {"groups: [x25519]", "strict: true"},
           {"clients: 2000", "source: 127.0.0.2\n    clients: 2000"},
           {"clients: 2000", "source: [127.0.0.2, 127.0.1.0/28]\n    clients: 2000"},
           {"clients: 2000", "source: ['fd00::1', 'fd00::10/124']\n    clients: 2000"},
           {"behaviour: hold",
            "behaviour: publish\n    messages: {topic: a, payload: {size: 1KiB}, rate: 2/s, for: "
            "1s, "
            "window: 5, properties: {user: {a: b}}}"},
           {"behaviour: hold",
            "behaviour: subscribe\n    messages: {subscribe: [{filter: 'a/#', qos: 1}]}"},
           {"behaviour: hold",
            "behaviour: hold\n    mqtt: {user: u, password: p, will: {topic: w, qos: 1}, "
            "session_expiry: 1h, receive_maximum: 1, properties: {a: b}}"},
           {"clients: 2000", "role: gateway\n    proxy_protocol: v1\n    clients: 2000"},
           {"listener: tcp\n", "listener: wss\n    origin: https://app.example\n"},
           {"sensors.errors == 0", "sensors.ready.service.p99.9<=1.5s"},
           {"sensors.errors == 0", "checks.inconclusive != 3"},
           {"sensors.errors == 0", "sensors.rate >= 95/s"},
           {"seed: 7",
            "timeline: [{at: 1s, broker: stop}, {at: 2s, broker: start}, {at: 2s, pki: {revoke: "
            "'devices[0..9]', reason: superseded}}, {at: 3s, pki: {rekey: [server, second], "
            "yes_ca: true, valid: 9d}}, {at: 4s, pki: {swap: {server: client, root: second}}}]"},
           {"preset: emqx-two-tier", "manifest: lab.yaml, home: out"}}) {
    INFO(new_text);
    CHECK(error(old_text, new_text) == "no error");
    CHECK(schema.accepts(with(old_text, new_text)));
  }
}

TEST_CASE("schema and reader accept the same fleets over DTLS", "[scenario][dtls]") {
  const Schema schema;
  for (const std::string fleet :
       {"dtls: {application: coap, mtu: 512B, path: t/}",
        "listener: dtls-two-way, identity: devices",
        "dtls: {retransmit: {initial: 1s, max: 9s}, retry: {after: 1s, times: 2}}",
        "dtls: {impairment: {loss: 5%, reorder: 1%, duplication: 1%, delay: 1ms, mtu: 600B, drop: "
        "[1]}}"}) {
    const auto text =
        "handfast: 1\nname: a\npki: {preset: emqx-two-tier}\ntarget: {url: 'dtls://h'}\nfleets:\n"
        "  f: {clients: 1, " +
        fleet +
        ", load: {stages: [{rate: 1/s, for: 1s}]}}\nthresholds: [f.retransmits == 0, "
        "f.tls_clean.p99 < 1s, f.retransmitted_share < 1%]\n";
    INFO(text);
    CHECK(error(text) == "no error");
    CHECK(schema.accepts(text));
  }
}

TEST_CASE("schema and reader refuse the same mistakes", "[scenario]") {
  const Schema schema;
  for (const auto& [old_text, new_text] : std::vector<std::pair<const char*, const char*>>{
           {"handfast: 1", "handfast: 2"},
           {"name: storm\n", ""},
           {"name: storm", "name: My Storm"},
           {"summary:", "sumary:"},
           {"seed: 7", "seed: -7"},
           {"seed: 7", "timeline: []"},
           {"seed: 7", "timeline: [{at: 1s}]"},
           {"seed: 7", "timeline: [{broker: stop}]"},
           {"seed: 7", "timeline: [{at: 1s, broker: halt}]"},
           {"seed: 7", "timeline: [{at: 1s, broker: stop, pki: {renew: server}}]"},
           {"seed: 7", "timeline: [{at: 1s, pki: {}}]"},
           {"seed: 7", "timeline: [{at: 1s, pki: {renew: server, crl: second}}]"},
           {"seed: 7", "timeline: [{at: 1s, pki: {renew: server, reason: superseded}}]"},
           {"seed: 7", "timeline: [{at: 1s, pki: {revoke: client, valid: 5s}}]"},
           {"seed: 7", "timeline: [{at: 1s, pki: {swap: {}}}]"},
           {"preset: emqx-two-tier", ""},
           {"preset: emqx-two-tier", "preset: emqx-single, manifest: a"},
           {"[tcp, tls, tls-two-way, wss]", "tls"},
           {"[tcp, tls, tls-two-way, wss]", "[]"},
           {"[tcp, tls, tls-two-way, wss]", "[tcp, tcp]"},
           {"[tcp, tls, tls-two-way, wss]", "[dtls]"},
           {"driver: mosquitto", "driver: mosquitto\n  certificate: ''"},
           {"checks: {", "target: {url: 'tcp://h'}\nchecks: {"},
           {"core: true", "core: yes"},
           {"  holders:", "  checks:"},
           {"  sensors:", "  Sensors:"},
           {"clients: 2000", "clients: 0"},
           {"clients: 2000", "clients: '2000'"},
           {"clients: 2000", "cliens: 2000"},
           {"clients: 2000", "proxy_protocol: v3\n    clients: 2000"},
           {"clients: 2000", "role: ''\n    clients: 2000"},
           {"clients: 2000", "source: localhost\n    clients: 2000"},
           {"clients: 2000", "source: []\n    clients: 2000"},
           {"[1.3]", "[1.1]"},
           {"[1.3]", "1.3"},
           {"resumption: none", "resumption: ticket"},
           {"groups: [x25519]", "cipher_suites: [ECDHE-RSA-AES128-GCM-SHA256]"},
           {"groups: [x25519]", "ciphers: [TLS_AES_128_GCM_SHA256]"},
           {"version: 3.1.1", "version: 3"},
           {"keep_alive: 30s", "keep_alive: 30"},
           {"behaviour: hold", "behaviour: publish"},
           {"behaviour: hold", "behaviour: hold\n    messages: {}"},
           {"behaviour: hold", "behaviour: publish\n    messages: {for: 1s, qos: 3}"},
           {"behaviour: hold", "behaviour: publish\n    messages: {for: 1s, payload: {size: 5}}"},
           {"behaviour: hold", "behaviour: publish\n    messages: {for: 1s, payload: {}}"},
           {"behaviour: hold", "behaviour: subscribe\n    messages: {subscribe: [{qos: 1}]}"},
           {"behaviour: hold", "behaviour: hold\n    mqtt: {will: {payload: x}}"},
           {"model: open", "model: closed"},
           {"rate: 100/s, for", "rate: 100, for"},
           {"for: 20s", "for: 20"},
           {"[{rate: 10/s, for: 5s}]", "[]"},
           {"stages: [{rate: 10/s, for: 5s}]", "{model: closed, in_flight: 50}"},
           {"stages: [{rate: 10/s, for: 5s}]", "{model: closed, in_flight: 0, for: 5s}"},
           {"stages: [{rate: 10/s, for: 5s}]", "{in_flight: 50, for: 5s}"},
           {"model: open, stages: [{rate: 100/s, for: 5s}, {rate: 100/s..1000/s, for: 20s}]",
            "model: periodic, for: 2m"},
           {"model: open, stages: [{rate: 100/s, for: 5s}, {rate: 100/s..1000/s, for: 20s}]",
            "model: periodic, every: 1m, spread: odd, for: 2m"},
           {"stages: [{rate: 10/s, for: 5s}]", "{spike: {base: 1/s, peak: 5/s, for: 9s}}"},
           {"stages: [{rate: 10/s, for: 5s}]",
            "{sine: {mean: 1/s..2/s, amplitude: 1/s, period: 1s, for: 9s}}"},
           {"stages: [{rate: 10/s, for: 5s}]",
            "{stages: [{rate: 10/s, for: 5s}], sine: {mean: 2/s, "
            "amplitude: 1/s, period: 1s, for: 9s}}"},
           {"max_in_flight: 64", "ramp_down: 3"},
           {"max_in_flight: 64", "arrivals: odd"},
           {"model: open, stages: [{rate: 100/s, for: 5s}, {rate: 100/s..1000/s, for: 20s}]",
            "model: search, from: 10/s, to: 500/s..600/s, step: 5s"},
           {"max_in_flight: 64", "max_in_flight: 0"},
           {"sensors.errors == 0", "sensors.erors == 0"},
           {"sensors.errors == 0", "sensors.errors == 1ms"},
           {"sensors.errors == 0", "sensors.handshake < 1s"},
           {"sensors.errors == 0", "checks.handshake.p99 < 1s"},
           {"[terminal, junit]", "[pdf]"}}) {
    INFO(new_text);
    CHECK(error(old_text, new_text) != "no error");
    CHECK_FALSE(schema.accepts(with(old_text, new_text)));
  }
}
