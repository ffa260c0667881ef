#include "reports/tls_lines.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using reports::tls_lines;

namespace {

reports::Result result_of(stats::FleetStats fleet, const std::string& engine = "libssl") {
  reports::Result result;
  fleet.name = "sensors";
  reports::FleetPlan plan;
  plan.name = fleet.name;
  plan.tls_engine = engine;
  plan.verification = "every handshake";
  plan.key_mode = "fresh key share";
  result.fleets.push_back(plan);
  result.load.fleets.push_back(std::move(fleet));
  return result;
}

std::vector<std::string> lines_of(const reports::Result& result) {
  return tls_lines(result, result.load.fleets[0]);
}

}  // namespace

TEST_CASE("a fleet with TLS says how it verified, one without says nothing", "[reports]") {
  CHECK(lines_of(result_of({})) ==
        std::vector<std::string>{"sensors: every handshake; fresh key share"});
  CHECK(lines_of(result_of({}, "")).empty());
  CHECK(lines_of(result_of({}, "native TLS 1.3, chain cache"))[0] ==
        "sensors: native TLS 1.3, chain cache; every handshake; fresh key share");
  CHECK(lines_of(result_of({}, "libssl (not native: the versions allow TLS 1.2)"))[0].starts_with(
      "sensors: libssl (not native: the versions allow TLS 1.2); "));
}

TEST_CASE("a fleet that resumes tells what was asked, what became of it, and what it cost first",
          "[reports]") {
  stats::FleetStats fleet;
  fleet.tls_handshakes = 1100;
  fleet.seeding = 100;
  fleet.resumption_asked = 800;
  fleet.resumed = 796;
  const auto lines = lines_of(result_of(fleet));
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] ==
        "sensors: 796 of 800 handshakes that offered a session resumed it (99.50 %), 79.60 % of "
        "all; 100 more to get first sessions");
  fleet.early_data_sent = 160;
  fleet.early_data_accepted = 150;
  CHECK(lines_of(result_of(fleet))[1].ends_with("; early data accepted in 150 of 160"));
}
