#include "reports/detail/junit_document.hpp"

#include <fmt/format.h>

#include <string_view>

#include "reports/detail/utf8.hpp"

namespace handfast::reports::detail {

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
    const auto [value, bytes] = decode_utf8(text);
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

std::string element(std::string_view tag, const JunitCase& entry) {
  return fmt::format("      <{0} message=\"{1}\" type=\"{0}\">{2}</{0}>\n", tag,
                     escaped(entry.message), escaped(entry.text));
}

std::string system_out(const std::string& text) {
  return text.empty() ? std::string()
                      : fmt::format("      <system-out>{}</system-out>\n", escaped(text));
}

std::string body(const JunitCase& entry) {
  switch (entry.kind) {
    case JunitCase::Kind::failure:
      return element("failure", entry);
    case JunitCase::Kind::error:
      return element("error", entry);
    case JunitCase::Kind::skipped:
      return fmt::format("      <skipped message=\"{}\"/>\n", escaped(entry.message)) +
             system_out(entry.text);
    case JunitCase::Kind::pass:
      break;
  }
  return entry.text.empty() ? std::string() : system_out(entry.message + "\n" + entry.text);
}

std::string to_xml(const JunitCase& entry) {
  const auto inner = body(entry);
  const auto head = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"",
                                escaped(entry.classname), escaped(entry.name), entry.duration_s);
  return inner.empty() ? head + "/>\n" : fmt::format("{}>\n{}    </testcase>\n", head, inner);
}

std::string to_xml(const JunitSuite& suite, const JunitDocument& document) {
  // The JUnit schema knows local times only, so the zone is left out; ours is always UTC.
  const auto timestamp =
      std::string_view(document.started_at).substr(0, document.started_at.find('Z'));
  std::string out = fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\" timestamp=\"{}\" hostname=\"{}\">\n    <properties>\n",
      escaped(suite.name), suite.cases.size(), suite.count(JunitCase::Kind::failure),
      suite.count(JunitCase::Kind::error), suite.count(JunitCase::Kind::skipped),
      suite.duration_s(), escaped(timestamp), escaped(document.host));
  for (const auto& [name, value] : suite.properties) {
    out +=
        fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", escaped(name), escaped(value));
  }
  out += "    </properties>\n";
  for (const auto& entry : suite.cases) out += to_xml(entry);
  return out + "  </testsuite>\n";
}

}  // namespace

std::string to_xml(const JunitDocument& document) {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  for (const auto& suite : document.suites) {
    tests += suite.cases.size();
    failures += suite.count(JunitCase::Kind::failure);
    errors += suite.count(JunitCase::Kind::error);
    skipped += suite.count(JunitCase::Kind::skipped);
  }
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"handfast\" tests=\"{}\" "
      "failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
      tests, failures, errors, skipped, document.duration_s);
  for (const auto& suite : document.suites) out += to_xml(suite, document);
  return out + "</testsuites>\n";
}

std::string evidence_text(const CheckResult& check) {
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

JunitCase::Kind kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::warn:
    case Verdict::info:
      return JunitCase::Kind::pass;
    case Verdict::fail:
      return JunitCase::Kind::failure;
    case Verdict::skip:
      return JunitCase::Kind::skipped;
    case Verdict::inconclusive:
    case Verdict::error:
      return JunitCase::Kind::error;
  }
  return JunitCase::Kind::error;
}

}  // namespace handfast::reports::detail
