// Rows that are made of minted lists: alerts as the catalogue writes them, and that each list meets
// the trust file that it was minted for.
#include "harness/check/chain_rows.hpp"

#include <chrono>
#include <set>

#include "harness/check/profiles.hpp"
#include "pki/faults/fixtures.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using Alerts = std::vector<std::uint8_t>;

pki::Fixtures fresh_fixtures() {
  return pki::Fixtures::build("test", std::chrono::time_point_cast<WallTime::duration>(
                                          std::chrono::system_clock::now()))
      .value();
}

/// All probes of the rows of group client-chain that send a minted list.
std::vector<ProbePlan> chain_probes() {
  std::vector<ProbePlan> out;
  for (const auto& spec : client_chain_specs()) {
    if (const auto* probe = std::get_if<ProbePlan>(&spec.plan)) out.push_back(*probe);
    if (const auto* cases = std::get_if<CasesPlan>(&spec.plan)) {
      for (const auto& one : cases->cases) out.push_back(one.plan);
    }
  }
  return out;
}

TEST_CASE("alerts are read as the catalogue writes them, the specified one first", "[check]") {
  CHECK(alerts_of("48 {46,42}", "1.2") == Alerts{48, 46, 42});
  CHECK(alerts_of("48 {46,42}", "1.3") == Alerts{48, 46, 42});
  CHECK(alerts_of("TLS 1.3: 116 {42,40}; TLS 1.2: 40 {42}", "1.3") == Alerts{116, 42, 40});
  CHECK(alerts_of("TLS 1.3: 116 {42,40}; TLS 1.2: 40 {42}", "1.2") == Alerts{40, 42});
  CHECK(alerts_of("", "1.3").empty());
}

TEST_CASE("rows about chains tolerate 42 and 46 whatever else they name", "[check]") {
  const auto expect = rejection_of(*find_row("client-cert-expired"));
  CHECK(expect.outcome == probe::Outcome::reject);
  CHECK(expect.alerts_tls13 == Alerts{45, 42, 46});
  const auto none = rejection_of(*find_row("client-none-required"));
  CHECK(none.alerts_tls13.front() == 116);
  CHECK(none.alerts_tls12.front() == 40);
}

TEST_CASE("a row's spec carries its metadata", "[check]") {
  const auto spec = spec_of_row("client-cert-expired");
  CHECK(spec.group == "client-chain");
  CHECK(spec.core);
  CHECK(spec.level == Level::must);
  CHECK_THAT(spec.expected, Catch::Matchers::StartsWith("reject, alert 45"));
}

TEST_CASE("every list is judged by the trust file that it was minted for", "[check]") {
  auto fixtures = fresh_fixtures();
  const auto root = fixtures.make(good_client_fixture)->anchors;
  std::set<std::string> with_partial_option;
  for (const auto& spec : client_chain_specs()) {
    if (!spec.capabilities.empty()) with_partial_option.insert(spec.id);
  }
  std::size_t judged = 0;
  for (const auto& probe : chain_probes()) {
    const auto& id = probe.stimulus.identity;
    if (id.empty() || with_partial_option.contains(id.substr(0, id.find('/')))) continue;
    INFO(id << " on " << probe.stimulus.listener);
    const auto profile = parse_profile(probe.stimulus.listener);
    REQUIRE(profile);
    if (profile->fixture == id) continue;  // its own file: nothing that could differ
    const auto wanted = fixtures.make(id)->anchors;
    const auto configured =
        profile->fixture.empty() ? root : fixtures.make(profile->fixture)->anchors;
    CHECK(wanted == configured);
    if (probe.twin && !probe.twin->identity.empty()) {
      const auto twin_root = fixtures.make(probe.twin->identity)->anchors.front();
      CHECK(std::ranges::find(configured, twin_root) != configured.end());
    }
    ++judged;
  }
  CHECK(judged > 80);
}

TEST_CASE("a list that must be rejected stands beside a control wherever one is trusted",
          "[check]") {
  std::set<std::string> without;
  for (const auto& probe : chain_probes()) {
    if (probe.expect.outcome == probe::Outcome::reject && !probe.twin) {
      without.insert(probe.stimulus.identity);
    }
  }
  // Their trust files hold nothing that another fixture was issued under.
  CHECK(without == std::set<std::string>{"client-alg-sha1/int", "client-alg-sha1/leaf"});
}

TEST_CASE("bytes that libssl will not send come from our own TLS 1.3 client", "[check]") {
  for (const auto& spec : client_chain_specs()) {
    const auto* probe = std::get_if<ProbePlan>(&spec.plan);
    if (probe == nullptr || probe->stimulus.mutation == tls::Mutation::none) continue;
    INFO(spec.id);
    CHECK(probe->stimulus.engine == tls::EngineKind::native);
    CHECK(probe->only_version == tls::Version::tls1_3);
    CHECK(probe->twin->mutation == tls::Mutation::none);
  }
}

TEST_CASE("a row that depends on an option names the capability", "[check]") {
  for (const auto& spec : client_chain_specs()) {
    if (spec.id == "client-none-optional") {
      CHECK(spec.capabilities == std::vector<std::string>{"mtls=optional"});
    }
  }
  for (const auto& spec : revocation_specs()) {
    INFO(spec.id);
    CHECK(spec.capabilities.front() == "crl.file");
    CHECK((spec.capabilities.size() == 2) ==
          (spec.id == "crl-on-wss" || spec.id == "crl-der-file"));
    CHECK(spec.weaker_without.has_value() ==
          (spec.id == "crl-revoked-intermediate" || spec.id == "crl-many-in-file"));
  }
}

}  // namespace
}  // namespace handfast::check
