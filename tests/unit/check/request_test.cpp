// What a CertificateRequest says, and the judges that read it; which certificate is shown.
#include "harness/check/request_rows.hpp"

#include "harness/check/server_choice_rows.hpp"
#include "harness/probe/certificate_request.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using probe::Outcome;
using reports::Verdict;
using tls::Version;

Step request(Version version, const std::string& schemes, const std::string& names = "none") {
  Step step{.what = tls::to_string(version), .outcome = Outcome::accept};
  step.facts = {{"schemes", schemes}, {"authorities", names}};
  return step;
}

ScriptEvidence of(std::vector<Step> steps) {
  ScriptEvidence evidence;
  evidence.steps = std::move(steps);
  return evidence;
}

TEST_CASE("a CertificateRequest of TLS 1.2 is read field by field", "[check]") {
  const Bytes body{1, 64, 0, 4, 4, 3, 8, 4, 0, 5, 0, 3, 0x30, 1, 0};
  const auto read = probe::parse_certificate_request(body, Version::tls1_2);
  REQUIRE(read);
  CHECK(read->schemes == std::vector<std::uint16_t>{0x0403, 0x0804});
  CHECK(read->authorities == std::vector<Bytes>{{0x30, 1, 0}});
}

TEST_CASE("a CertificateRequest of TLS 1.3 is read extension by extension", "[check]") {
  const Bytes body{0, 0,  21,                    // no context; extensions
                   0, 13, 0,  4, 0, 2, 4, 3,     // signature_algorithms
                   0, 47, 0,  5, 0, 3, 0, 1, 9,  // certificate_authorities
                   0, 5,  0,  0};                // status_request
  const auto read = probe::parse_certificate_request(body, Version::tls1_3);
  REQUIRE(read);
  CHECK(read->schemes == std::vector<std::uint16_t>{0x0403});
  CHECK(read->authorities == std::vector<Bytes>{{9}});
}

TEST_CASE("a CertificateRequest that breaks off is none", "[check]") {
  const Bytes whole{1, 64, 0, 4, 4, 3, 8, 4, 0, 5, 0, 3, 0x30, 1, 0};
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    CHECK_FALSE(probe::parse_certificate_request(ByteView(whole).first(size), Version::tls1_2));
  }
  CHECK_FALSE(
      probe::parse_certificate_request(Bytes{0, 0, 6, 0, 13, 0, 3, 0, 3, 4}, Version::tls1_3));
}

TEST_CASE("MD5 is contrary everywhere, SHA-1 under TLS 1.3", "[check]") {
  const auto judged = [](const std::string& in_13, const std::string& in_12) {
    return judge_asked_schemes(
        Level::should, of({request(Version::tls1_3, in_13), request(Version::tls1_2, in_12)}));
  };
  CHECK(judged("0403 0804", "0403 0401").verdict == Verdict::pass);
  CHECK(judged("0403 0203", "0403").verdict == Verdict::warn);
  CHECK(judged("0403", "0101").verdict == Verdict::warn);
  const auto old = judged("0403", "0403 0203");
  CHECK(old.verdict == Verdict::pass);
  CHECK(old.reason.find("SHA-1") != std::string::npos);
}

TEST_CASE("without a CertificateRequest nothing is said of it", "[check]") {
  Step none{.what = "TLS 1.3", .outcome = Outcome::not_sent};
  CHECK(judge_asked_schemes(Level::should, of({none})).verdict == Verdict::inconclusive);
  CHECK(judge_named_authorities(of({none})).verdict == Verdict::inconclusive);
  CHECK(judge_clients_accepted(Level::must, of({none})).verdict == Verdict::inconclusive);
}

TEST_CASE("named authorities are recorded", "[check]") {
  const auto seen = judge_named_authorities(of({request(Version::tls1_3, "0403", "CN = root")}));
  CHECK(seen.verdict == Verdict::info);
  CHECK(seen.observed == "TLS 1.3: CN = root");
}

TEST_CASE("every client below a named authority must be accepted", "[check]") {
  auto evidence = of({request(Version::tls1_3, "0403", "CN = a; CN = b")});
  evidence.steps.push_back({.what = "old", .outcome = Outcome::accept});
  evidence.steps.push_back({.what = "new", .outcome = Outcome::accept});
  CHECK(judge_clients_accepted(Level::must, evidence).verdict == Verdict::pass);
  evidence.steps.back().outcome = Outcome::reject;
  CHECK(judge_clients_accepted(Level::must, evidence).verdict == Verdict::fail);
}

TEST_CASE("an expired certificate of the broker is recorded, whatever comes of it", "[check]") {
  auto evidence = of({{.what = std::string(expired_start),
                       .outcome = Outcome::reject,
                       .detail = "it has expired"}});
  const auto refused = judge_expired_start(Level::may, evidence);
  CHECK(refused.verdict == Verdict::info);
  CHECK(refused.observed == "it has expired");
  CHECK(refused.reason == "the broker does not start with an expired certificate");
  evidence.steps.front().outcome = Outcome::accept;
  evidence.steps.push_back({.what = "a client of that listener", .outcome = Outcome::accept});
  CHECK(judge_expired_start(Level::may, evidence).reason ==
        "the broker serves an expired certificate: clients have to refuse it");
  evidence.steps.back().outcome = Outcome::reject;
  CHECK(judge_expired_start(Level::may, evidence).reason ==
        "the broker starts with an expired certificate, and no handshake succeeds");
}

TEST_CASE("a key of another certificate: start refused, or nobody is served", "[check]") {
  auto evidence = of({{.what = std::string(wrong_key_start), .outcome = Outcome::reject}});
  CHECK(judge_wrong_key(Level::should, evidence).verdict == Verdict::pass);
  evidence.steps.front().outcome = Outcome::accept;
  evidence.steps.push_back({.what = "a client of that listener", .outcome = Outcome::reject});
  const auto closed = judge_wrong_key(Level::should, evidence);
  CHECK(closed.verdict == Verdict::warn);
  CHECK(closed.reason == "the listener is open, and every handshake fails");
}

TEST_CASE("schemes that do not fit: an alert of the broker, or our refusal", "[check]") {
  const std::vector<std::uint8_t> alerts{40};
  const auto judged = [&](Outcome outcome, const std::string& by, bool with_alert) {
    Step step{.what = "TLS 1.3", .outcome = outcome};
    step.facts = {{"ended by", by}};
    if (with_alert) step.alert = 40;
    return judge_scheme_mismatch(Level::should, of({step}), alerts).verdict;
  };
  CHECK(judged(Outcome::reject, "the broker", true) == Verdict::pass);
  CHECK(judged(Outcome::reject, "our client", false) == Verdict::pass);
  CHECK(judged(Outcome::reject, "the broker", false) == Verdict::warn);
  CHECK(judged(Outcome::accept, "the broker", false) == Verdict::warn);
}

}  // namespace
}  // namespace handfast::check
