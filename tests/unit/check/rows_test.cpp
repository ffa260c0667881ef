// The conformance catalogue: complete, consistent, and each row either played or listed as unbuilt.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "harness/check/check.hpp"
#include "harness/check/row.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

struct GroupFacts {
  std::string_view name;
  char letter;
  std::size_t rows, core;
};

// The counts of the specification.
constexpr GroupFacts group_facts[] = {
    {"client-chain", 'A', 119, 44}, {"server-chain", 'B', 36, 13}, {"tls-protocol", 'C', 101, 30},
    {"websocket", 'D', 39, 13},     {"revocation", 'E', 36, 13},   {"identity", 'F', 51, 18},
    {"dtls", 'G', 36, 10},
};

bool in_catalogue(std::string_view id) {
  return std::ranges::find(catalogue(), id, &CheckSpec::id) != catalogue().end();
}

bool is_row_id(std::string_view id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_plain_text(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

TEST_CASE("each group of the conformance catalogue has its rows and its core set", "[rows]") {
  std::size_t all = 0;
  for (const auto& facts : group_facts) {
    INFO(facts.name);
    const auto in_group = [&](const Row& row) { return row.group == facts.name; };
    const auto in_core = [&](const Row& row) { return in_group(row) && row.core; };
    CHECK(std::size_t(std::ranges::count_if(rows(), in_group)) == facts.rows);
    CHECK(std::size_t(std::ranges::count_if(rows(), in_core)) == facts.core);
    all += facts.rows;
  }
  CHECK(rows().size() == all);
}

TEST_CASE("rows stand together by group, in the order of the specification", "[rows]") {
  auto facts = std::begin(group_facts);
  for (const auto& row : rows()) {
    INFO(row.id);
    if (row.group != facts->name) ++facts;
    REQUIRE(facts != std::end(group_facts));
    CHECK(row.group == facts->name);
    CHECK(row.section.front() == facts->letter);
  }
}

TEST_CASE("row ids are unique and kebab-case, and lead to their row", "[rows]") {
  std::set<std::string_view> seen;
  for (const auto& row : rows()) {
    INFO(row.id);
    CHECK(seen.insert(row.id).second);
    CHECK(is_row_id(row.id));
    CHECK(find_row(row.id) == &row);
  }
  CHECK(find_row("client-cert-expierd") == nullptr);
  CHECK(find_row("") == nullptr);
}

TEST_CASE("every row says what is sent, what is expected, why, and what it needs", "[rows]") {
  for (const auto& row : rows()) {
    INFO(row.id);
    for (const auto text :
         {row.section, row.title, row.sent, row.expect, row.reference, row.needs}) {
      CHECK_FALSE(text.empty());
    }
    for (const auto text :
         {row.condition, row.title, row.sent, row.expect, row.reference, row.alerts, row.note}) {
      CHECK(is_plain_text(text));
    }
  }
}

TEST_CASE("titles are sentences without a full stop, and no two are the same", "[rows]") {
  std::map<std::string_view, std::string_view> seen;
  for (const auto& row : rows()) {
    INFO(row.id);
    CHECK(std::isupper(static_cast<unsigned char>(row.title.front())));
    CHECK(row.title.back() != '.');
    const auto [first, fresh] = seen.emplace(row.title, row.id);
    INFO("the same as " << first->second);
    CHECK(fresh);
  }
}

TEST_CASE("a condition reads on behind its level", "[rows]") {
  for (const auto& row : rows()) {
    if (row.condition.empty()) continue;
    INFO(row.id << ": " << row.condition);
    CHECK((row.condition.starts_with("if ") || row.condition.starts_with("unless ") ||
           row.condition.starts_with("under ") || row.condition.starts_with("for ")));
  }
}

TEST_CASE("rows of deadlines are slow", "[rows]") {
  CHECK(find_row("tls-halfopen-silent")->slow);
  CHECK(find_row("proxy-half-then-silence")->slow);
  CHECK_FALSE(find_row("client-cert-expired")->slow);
}

TEST_CASE("every row is either played or listed with what it lacks", "[rows]") {
  for (const auto& row : rows()) {
    INFO(row.id);
    CHECK(in_catalogue(row.id) == unbuilt_reason(row.id).empty());
  }
}

TEST_CASE("the list of unbuilt rows has no stale, unknown or double entry", "[rows]") {
  std::set<std::string_view> seen;
  for (const auto& entry : unbuilt()) {
    INFO(entry.id);
    CHECK(find_row(entry.id) != nullptr);
    CHECK_FALSE(in_catalogue(entry.id));
    CHECK(seen.insert(entry.id).second);
    CHECK_FALSE(entry.reason.empty());
  }
}

TEST_CASE("a played row has the group and the marks of its catalogue row", "[rows]") {
  for (const auto& spec : catalogue()) {
    const auto* row = find_row(spec.id);
    if (row == nullptr) continue;  // emqx-guide is a group of our own
    INFO(spec.id);
    CHECK(spec.group == row->group);
    CHECK(spec.core == row->core);
    CHECK(spec.slow == row->slow);
  }
}

}  // namespace handfast::check
