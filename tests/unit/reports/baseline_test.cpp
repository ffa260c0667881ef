// Known deviations: what is excused, what is stale, how the list is kept, and wrong files.
#include "reports/baseline.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/sample_matrix.hpp"

using namespace handfast;
using reports::Baseline;
using reports::Verdict;

namespace {

const std::string good =
    "handfast-baseline: 1\n"
    "brokers:\n"
    "  - driver: mosquitto\n"
    "    version: \"2.0.\"\n"
    "    deviations:\n"
    "      - {id: client-cert-expired, verdict: fail, reason: \"issue 1\"}\n"
    "      - {id: client-chain-wrong-root, verdict: warn, reason: \"issue 2\"}\n";

Baseline baseline(const std::string& text) {
  auto parsed = reports::parse_baseline(text, "known.yaml");
  INFO((parsed ? std::string() : parsed.error().text()));
  REQUIRE(parsed);
  return *parsed;
}

/// The sample with nothing known, and without the row that is inconclusive.
reports::Matrix plain_matrix() {
  auto matrix = tests::sample_matrix();
  auto& column = matrix.columns.front();
  column.known.clear();
  column.stale.clear();
  std::erase_if(column.checks,
                [](const auto& check) { return check.verdict == Verdict::inconclusive; });
  return matrix;
}

reports::Matrix applied(const Baseline& known) {
  auto matrix = plain_matrix();
  reports::apply(known, matrix);
  return matrix;
}

/// The good file with one entry more.
std::string with_entry(const std::string& entry) { return good + "      - {" + entry + "}\n"; }

reports::BrokerInfo broker(const std::string& driver, const std::string& version) {
  reports::BrokerInfo info;
  info.driver = driver;
  info.version = version;
  return info;
}

}  // namespace

TEST_CASE("a listed fail or warn is known and the others stay open", "[reports]") {
  const auto matrix = applied(baseline(good));
  const auto& column = matrix.columns.front();
  REQUIRE(column.known.size() == 2);
  CHECK(column.known[0] ==
        reports::KnownDeviation{"client-cert-expired", Verdict::fail, "issue 1"});
  CHECK(column.known[1].verdict == Verdict::warn);
  CHECK(column.stale.empty());
  CHECK(count_column(column).open_fails() == 1);
  CHECK(exit_code_for(matrix) == 1);
  const auto whole = applied(baseline(
      with_entry("id: client-ca-no-basic-constraints, verdict: fail, reason: \"issue 3\"")));
  CHECK(exit_code_for(whole) == 0);
}

TEST_CASE("an entry whose row passes or came out milder is stale", "[reports]") {
  const auto matrix =
      applied(baseline(with_entry("id: client-chain-good, verdict: fail, reason: old")));
  REQUIRE(matrix.columns[0].stale.size() == 1);
  CHECK(matrix.columns[0].stale[0] ==
        reports::StaleEntry{"client-chain-good", Verdict::fail, Verdict::pass, "known.yaml:8:9"});
  auto text = good;
  text.replace(text.find("verdict: warn"), 13, "verdict: fail");
  const auto milder = applied(baseline(text));
  REQUIRE(milder.columns[0].stale.size() == 1);
  CHECK(milder.columns[0].stale[0].now == Verdict::warn);
}

TEST_CASE("a row that is listed as warn and fails is open, not known and not stale", "[reports]") {
  auto text = good;
  text.replace(text.find("verdict: fail"), 13, "verdict: warn");
  const auto matrix = applied(baseline(text));
  CHECK(find_known(matrix.columns[0], "client-cert-expired") == nullptr);
  CHECK(matrix.columns[0].stale.empty());
  CHECK(exit_code_for(matrix) == 1);
}

TEST_CASE("nothing is stale that did not run or was skipped", "[reports]") {
  const auto matrix = applied(
      baseline(with_entry("id: crl-revoked-leaf, verdict: fail, reason: old") +
               "      - {id: server-chain-good, verdict: fail, reason: not selected today}\n"));
  CHECK(matrix.columns[0].stale.empty());
}

TEST_CASE("the longest version that fits counts, and only a final dot makes a prefix",
          "[reports]") {
  Baseline known;
  for (const char* version : {"2.", "2.0.", "2.0.11", "2.0"}) {
    known.brokers.push_back({.driver = "mosquitto", .version = version, .deviations = {}});
  }
  CHECK(find_broker(known, broker("mosquitto", "2.0.11"))->version == "2.0.11");
  CHECK(find_broker(known, broker("mosquitto", "2.0.18"))->version == "2.0.");
  CHECK(find_broker(known, broker("mosquitto", "2.1.0"))->version == "2.");
  CHECK(find_broker(known, broker("mosquitto", "20.1")) == nullptr);
  CHECK(find_broker(known, broker("emqx", "2.0.11")) == nullptr);
}

TEST_CASE("an update keeps reasons, adds what is new and removes what passes", "[reports]") {
  const auto before =
      baseline(with_entry("id: client-chain-good, verdict: fail, reason: old") +
               "      - {id: server-chain-good, verdict: fail, reason: not selected}\n");
  const auto after = reports::update(before, plain_matrix());
  REQUIRE(after);
  CHECK(after->kept == 3);
  CHECK(after->added == 1);
  CHECK(after->removed == 1);
  const auto& part = after->baseline.brokers.at(0);
  CHECK(part.version == "2.0.");
  REQUIRE(part.deviations.size() == 4);
  CHECK(part.deviations[0].reason == "issue 1");
  CHECK(part.deviations[2].id == "server-chain-good");
  CHECK(part.deviations[3].id == "client-ca-no-basic-constraints");
  CHECK(part.deviations[3].reason == "unexplained");
  // What was written is a baseline under which the same run is green.
  CHECK(exit_code_for(applied(baseline(baseline_text(after->baseline)))) == 0);
}

TEST_CASE("a first update lists the broker by its exact version", "[reports]") {
  const auto after = reports::update({.file = "known.yaml", .brokers = {}}, plain_matrix());
  REQUIRE(after);
  CHECK(baseline_text(after->baseline) ==
        "# Known deviations: handfast check --baseline. Give every entry a reason; "
        "--update-baseline keeps it.\n"
        "handfast-baseline: 1\n"
        "brokers:\n"
        "  - driver: \"mosquitto\"\n"
        "    version: \"2.0.11\"\n"
        "    deviations:\n"
        "      - {id: \"client-cert-expired\", verdict: fail, reason: \"unexplained\"}\n"
        "      - {id: \"client-ca-no-basic-constraints\", verdict: fail, reason: "
        "\"unexplained\"}\n"
        "      - {id: \"client-chain-wrong-root\", verdict: warn, reason: \"unexplained\"}\n");
}

TEST_CASE("an update that empties the list leaves a readable file", "[reports]") {
  const auto after =
      reports::update({.file = "known.yaml", .brokers = {}}, tests::passing_matrix());
  REQUIRE(after);
  CHECK(baseline(baseline_text(after->baseline)).brokers.empty());
}

TEST_CASE("an update is refused when the run proves nothing", "[reports]") {
  const auto why = [](const reports::Matrix& matrix) {
    const auto after = reports::update({.file = "known.yaml", .brokers = {}}, matrix);
    REQUIRE_FALSE(after);
    return after.error().text();
  };
  CHECK(why(tests::sample_matrix()) ==
        "known.yaml: the baseline was not updated: mosquitto 2.0.11: 1 check is inconclusive or "
        "in error (a baseline holds only what a whole run has shown)");
  auto matrix = plain_matrix();
  matrix.columns[0].interrupted = true;
  CHECK_THAT(why(matrix), Catch::Contains("the run was interrupted"));
  matrix = plain_matrix();
  matrix.columns[0].problem = environment_problem("gone");
  CHECK_THAT(why(matrix), Catch::Contains("mosquitto 2.0.11 could not be checked"));
}

TEST_CASE("every reason survives writing and reading", "[reports]") {
  auto known = baseline(good);
  known.brokers[0].deviations[0].reason = "a \"quoted\" \\ back: #no {x} \xe2\x82\xac 'y'";
  const auto again = baseline(baseline_text(known));
  CHECK(again.brokers[0].deviations[0].reason == known.brokers[0].deviations[0].reason);
}

TEST_CASE("a wrong baseline is refused with its place and a hint", "[reports]") {
  struct Wrong {
    std::string from, to, error;
  };
  const auto wrong = GENERATE(values<Wrong>({
      {"reason: \"issue 1\"", "reasons: x",
       "known.yaml:6:50: unknown key \"reasons\" in \"deviations[0]\" (did you mean \"reason\"?)"},
      {", reason: \"issue 1\"", "", "known.yaml:6:9: \"reason\" is missing in \"deviations[0]\""},
      {"\"issue 1\"", "\" \"",
       "known.yaml:6:58: \"reason\" is empty (say why it is accepted, or name the issue where it "
       "is followed)"},
      {"verdict: fail", "verdict: fial", "(did you mean \"fail\"?)"},
      {"verdict: fail", "verdict: skip",
       "known.yaml:6:44: \"verdict\" cannot be \"skip\" (one of: fail, warn)"},
      {"client-chain-wrong-root", "client-cert-expired",
       "known.yaml:7:9: \"client-cert-expired\" is listed twice (the other one is at "
       "known.yaml:6:9)"},
      {"handfast-baseline: 1", "handfast-baseline: 2",
       "known.yaml:1:20: baseline format 2 is not known, this program reads format 1"},
      {"version: \"2.0.\"", "version: \"\"", "known.yaml:4:14: \"version\" is empty"},
      {"    version: \"2.0.\"\n", "", "\"version\" is missing"},
      {"brokers:\n", "brokers: 7\nbroker:\n", "unknown key \"broker\""},
  }));
  auto text = good;
  const auto at = text.find(wrong.from);
  REQUIRE(at != std::string::npos);
  text.replace(at, wrong.from.size(), wrong.to);
  const auto parsed = reports::parse_baseline(text, "known.yaml");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().kind == ProblemKind::usage);
  CHECK_THAT(parsed.error().text(), Catch::Contains(wrong.error));
}

TEST_CASE("one broker and version stands in a baseline once", "[reports]") {
  const auto parsed = reports::parse_baseline(
      good + "  - {driver: mosquitto, version: \"2.0.\", deviations: []}\n", "known.yaml");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().text() ==
        "known.yaml:8:5: mosquitto 2.0. is listed twice (put all its deviations into one list)");
}

TEST_CASE("a baseline that is not there is an environment problem", "[reports]") {
  const auto loaded = reports::load_baseline("/nonexistent/known.yaml");
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().kind == ProblemKind::environment);
}
