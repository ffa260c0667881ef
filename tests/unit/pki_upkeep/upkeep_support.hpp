// What the tests of upkeep share: a lab that publishes and distributes, applied at noon of
// 2026-06-01.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "pki/store/home.hpp"
#include "pki/store/pki.hpp"
#include "pki/store/state.hpp"
#include "pki/upkeep/inventory.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"

namespace handfast::pki::test {

using namespace std::chrono_literals;
inline constexpr auto day = std::chrono::hours(24);

inline std::string lab_manifest(const std::string& extra = {}) {
  return R"(handfast-pki: 1
defaults: {valid: 30d}
authorities:
  root: {cn: lab root, valid: 10y}
  second:
    issuer: root
    cn: lab second
    valid: 5y
    note: signs for the lab
    publish: {crl: 'http://127.0.0.1:9580/second.crl', idp: true, crl_every: 8d,
              ocsp: 'http://127.0.0.1:9580/ocsp', aia: true}
  rogue: {cn: rogue root, valid: 10y, trust: false}
identities:
  server: {issuer: second, profile: server, cn: localhost, names: [127.0.0.1]}
  client: {issuer: second, profile: client, valid: 5d}
  lone: {issuer: self, profile: selfserver, names: [lone.test]}
fleets:
  devices: {issuer: second, count: 20, cn: 'dev-{i:06}', valid: 90d, mix: {revoked: 10%}}
faults:
  stranger: {like: client, issuer: rogue, expect: unknown_ca}
bundles:
  cacert: [root, second]
export:
  mosq: {for: mosquitto, server: server, trust: cacert, clients: required}
distribute:
  broker-node: [cacert, server]
  client-node: [root, client]
)" + extra;
}

/// A home that was applied.
struct Lab {
  explicit Lab(const std::string& text = lab_manifest()) : manifest(manifest_of(text)) {
    const auto done = apply(manifest, {.home = folder.path(), .key_owner = {}, .now = noon});
    INFO((done ? std::string() : done.error().text()));
    REQUIRE(done.has_value());
  }

  Home open() const { return Home::open(manifest, folder.path()).value(); }
  Home lock() const { return Home::lock(manifest, folder.path()).value(); }
  State state() const { return load_state(folder.path()).value(); }
  std::vector<Item> items(WallTime now = noon) const { return inventory(manifest, state(), now); }
  Item item(const std::string& name, WallTime now = noon) const {
    for (auto& found : items(now)) {
      if (found.name == name) return found;
    }
    FAIL("no item " << name);
    return {};
  }

  TempFolder folder;
  Manifest manifest;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}
inline bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

}  // namespace handfast::pki::test
