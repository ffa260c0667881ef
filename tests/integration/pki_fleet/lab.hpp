// Two tiers and a stranger, made by the program, and the options that mint a fleet below them.
#pragma once

#include <string>

#include "tests/integration/pki/command.hpp"

namespace handfast::pki::test {

struct FleetLab {
  TempFolder folder;

  FleetLab() {
    spit(folder / "pki.yaml", R"(handfast-pki: 1
authorities:
  root: {cn: test root, valid: 10y}
  second: {issuer: root, cn: test second, pathlen: 0, valid: 5y}
  rogue: {cn: rogue root, valid: 10y, trust: false}
fleets:
  devices: {issuer: second, count: 50, cn: 'dev-{i:06}', valid: 30d}
)");
    ok("apply");
  }

  Finished run_pki(const std::string& arguments) const { return pki_cli(folder, arguments); }
  /// Runs a verb that must succeed; its stdout.
  std::string ok(const std::string& arguments) const {
    const auto done = run_pki(arguments);
    INFO(arguments << "\n" << done.out << done.err);
    REQUIRE(done.exit_code == 0);
    return done.out;
  }
  static std::string issuers() {
    return "--ca pki/second.pem --ca-key pki/second.key --rogue-ca pki/rogue.pem --rogue-key "
           "pki/rogue.key ";
  }
  void mint(const std::string& store, const std::string& more) const {
    ok("fleet mint " + issuers() + "--store " + store + " --out " + store + " " + more);
  }
};

}  // namespace handfast::pki::test
