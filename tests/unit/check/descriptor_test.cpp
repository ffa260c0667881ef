// The probe pass: declaration against behaviour, with evidence written by hand.
#include "harness/check/descriptor_row.hpp"

#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using reports::Verdict;

Step comparison(const std::string& what, const std::string& declared, const std::string& seen) {
  Step step;
  step.what = what;
  step.facts = {{"declared", declared}, {"seen", seen}};
  return step;
}

Judgement judged(const std::string& what, const std::string& declared, const std::string& seen) {
  ScriptEvidence evidence;
  evidence.steps = {comparison(what, declared, seen)};
  return judge_descriptor(Level::should, evidence);
}

TEST_CASE("a broker that does as it declares passes", "[descriptor]") {
  CHECK(judged("tls.versions", "1.3,1.2", "1.2,1.3").verdict == Verdict::pass);
  CHECK(judged("mtls", "optional,required", "required").verdict == Verdict::pass);
  CHECK(judged("mtls on a one-way listener", "none", "none").verdict == Verdict::pass);
  CHECK(judged("crl.file", "pem", "yes").verdict == Verdict::pass);
  CHECK(judged("resume.tls13", "no", "no").verdict == Verdict::pass);
}

TEST_CASE("a difference is a descriptor-mismatch that names both sides", "[descriptor]") {
  const auto versions = judged("tls.versions", "1.2,1.3", "1.2");
  CHECK(versions.verdict == Verdict::warn);
  CHECK(versions.reason == "descriptor-mismatch: tls.versions: declared 1.2,1.3, seen 1.2");
  CHECK(judged("mtls", "required", "optional").verdict == Verdict::warn);
  CHECK(judged("mtls", "optional,required", "optional").verdict == Verdict::warn);
  CHECK(judged("mtls", "optional", "optional").verdict == Verdict::pass);
  CHECK(judged("mtls on a one-way listener", "none", "asks for a certificate").verdict ==
        Verdict::warn);
  CHECK(judged("crl.file", "yes", "no").verdict == Verdict::warn);
  CHECK(judged("resume.tls12", "no", "yes").verdict == Verdict::warn);
}

TEST_CASE("the declaration loses, and only where it was wrong", "[descriptor]") {
  ScriptEvidence evidence;
  evidence.steps = {comparison("tls.versions", "1.2,1.3", "1.2"),
                    comparison("mtls on a one-way listener", "none", "asks for a certificate"),
                    comparison("mtls", "required", "required"), comparison("ws", "yes", "no")};
  CHECK(corrections(evidence) ==
        std::map<std::string, std::string>{{"tls.versions", "1.2"}, {"ws", "no"}});
}

}  // namespace
}  // namespace handfast::check
