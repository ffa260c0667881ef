// What the catalogue is worth: each row that is to notice a switch of the faulty broker notices it.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "core/base/text.hpp"
#include "tests/integration/faulty_broker/play_rows.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

using reports::Verdict;

/// A switch that one of its rows does not notice, or a row that the conforming broker does not pass
/// (no switch), and why.
struct Known {
  std::string_view defect;
  std::string_view row;
  std::string_view why;
};

constexpr Known known[] = {
    {"accepts_forged_crl", "crl-bad-signature", "either outcome is legitimate there"},
    {"accepts_forged_crl", "crl-forged-beside-good", "libssl takes the genuine CRL first"},
    {"no_tls13", "tls-v13-preferred", "a version that is not spoken is skipped"},
    {"no_tls13", "tls13-hrr", "a version that is not spoken is skipped"},
    {"prefers_tls12", "tls-v13-preferred", "a version that is not spoken is skipped"},
    {"refuses_large_hello", "tls-unknown-extension-big", "a may row records"},
    {"accepts_early_data", "tls13-early-data-sent",
     "the row is about data that tickets do not allow"},
    {"ignores_malformed_packets", "tls-on-plain-port", "the connection ends at another deadline"},
    {"accepts_expired", "tls-resume-after-expiry",
     "where full handshakes are accepted too, a resumption proves nothing: skipped"},
    {"", "certreq-name-independence", "the conforming broker names its anchors: skipped"},
    {"", "client-cv-sha1", "the conforming broker does not offer it: skipped"},
    {"", "tls13-early-data-replay", "the conforming broker allows none: skipped"},
    {"", "tls12-reneg-legacy", "the conforming broker refuses to renegotiate: skipped"},
    {"", "psk-identity-odd", "libssl cuts an identity at its NUL and looks up the rest: warn"},
    {"", "proxy-unexpected", "libssl closes without an alert: warn"},
    {"", "tls-plain-mqtt", "libssl closes without an alert: warn"},
    {"", "tls-refusal-readable", "the plain listener refuses by closing"},
};

/// Rows of the core set, must or should, that no switch makes fail here, and why.
struct Uncaught {
  std::string_view row;
  std::string_view why;
};

constexpr Uncaught uncaught[] = {
    {"client-reject-storm",
     "its switch ends all service, so the control goes with it: inconclusive"},
    {"tls-abort-everywhere",
     "its switch ends all service, so the control goes with it: inconclusive"},
    {"tls-mqtt-with-finished", "its switch loses the control's CONNECT too: inconclusive"},
};

bool is_uncaught(std::string_view row) {
  return std::ranges::find(uncaught, row, &Uncaught::row) != std::end(uncaught);
}

/// For work on one switch: HANDFAST_SWITCHES="staples_nothing cdp_wants_pem" plays these alone.
bool is_wanted(std::string_view defect) {
  const char* only = std::getenv("HANDFAST_SWITCHES");
  if (only == nullptr) return true;
  const auto names = split(only, ' ');
  return std::ranges::find(names, defect) != names.end();
}

bool is_known(std::string_view defect, std::string_view row) {
  return std::ranges::any_of(
      known, [&](const Known& entry) { return entry.defect == defect && entry.row == row; });
}

/// The mutation score of the core set: of its must and should rows, those that fail or warn under
/// one of their switches. A control that a switch breaks is no catch.
void check_score(const std::set<std::string, std::less<>>& caught) {
  std::size_t all = 0;
  std::size_t good = 0;
  for (const auto& row : check::rows()) {
    const bool judges = row.level == check::Level::must || row.level == check::Level::should;
    // Those of group G are asked of the lab gateway: dtls_switches.
    if (!row.core || !judges || row.group == "dtls") continue;
    const bool is_caught = caught.contains(row.id);
    INFO(row.id);
    CHECK(is_caught != is_uncaught(row.id));
    good += is_caught ? 1U : 0U;
    ++all;
  }
  WARN(good << " of " << all << " must and should rows of the core set catch a switch");
  CHECK(good * 100 >= all * 95);
}

TEST_CASE("Every row that is to notice a switch notices it", "[faulty_broker]") {
  const bool is_verbose = std::getenv("HANDFAST_SWITCHES") != nullptr;
  std::set<std::string, std::less<>> failed;
  std::size_t noticed = 0;
  std::size_t asked = 0;
  for (const auto& entry : defect_switches()) {
    const auto ids = playable(entry.rows);
    if (ids.empty() || entry.recorded_only || !is_wanted(entry.name)) continue;
    for (const auto& result : play(ids, with_defect(entry.name))) {
      if (std::ranges::find(entry.rows, result.id) == entry.rows.end()) continue;
      INFO(entry.name << " and " << result.id << ": " << to_string(result.verdict) << ", "
                      << result.observed << " / " << result.reason);
      const bool caught = result.verdict != Verdict::pass && result.verdict != Verdict::info &&
                          result.verdict != Verdict::skip;
      CHECK(caught !=
            is_known(entry.name, result.id));  // an entry that is no longer true fails too
      if (is_verbose) WARN(entry.name << ", " << result.id << ": " << to_string(result.verdict));
      noticed += caught ? 1U : 0U;
      if (result.verdict == Verdict::fail || result.verdict == Verdict::warn) {
        failed.insert(result.id);
      }
      ++asked;
    }
  }
  WARN(noticed << " of " << asked << " pairs of switch and row were noticed");
  CHECK(noticed * 100 >= asked * 90);
  if (std::getenv("HANDFAST_SWITCHES") == nullptr) check_score(failed);
}

TEST_CASE("No row of the table finds fault with the conforming broker", "[faulty_broker]") {
  std::vector<std::string> ids;
  for (const auto& entry : defect_switches()) {
    if (!is_wanted(entry.name)) continue;
    for (auto& id : playable(entry.rows)) {
      if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
    }
  }
  for (const auto& result : play(ids, {})) {
    INFO(result.id << ": " << result.observed << " / " << result.reason);
    const bool good = result.verdict == Verdict::pass || result.verdict == Verdict::info;
    CHECK(good != is_known("", result.id));
  }
}

TEST_CASE("Renegotiation with the extension alone is right about the one without",
          "[faulty_broker]") {
  if (!is_wanted("serves_renegotiation")) return;
  const auto results = play({"tls12-reneg-legacy"}, with_defect("serves_renegotiation"));
  INFO(results.at(0).observed << " / " << results.at(0).reason);
  CHECK(results.at(0).verdict == Verdict::pass);
}

}  // namespace
}  // namespace handfast::test
