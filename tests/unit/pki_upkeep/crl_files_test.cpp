#include "pki/upkeep/crl_files.hpp"

#include "pki/fleet/fleet_mix.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "pki/revocation/serial.hpp"
#include "pki/upkeep/renewal.hpp"
#include "pki/upkeep/revoking.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

CrlReport write(const Lab& lab, WallTime now = noon) {
  auto home = lab.lock();
  return write_crl(home, "second", {.valid = {}, .now = now}).value();
}

void revoke_in(const Lab& lab, const std::string& name, const std::string& reason) {
  auto home = lab.lock();
  const auto target = parse_revocation_target(lab.manifest, home.state(), name).value();
  REQUIRE(revoke(lab.manifest, home.state(), target, reason, noon).has_value());
  REQUIRE(home.save().has_value());
}

}  // namespace

TEST_CASE("a home's CRL holds entries, old generations and members of fleets", "[pki]") {
  const Lab lab;
  REQUIRE(renew(lab.manifest, {.names = {"server"}},
                {.home = lab.folder.path(), .key_owner = {}, .now = noon})
              .has_value());
  revoke_in(lab, "server@1", "superseded");
  revoke_in(lab, "client", "certificateHold");
  const auto kinds = FleetRoster::of(*lab.manifest.fleet("devices"))->members(FleetMember::revoked);
  REQUIRE(kinds.size() == 2);  // 10 % of 20
  std::uint64_t by_hand = 0;
  while (contains(std::vector<std::string>{std::to_string(kinds[0]), std::to_string(kinds[1])},
                  std::to_string(by_hand))) {
    ++by_hand;
  }
  revoke_in(lab, "devices:" + std::to_string(by_hand), "keyCompromise");
  const auto report = write(lab);
  CHECK(report.written);
  CHECK(report.reason == "new");
  CHECK(report.number == 1);
  CHECK(report.entries == 5);
  const auto crl = std::move(load_crls(lab.folder / "second-crl.pem").value().front());
  CHECK(crl.signed_by(certificate_in(lab.folder / "second.pem").get()));
  CHECK(crl.facts().scope->uris == std::vector<std::string>{"http://127.0.0.1:9580/second.crl"});
  CHECK(crl.facts().next_update == noon + 8 * day);
  const auto state = lab.state();
  const auto held = crl.find(parse_serial(state.entries.at("client").serial).value());
  REQUIRE(held.has_value());
  CHECK(held->reason == RevocationReason::certificate_hold);
  CHECK(crl.find(parse_serial(state.entries.at("server").old[0].serial).value()).has_value());
  CHECK_FALSE(crl.find(parse_serial(state.entries.at("server").serial).value()).has_value());
  CHECK(crl.der() == [&] {
    const auto text = slurp(lab.folder / "second-crl.der");
    return Bytes(text.begin(), text.end());
  }());
}

TEST_CASE("a CRL is written again when it says something new or ends soon, and its number goes up",
          "[pki]") {
  const Lab lab;
  CHECK(write(lab).number == 1);
  const auto before = snapshot(lab.folder.path());
  const auto same = write(lab, noon + 5 * day);
  CHECK_FALSE(same.written);
  CHECK(same.next_update == noon + 8 * day);
  CHECK(snapshot(lab.folder.path()) == before);

  const auto late = write(lab, noon + 7 * day);
  CHECK(late.reason == "it ends soon");
  CHECK(late.number == 2);
  revoke_in(lab, "server", "keyCompromise");
  const auto changed = write(lab, noon + 7 * day);
  CHECK(changed.reason == "the list changed");
  CHECK(changed.number == 3);
  CHECK(lab.state().crl_numbers.at("second") == 3);

  spit(lab.folder / "second-crl.pem", "nothing");
  CHECK(write(lab, noon + 7 * day).reason == "the file was damaged");
  std::filesystem::remove(lab.folder / "second-crl.pem");
  CHECK(write(lab, noon + 7 * day).number == 5);
}

TEST_CASE("an old CRL put back in its place is noticed", "[pki]") {
  const Lab lab;
  write(lab);
  const auto first = slurp(lab.folder / "second-crl.pem");
  auto home = lab.lock();
  REQUIRE(write_crl(home, "second", {.valid = 2 * day, .now = noon})->number == 2);
  spit(lab.folder / "second-crl.pem", first);
  const auto report = write_crl(home, "second", {.valid = {}, .now = noon}).value();
  CHECK(report.reason == "an older one was in its place");
  CHECK(report.number == 3);
}

TEST_CASE("after a rekey the CRL is signed with the new key", "[pki]") {
  const Lab lab;
  write(lab);
  RenewalRequest request{.names = {"second"}, .rekey = true};
  request.yes_authority = true;
  REQUIRE(renew(lab.manifest, request, {.home = lab.folder.path(), .key_owner = {}, .now = noon})
              .has_value());
  const auto report = write(lab);
  CHECK(report.reason == "its signer has a new key");
  const auto crl = std::move(load_crls(lab.folder / "second-crl.pem").value().front());
  CHECK(crl.signed_by(certificate_in(lab.folder / "second.pem").get()));
}

TEST_CASE("an authority that publishes no CRL gets one when it has revoked something", "[pki]") {
  const Lab lab;
  {
    auto home = lab.lock();
    CHECK(crl_authorities(home).value() == std::vector<std::string>{"second"});
  }
  revoke_in(lab, "second", "cACompromise");
  auto home = lab.lock();
  CHECK(crl_authorities(home).value() == std::vector<std::string>{"root", "second"});
  const auto reports = write_crls(home, {.valid = {}, .now = noon}).value();
  REQUIRE(reports.size() == 2);
  CHECK(reports[0].file == "root-crl.pem");
  CHECK(reports[0].entries == 1);
  CHECK(write_crl(home, "secnd", {.valid = {}, .now = noon}).error().text() ==
        "there is no authority \"secnd\" (did you mean \"second\"?)");
}
