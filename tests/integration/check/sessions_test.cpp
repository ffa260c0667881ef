// Whole sessions of the catalogue on real mosquitto: what it is known to do is found again.
#include "harness/check/session.hpp"

#include <stdlib.h>

#include <filesystem>
#include <map>

#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using reports::Verdict;

/// A folder that the broker's user may enter.
class OpenFolder {
 public:
  OpenFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "handfast-check-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    using std::filesystem::perms;
    std::filesystem::permissions(path_, perms::group_exec | perms::others_exec,
                                 std::filesystem::perm_options::add);
  }
  ~OpenFolder() { std::filesystem::remove_all(path_); }
  OpenFolder(const OpenFolder&) = delete;
  OpenFolder& operator=(const OpenFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::map<std::string, reports::CheckResult> play_core(const std::string& group) {
  const OpenFolder folder;
  SessionOptions options;
  options.directory = folder.path();
  options.selection.groups = {group};
  options.selection.core_only = true;
  auto session = run_session(options);
  REQUIRE(session);
  CHECK(session->broker.driver == "mosquitto");
  CHECK_FALSE(session->broker.died);
  std::map<std::string, reports::CheckResult> results;
  for (auto& result : session->checks) results[result.id] = result;
  return results;
}

/// Every row passes but for those that `known` gives another verdict.
void check_verdicts(const std::map<std::string, reports::CheckResult>& results,
                    const std::map<std::string, Verdict>& known) {
  for (const auto& [id, result] : results) {
    const auto found = known.find(id);
    INFO(id << ": " << result.observed << " | " << result.reason);
    CHECK(result.verdict == (found == known.end() ? Verdict::pass : found->second));
  }
  for (const auto& [id, verdict] : known) {
    INFO(id);
    CHECK(results.contains(id));
  }
}

TEST_CASE("mosquitto judges client chains as the catalogue's core wants", "[check][mosquitto]") {
  const auto results = play_core("client-chain");
  CHECK(results.size() >= 30);
  check_verdicts(results, {{"client-depth-over-limit", Verdict::skip},
                           {"client-inter-anchor-partial", Verdict::skip},
                           {"client-inter-anchor-strict", Verdict::info},
                           {"client-partial-sibling", Verdict::skip}});
  CHECK(results.at("client-depth-over-limit").reason == "mtls.depth");
}

TEST_CASE("mosquitto presents its own chain as configured", "[check][mosquitto]") {
  const auto results = play_core("server-chain");
  CHECK(results.size() >= 8);
  // Its store of anchors only grows: an authority that is taken out of the file stays trusted.
  check_verdicts(results, {{"server-reload-trust", Verdict::warn}});
}

TEST_CASE("mosquitto names its users by certificates and keys", "[check][mosquitto]") {
  const auto results = play_core("identity");
  CHECK(results.size() >= 16);
  check_verdicts(results, {{"ident-no-cert-optional", Verdict::skip},
                           {"ident-cn-two", Verdict::info},
                           {"proxy-v2-inet", Verdict::skip},
                           {"proxy-missing", Verdict::skip},
                           {"proxy-before-tls", Verdict::skip},
                           {"proxy-v2-malformed", Verdict::skip},
                           {"proxy-cert-required", Verdict::skip},
                           {"proxy-cn-username", Verdict::skip}});
  CHECK_THAT(results.at("ident-cn-two").observed, Catch::Matchers::Contains("user dev-1"));
}

TEST_CASE("mosquitto looks up the leaf alone in its CRLs", "[check][mosquitto]") {
  const auto results = play_core("revocation");
  check_verdicts(results, {{"crl-revoked-intermediate", Verdict::warn},
                           {"crl-missing-for-issuer", Verdict::info},
                           {"crl-expired", Verdict::info},
                           // Its WebSocket listeners take no notice of crlfile.
                           {"crl-on-wss", Verdict::fail},
                           {"crl-cdp-fetch", Verdict::skip},
                           {"crl-cdp-down", Verdict::skip},
                           {"ocsp-staple-good", Verdict::skip}});
  CHECK_THAT(results.at("crl-revoked-intermediate").observed,
             Catch::Matchers::StartsWith("accept"));
}

}  // namespace
}  // namespace handfast::check
