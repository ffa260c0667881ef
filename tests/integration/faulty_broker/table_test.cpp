// The table of switches: what the mutation-score test iterates over.
#include <algorithm>
#include <iterator>
#include <set>
#include <string>

#include "harness/check/row.hpp"
#include "tests/integration/faulty_broker/recorded.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test {
namespace {

/// Rows, must or should, that no switch is about, and why.
struct WithoutSwitch {
  std::string_view row;
  std::string_view why;
};

constexpr WithoutSwitch without_switch[] = {
    {"client-dates-unchecked-option", "the faulty broker has no such option to declare"},
    // libssl does not pass these by itself, so a switch would show nothing.
    {"client-ext-duplicate", "libcrypto finds no issuer for it, and says unknown_ca"},
    {"client-alg-dsa", "libssl takes DSA in TLS 1.2"},
    {"server-chain-file-misordered", "libssl sends the file as it stands"},
    {"tls13-ccs-bad", "libssl says illegal_parameter"},
    {"crl-old-and-new", "libssl takes the older of two CRLs"},
    {"client-size-over-limit", "records what a broker does: only loss of service fails it"},
    {"client-eku-policy", "the faulty broker has no such option to declare"},
    {"server-cn-only", "judges our own client: that it does not take the common name for a host"},
    {"tls-ticket-lifetime", "libssl itself ends tickets of TLS 1.3 after seven days"},
    {"tls12-reneg-info", "libssl always sends the extension"},
    {"tls13-keyupdate-flood", "may end in either way, as long as others are served"},
    {"tls13-no-unrequested-auth", "libssl asks for nothing behind the handshake by itself"},
    {"tls-record-empty-appdata", "libssl takes an empty record without telling anybody"},
    {"tls-compression-off", "libssl answers with no compression, whatever is offered"},
    {"tls-max-fragment", "libssl keeps the length that it agreed to by itself"},
    {"tls13-ccs-middlebox", "libssl drops the record before anything of ours sees it"},
    {"tls-record-max", "libssl hands a record of any size on in pieces"},
    {"tls-record-version-odd", "libssl does not look at the version of the first record"},
    {"tls-hello-extension-order", "libssl takes extensions in any order before ours are asked"},
    {"tls-alpn-absent", "the control sends no ALPN either, so who insists on it serves nobody"},
    {"tls-clientflight-split", "libssl puts messages together before anything of ours sees them"},
};

TEST_CASE("Every member of Defects has one row in the table of switches", "[faulty_broker]") {
  static_assert(sizeof(bool) == 1);
  CHECK(defect_switches().size() == sizeof(Defects));
  std::set<std::string_view> names;
  for (const auto& entry : defect_switches()) {
    INFO(entry.name);
    CHECK(names.insert(entry.name).second);
    CHECK_FALSE(entry.what.empty());
    CHECK_FALSE(entry.rows.empty());
  }
}

TEST_CASE("A switch turns on its own member and no other", "[faulty_broker]") {
  for (const auto& entry : defect_switches()) {
    INFO(entry.name);
    const auto defects = with_defect(entry.name);
    for (const auto& other : defect_switches()) {
      CHECK(defects.*other.member == (other.name == entry.name));
    }
  }
  CHECK_THROWS_WITH(with_defect("accepts_everything"),
                    "the faulty broker has no switch accepts_everything");
}

TEST_CASE("Every row that judges has a switch that it is to notice, or a reason to have none",
          "[faulty_broker]") {
  std::set<std::string_view> switched;
  for (const auto& entry : defect_switches()) switched.insert(entry.rows.begin(), entry.rows.end());
  std::size_t reasons = 0;
  for (const auto& row : check::rows()) {
    const bool judges = row.level == check::Level::must || row.level == check::Level::should;
    if (row.group == "dtls" || !judges) continue;
    const bool excused =
        std::ranges::find(without_switch, row.id, &WithoutSwitch::row) != std::end(without_switch);
    INFO(row.id);
    CHECK(switched.contains(row.id) != excused);
    reasons += excused ? 1U : 0U;
  }
  CHECK(reasons == std::size(without_switch));
}

TEST_CASE("Every row that only records has two outcomes, or a reason to have one",
          "[faulty_broker]") {
  std::size_t all = 0;
  for (const auto& row : check::rows()) {
    if (row.group == "dtls" || row.level != check::Level::may) continue;
    const auto two = std::ranges::count(recorded_rows(), row.id, &Recorded::row);
    const auto one = std::ranges::count(recorded_once(), row.id, &RecordedOnce::row);
    INFO(row.id);
    CHECK(two + one == 1);
    ++all;
  }
  CHECK(all == recorded_rows().size() + recorded_once().size());
}

}  // namespace
}  // namespace handfast::test
