#include "reports/junit.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "core/base/text.hpp"
#include "reports/detail/utf8.hpp"
#include "reports/summary.hpp"

namespace handfast::reports {

namespace {

/// XML 1.0 section 2.2 (Char): no control characters but tab, line feed, carriage return; no
/// U+FFFE, U+FFFF.
bool is_xml_char(char32_t value) {
  return value == '\t' || value == '\n' || value == '\r' ||
         (value >= 0x20 && value != 0xfffe && value != 0xffff);
}

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto [value, bytes] = detail::decode_utf8(text);
    const bool foreign = value == 0xfffd && bytes == 1;
    if (foreign) {
      out += "\xef\xbf\xbd";
    } else if (value == '&') {
      out += "&amp;";
    } else if (value == '<') {
      out += "&lt;";
    } else if (value == '>') {
      out += "&gt;";
    } else if (value == '"') {
      out += "&quot;";
    } else if (is_xml_char(value)) {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return out;
}

/// What one testcase came to.
struct Case {
  enum class Kind { pass, failure, error, skipped };
  std::string classname, name;
  double duration_s = 0;
  Kind kind = Kind::pass;
  std::string message;  ///< one line; for skipped the token
  std::string text;     ///< evidence; for a passed case it goes to system-out
};

struct Suite {
  std::string name;
  std::vector<Case> cases;

  std::size_t count(Case::Kind kind) const {
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

std::string evidence(const CheckResult& check) {
  std::string out =
      fmt::format("{}\nlevel: {}, {}\nexpected: {}\nobserved: {}\nreason: {}\n", check.title,
                  check.level, check.reference, check.expected, check.observed, check.reason);
  for (const auto& observation : check.observations) {
    out += fmt::format("\n{}: {}: {} ({:.3f} s)\n", observation.what, observation.outcome,
                       observation.detail, observation.duration_s);
    for (const auto& [name, value] : observation.facts)
      out += fmt::format("  {}: {}\n", name, value);
    for (const auto& message : observation.messages) out += fmt::format("  {}\n", message);
  }
  return out;
}

Case::Kind kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::warn:
    case Verdict::info:
      return Case::Kind::pass;
    case Verdict::fail:
      return Case::Kind::failure;
    case Verdict::skip:
      return Case::Kind::skipped;
    case Verdict::inconclusive:
    case Verdict::error:
      return Case::Kind::error;
  }
  return Case::Kind::error;
}

Case case_of(const CheckResult& check) {
  Case out{"handfast." + check.group, check.id, check.duration_s, kind_of(check.verdict), {}, {}};
  out.message = check.verdict == Verdict::skip
                    ? check.reason
                    : fmt::format("{}: {}", to_string(check.verdict),
                                  check.reason.empty() ? check.title : check.reason);
  if (check.verdict != Verdict::pass && check.verdict != Verdict::skip) out.text = evidence(check);
  return out;
}

Case case_of(const ThresholdResult& threshold) {
  Case out{"handfast.thresholds", threshold.expression, 0, Case::Kind::pass, {}, {}};
  if (threshold.passed) return out;
  out.kind = Case::Kind::failure;
  out.message = threshold.evaluated ? fmt::format("missed: observed {}", threshold.observed)
                                    : fmt::format("not evaluated: {}", threshold.observed);
  return out;
}

/// Whether the run as a whole can be believed, and whether we did our part.
Case validity_case(const Result& result) {
  Case out{"handfast.run", "the run is valid", 0, Case::Kind::pass, {}, {}};
  const auto head = headline(result);
  if (head.outcome == Outcome::passed || head.outcome == Outcome::failed) return out;
  out.kind = Case::Kind::error;
  out.message = fmt::format("{}: {}", to_string(head.outcome),
                            head.reasons.empty() ? "" : head.reasons.front());
  out.text = join(head.reasons, "\n") + "\n";
  return out;
}

Case broker_case(const Result& result) {
  Case out{"handfast.run", "the broker kept running", 0, Case::Kind::pass, {}, {}};
  if (!result.broker.died) return out;
  out.kind = Case::Kind::failure;
  out.message = "the broker ended by itself: " + *result.broker.died;
  return out;
}

std::vector<Suite> suites_of(const Result& result) {
  std::vector<Suite> suites;
  for (const auto& group : group_checks(result)) {
    auto& suite = suites.emplace_back(Suite{group.name, {}});
    for (const auto* check : group.checks) suite.cases.push_back(case_of(*check));
  }
  if (!result.thresholds.empty()) {
    auto& suite = suites.emplace_back(Suite{"thresholds", {}});
    for (const auto& threshold : result.thresholds) suite.cases.push_back(case_of(threshold));
  }
  suites.push_back({"run", {validity_case(result), broker_case(result)}});
  return suites;
}

std::string element(std::string_view tag, const Case& entry) {
  return fmt::format("      <{0} message=\"{1}\" type=\"{0}\">{2}</{0}>\n", tag,
                     escaped(entry.message), escaped(entry.text));
}

std::string body(const Case& entry) {
  switch (entry.kind) {
    case Case::Kind::failure:
      return element("failure", entry);
    case Case::Kind::error:
      return element("error", entry);
    case Case::Kind::skipped:
      return fmt::format("      <skipped message=\"{}\"/>\n", escaped(entry.message));
    case Case::Kind::pass:
      break;
  }
  if (entry.text.empty()) return {};
  return fmt::format("      <system-out>{}\n{}</system-out>\n", escaped(entry.message),
                     escaped(entry.text));
}

std::string to_xml(const Case& entry) {
  const auto inner = body(entry);
  const auto head = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                                escaped(entry.classname), escaped(entry.name), entry.duration_s);
  return inner.empty() ? head + "/>\n" : fmt::format("{}>\n{}    </testcase>\n", head, inner);
}

std::string to_xml(const Suite& suite, const Result& result) {
  // The JUnit schema knows local times only, so the zone is left out; ours is always UTC.
  const auto timestamp = std::string_view(result.started_at).substr(0, result.started_at.find('Z'));
  std::string out = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\" "
      "timestamp=\"{}\" hostname=\"{}\">\n",
      escaped(suite.name), suite.cases.size(), suite.count(Case::Kind::failure),
      suite.count(Case::Kind::error), suite.count(Case::Kind::skipped), suite.duration_s(),
      escaped(timestamp), escaped(result.machine.host));
  out += fmt::format(
      "    <properties>\n      <property name=\"scenario\" value=\"{}\"/>\n      <property "
      "name=\"broker\" "
      "value=\"{}\"/>\n      <property name=\"seed\" value=\"{}\"/>\n    </properties>\n",
      escaped(result.scenario_name), escaped(result.broker.driver + " " + result.broker.version),
      result.seed);
  for (const auto& entry : suite.cases) out += to_xml(entry);
  return out + "  </testsuite>\n";
}

}  // namespace

std::string junit_xml(const Result& result) {
  const auto suites = suites_of(result);
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  for (const auto& suite : suites) {
    tests += suite.cases.size();
    failures += suite.count(Case::Kind::failure);
    errors += suite.count(Case::Kind::error);
    skipped += suite.count(Case::Kind::skipped);
  }
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"handfast\" tests=\"{}\" "
      "failures=\"{}\" "
      "errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
      tests, failures, errors, skipped, result.duration_s);
  for (const auto& suite : suites) out += to_xml(suite, result);
  return out + "</testsuites>\n";
}

}  // namespace handfast::reports
