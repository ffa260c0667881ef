#include "reports/junit.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/sample_result.hpp"

using namespace handfast;
using tests::golden_difference;

TEST_CASE("JUnit XML of a run with every kind of finding", "[reports][golden]") {
  CHECK(golden_difference(reports::junit_xml(tests::sample_result()), "reports/junit_sample.xml") ==
        "");
}

TEST_CASE("JUnit XML of a run that passed has no failure, error or skipped case", "[reports]") {
  const auto xml = reports::junit_xml(tests::passing_result());
  CHECK(
      xml.find(
          "<testsuites name=\"handfast\" tests=\"15\" failures=\"0\" errors=\"0\" skipped=\"0\"") !=
      std::string::npos);
  CHECK(xml.find("<failure") == std::string::npos);
  CHECK(xml.find("<error") == std::string::npos);
  CHECK(xml.find("<skipped") == std::string::npos);
}

TEST_CASE("a run that is not valid is an error of the run, not of the broker", "[reports]") {
  auto result = tests::passing_result();
  result.valid = false;
  result.invalid_reasons = {"loop lag p99 was 41 ms"};
  result.broker.died = "exit code 1";
  const auto xml = reports::junit_xml(result);
  CHECK(xml.find("name=\"the run is valid\" time=\"0.000\">\n      <error message=\"NOT VALID: "
                 "loop lag p99 was 41 ms\"") != std::string::npos);
  CHECK(xml.find("<failure message=\"the broker ended by itself: exit code 1\"") !=
        std::string::npos);
}

TEST_CASE("markup is escaped, and what XML cannot hold is removed or replaced", "[reports]") {
  reports::Result result;
  result.machine.host = "a<b>&\"'\x01\x1b\t\xff\xef\xbf\xbe\xed\xa0\x80 \xe2\x82\xac";
  const auto xml = reports::junit_xml(result);
  const std::string replaced = "\xef\xbf\xbd";
  CHECK(xml.find("hostname=\"a&lt;b&gt;&amp;&quot;'\t" + replaced + replaced + replaced + replaced +
                 " \xe2\x82\xac\"") != std::string::npos);
}
