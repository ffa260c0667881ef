#include "tests/unit/scenario/fixture.hpp"

#include <fstream>
#include <iterator>

#include "tests/support/catch.hpp"

namespace handfast::scenario::test {

const Known& known() {
  static const Known instance{.drivers = {"mosquitto"},
                              .presets = {"emqx-two-tier", "emqx-single"},
                              .check_groups = {"emqx-guide"},
                              .pki = [](const PkiSource&) -> Result<PkiContents> {
                                return PkiContents{.authorities = {"root", "second", "rogue"},
                                                   .identities = {"server", "client", "stranger"},
                                                   .bundles = {"cacert"},
                                                   .fleets = {{"devices", 2000, "P-256"}}};
                              }};
  return instance;
}

std::string complete() {
  return R"(handfast: 1
name: storm
summary: two fleets
seed: 7
pki: {preset: emqx-two-tier}
broker:
  driver: mosquitto
  listeners: [tcp, tls, tls-two-way, wss]
checks: {groups: [emqx-guide], core: true}
fleets:
  sensors:
    listener: tls-two-way
    clients: 2000
    identity: devices
    tls: {versions: [1.3], groups: [x25519], resumption: none, trust: cacert}
    mqtt: {version: 3.1.1, keep_alive: 30s, client_id: "s-{i}"}
    behaviour: connect-and-drop
    load: {model: open, stages: [{rate: 100/s, for: 5s}, {rate: 100/s..1000/s, for: 20s}], max_in_flight: 64, deadline: 2s}
  holders:
    listener: tcp
    clients: 50
    behaviour: hold
    load:
      stages: [{rate: 10/s, for: 5s}]
thresholds:
  - sensors.handshake.p99 < 50ms
  - sensors.errors == 0
reports: [terminal, junit]
)";
}

std::string with(std::string_view old_text, std::string_view new_text) {
  auto text = complete();
  const auto at = text.find(old_text);
  INFO(old_text);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(old_text, at + 1) == std::string::npos);
  return text.replace(at, old_text.size(), new_text);
}

std::string error(const std::string& text) {
  auto result = read(text, "storm.yaml", known());
  if (!result) CHECK(result.error().kind == ProblemKind::usage);
  return result ? "no error" : result.error().text();
}

std::string error(std::string_view old_text, std::string_view new_text) {
  return error(with(old_text, new_text));
}

Scenario read_scenario(const std::string& text) {
  auto result = read(text, "storm.yaml", known());
  REQUIRE(result);
  return *result;
}

std::string read_source_file(const std::string& relative) {
  std::ifstream file(std::string(HANDFAST_SOURCE_DIR) + "/" + relative, std::ios::binary);
  INFO(relative);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace handfast::scenario::test
