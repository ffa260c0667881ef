// JUnit XML as CI servers read it: suites of testcases, written in one place.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/result.hpp"

namespace handfast::reports::detail {

/// What one testcase came to.
struct JunitCase {
  enum class Kind { pass, failure, error, skipped };
  std::string classname, name;
  double duration_s = 0;
  Kind kind = Kind::pass;
  std::string message;  ///< one line; for skipped the token
  std::string text;     ///< evidence; for a passed or skipped case it goes to system-out
};

struct JunitSuite {
  std::string name;
  std::vector<std::pair<std::string, std::string>> properties{};
  std::vector<JunitCase> cases{};

  std::size_t count(JunitCase::Kind kind) const {
    std::size_t sum = 0;
    for (const auto& entry : cases) sum += entry.kind == kind ? 1 : 0;
    return sum;
  }
  double duration_s() const {
    double sum = 0;
    for (const auto& entry : cases) sum += entry.duration_s;
    return sum;
  }
};

struct JunitDocument {
  std::string started_at;  ///< RFC 3339, UTC
  std::string host;
  double duration_s = 0;
  std::vector<JunitSuite> suites;
};

/// The document; markup is escaped, what XML 1.0 cannot hold is left out or replaced.
std::string to_xml(const JunitDocument& document);

/// warn and info are passed cases with a word in system-out; inconclusive and error are errors.
JunitCase::Kind kind_of(Verdict verdict);

/// Everything that is known about a check, as text.
std::string evidence_text(const CheckResult& check);

}  // namespace handfast::reports::detail
