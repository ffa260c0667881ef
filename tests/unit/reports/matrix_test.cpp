// The matrix as a value: what counts, what excuses, and which exit code it comes to.
#include "reports/matrix.hpp"

#include <functional>

#include "tests/support/catch.hpp"
#include "tests/support/sample_matrix.hpp"

using namespace handfast;
using reports::Matrix;
using reports::Verdict;

namespace {

Matrix with(const std::function<void(reports::MatrixColumn&)>& change) {
  auto matrix = tests::passing_matrix();
  change(matrix.columns.front());
  return matrix;
}

Matrix with_verdict(Verdict verdict) {
  return with([verdict](auto& column) { column.checks[0].verdict = verdict; });
}

}  // namespace

TEST_CASE("what a matrix holds decides its exit code", "[reports]") {
  CHECK(exit_code_for(tests::passing_matrix()) == 0);
  CHECK(exit_code_for(with_verdict(Verdict::warn)) == 0);
  CHECK(exit_code_for(with_verdict(Verdict::info)) == 0);
  CHECK(exit_code_for(with_verdict(Verdict::skip)) == 0);
  CHECK(exit_code_for(with_verdict(Verdict::fail)) == 1);
  CHECK(exit_code_for(with_verdict(Verdict::inconclusive)) == 5);
  CHECK(exit_code_for(with_verdict(Verdict::error)) == 4);
  CHECK(exit_code_for(with([](auto& column) { column.interrupted = true; })) == 130);
  CHECK(exit_code_for(with([](auto& column) { column.broker.died = "exit code 1"; })) == 1);
  CHECK(exit_code_for(with(
            [](auto& column) { column.problem = environment_problem("not installed"); })) == 3);
  CHECK(exit_code_for(with([](auto& column) { column.problem = usage_problem("wrong"); })) == 2);
  CHECK(exit_code_for(with([](auto& column) {
          column.stale = {{"tls13-good", Verdict::fail, Verdict::pass, "known.yaml:9:9"}};
        })) == 1);
}

TEST_CASE("a fail that the baseline knows does not fail the run", "[reports]") {
  auto matrix = with_verdict(Verdict::fail);
  auto& column = matrix.columns.front();
  column.known = {{column.checks[0].id, Verdict::fail, "issue 7"}};
  CHECK(exit_code_for(matrix) == 0);
  CHECK(headline(matrix).outcome == reports::Outcome::passed);
  CHECK(headline(matrix).reasons ==
        std::vector<std::string>{
            "mosquitto 2.0.11: 1 passed, 1 failed (the baseline knows every fail)"});
  column.checks[1].verdict = Verdict::fail;
  CHECK(exit_code_for(matrix) == 1);
  CHECK(headline(matrix).reasons ==
        std::vector<std::string>{
            "mosquitto 2.0.11: 1 check failed that the baseline does not know, 1 known"});
}

TEST_CASE("where several exit codes hold, the weightiest wins", "[reports]") {
  auto matrix = tests::wide_matrix();  // a fail, an inconclusive row, a broker not available
  CHECK(exit_code_for(matrix) == 3);
  matrix.columns[1].checks[0].verdict = Verdict::error;
  CHECK(exit_code_for(matrix) == 4);
  matrix.columns[1].interrupted = true;
  CHECK(exit_code_for(matrix) == 130);
  CHECK(exit_code_for(tests::sample_matrix()) == 5);
}

TEST_CASE("rows of several brokers are joined by id", "[reports]") {
  const auto matrix = tests::wide_matrix();
  const auto groups = groups_of(matrix);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].name == "client-chain");
  CHECK(groups[0].rows.size() == 5);
  const auto& row = groups[1].rows.at(0);
  CHECK(row.spec->id == "crl-revoked-leaf");
  REQUIRE(row.cells.size() == 3);
  CHECK(row.cells[0]->verdict == Verdict::skip);
  CHECK(row.cells[1] == nullptr);
  CHECK(row.cells[2] == nullptr);
}

TEST_CASE("skips are counted by token, the most frequent first", "[reports]") {
  const auto counts = count_column(tests::sample_matrix().columns.front());
  CHECK(counts.skips ==
        std::vector<std::pair<std::string, std::uint64_t>>{{"crl.file", 2}, {"ocsp.staple", 1}});
  CHECK(counts.known_fails == 1);
  CHECK(counts.known_warns == 1);
  CHECK(counts.open_fails() == 1);
}
