#include "harness/app/manual/check_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "harness/check/check.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::app;

namespace {

std::vector<ListedCheck> filtered(const CheckFilter& filter) {
  auto checks = filtered_checks(filter);
  REQUIRE(checks);
  return *checks;
}

/// Two made-up checks: what the writers make of them does not hang on the catalogue.
std::vector<ListedCheck> two_checks() {
  check::Row played{.id = "client-one",
                    .section = "A1",
                    .group = "client-chain",
                    .level = check::Level::must,
                    .core = true,
                    .title = "A client is accepted",
                    .sent = "L+I",
                    .expect = "accept",
                    .reference = "RFC 5280 section 6.1",
                    .needs = "mtls"};
  check::Row unbuilt{.id = "tls-two",
                     .section = "C1",
                     .group = "tls-protocol",
                     .level = check::Level::should,
                     .condition = "under TLS 1.2; may under TLS 1.3",
                     .slow = true,
                     .title = "A \"foreign\" hello | is closed",
                     .sent = "TLS_RSA_* only",
                     .expect = "reject",
                     .reference = "RFC 8446 section 4.1.2",
                     .alerts = "40 {71}",
                     .needs = "one"};
  return {{.row = played, .needs = "mtls"},
          {.row = unbuilt, .needs = "one", .unbuilt = "needs much"}};
}

}  // namespace

TEST_CASE("the list has every row and every check of our own, once", "[manual]") {
  const auto checks = listed_checks();
  for (const auto& spec : check::catalogue()) {
    INFO(spec.id);
    CHECK(std::ranges::count(checks, spec.id, [](const auto& c) { return c.row.id; }) == 1);
  }
  for (const auto& row : check::rows()) {
    INFO(row.id);
    CHECK(std::ranges::count(checks, row.id, [](const auto& c) { return c.row.id; }) == 1);
  }
}

TEST_CASE("what the list calls played is what the catalogue can play", "[manual]") {
  const auto played = std::ranges::count_if(listed_checks(), &ListedCheck::played);
  CHECK(std::size_t(played) == check::catalogue().size());
}

TEST_CASE("filters by group, core set and unbuilt rows add up", "[manual]") {
  CHECK(filtered({}).size() == listed_checks().size());
  CHECK(filtered({.group = "client-chain"}).size() == 119);
  CHECK(filtered({.group = "client-chain", .core_only = true}).size() == 44);
  for (const auto& entry : filtered({.group = "websocket", .unbuilt_only = true})) {
    INFO(entry.row.id);
    CHECK(entry.row.group == "websocket");
    CHECK_FALSE(entry.played());
  }
  CHECK_FALSE(filtered({.group = "emqx-guide"}).empty());
}

TEST_CASE("an unknown group is a usage problem with a suggestion", "[manual]") {
  const auto near = filtered_checks({.group = "client-chian"});
  REQUIRE_FALSE(near);
  CHECK(near.error().kind == ProblemKind::usage);
  CHECK(near.error().text() ==
        "there is no check group \"client-chian\" (did you mean \"client-chain\"?)");
  const auto far = filtered_checks({.group = "xyzzy"});
  REQUIRE_FALSE(far);
  CHECK(far.error().text() ==
        "there is no check group \"xyzzy\" (one of: descriptor, emqx-guide, client-chain, "
        "server-chain, tls-protocol, websocket, revocation, identity, dtls)");
}

TEST_CASE("as text: a line for each check, and a sum", "[manual]") {
  CHECK(checks_as_text(two_checks()) ==
        "id                                     level  core slow played what a correct broker "
        "does\n"
        "client-one                             must   core -    yes    A client is accepted\n"
        "tls-two                                should -    slow no     A \"foreign\" hello | is "
        "closed\n"
        "2 checks, 1 of them played by this build\n");
}

TEST_CASE("as text: no id is wider than its column", "[manual]") {
  for (const auto& line : split(checks_as_text(listed_checks()), '\n')) {
    if (line.empty() || line.ends_with("by this build")) continue;
    INFO(line);
    CHECK(line.size() > 39);
    CHECK(line.substr(38, 1) == " ");
  }
}

TEST_CASE("as JSON: every field, with the reason of unbuilt rows", "[manual]") {
  const auto json = nlohmann::json::parse(checks_as_json(two_checks()));
  const auto& checks = json.at("checks");
  REQUIRE(checks.size() == 2);
  CHECK(checks[0].at("id") == "client-one");
  CHECK(checks[0].at("core") == true);
  CHECK(checks[0].at("played") == true);
  CHECK(checks[0].at("unbuilt") == "");
  CHECK(checks[1].at("level") == "should");
  CHECK(checks[1].at("condition") == "under TLS 1.2; may under TLS 1.3");
  CHECK(checks[1].at("slow") == true);
  CHECK(checks[1].at("alerts") == "40 {71}");
  CHECK(checks[1].at("unbuilt") == "needs much");
}

TEST_CASE("as Markdown: tables under the headings of group and section", "[manual]") {
  const auto page = checks_as_markdown(two_checks());
  CHECK_THAT(page, Catch::Contains("\n## A. Client certificate chains\n\n### A1. Controls and "
                                   "presence\n\n| Id | Level |"));
  CHECK_THAT(page, Catch::Contains("| `client-one` | must ★ | A client is accepted | L+I | accept "
                                   "|  | mtls | RFC 5280 section 6.1 |\n"));
  CHECK_THAT(page, Catch::Contains("| `tls-two` | should under TLS 1.2; may under TLS 1.3 | A "
                                   "\"foreign\" hello \\| is closed | TLS_RSA_\\* only | reject | "
                                   "40 {71} | one |"));
}
