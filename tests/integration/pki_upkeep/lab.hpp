// A lab applied by the program itself, and short ways to ask it.
#pragma once

#include <string>

#include "tests/integration/pki/command.hpp"

namespace handfast::pki::test {

struct VerbLab {
  TempFolder folder;

  explicit VerbLab(const std::string& port = "9580") {
    spit(folder / "pki.yaml", R"(handfast-pki: 1
defaults: {valid: 300d}
authorities:
  root: {cn: lab root, valid: 10y}
  second:
    issuer: root
    cn: lab second
    valid: 5y
    publish: {crl: 'http://127.0.0.1:)" +
                                  port + R"(/second.crl', idp: true,
              ocsp: 'http://127.0.0.1:)" +
                                  port + R"(/ocsp', signer: delegated, aia: true}
identities:
  server: {issuer: second, profile: server, cn: localhost, names: [localhost, 127.0.0.1]}
  client: {issuer: second, profile: client, valid: 5d}
  lone: {issuer: self, profile: selfserver, names: [lone.test]}
fleets:
  devices: {issuer: second, count: 20, cn: 'dev-{i:06}'}
bundles:
  cacert: [second, root]
export:
  mosq: {for: mosquitto, server: server, trust: cacert, clients: required}
  emqx: {for: emqx5, server: server, trust: cacert, clients: required, user_from: cn}
distribute:
  broker-node: [cacert, server]
  client-node: [root, client]
)");
    require("apply");
  }

  Finished pki(const std::string& arguments) const { return pki_cli(folder, arguments); }
  std::string require(const std::string& arguments) const {
    const auto done = pki(arguments);
    INFO(arguments << "\n" << done.out << done.err);
    REQUIRE(done.exit_code == 0);
    CHECK(done.err.empty());
    return done.out;
  }
  /// A mistake: one line on stderr, nothing on stdout, and no file changed.
  void refuse(const std::string& arguments, int code, const std::string& err) const {
    const auto before = snapshot(folder / "pki");
    const auto done = pki(arguments);
    INFO(arguments);
    CHECK(done.exit_code == code);
    CHECK(done.out.empty());
    CHECK(done.err == "handfast pki: " + err + "\n");
    auto after = snapshot(folder / "pki");
    const auto lock = (folder / "pki/.lock").string();
    after.erase(lock);
    auto expected = before;
    expected.erase(lock);
    CHECK(after == expected);
  }
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace handfast::pki::test
