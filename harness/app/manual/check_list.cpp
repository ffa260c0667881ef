#include "harness/app/manual/check_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "harness/check/check.hpp"

namespace handfast::app {

namespace {

/// What a check of our own shares with a row; `spec` lives as long as the program.
ListedCheck listed(const check::CheckSpec& spec) {
  ListedCheck entry;
  entry.row.id = spec.id;
  entry.row.group = spec.group;
  entry.row.level = spec.level;
  entry.row.core = spec.core;
  entry.row.slow = spec.slow;
  entry.row.title = spec.title;
  entry.row.expect = spec.expected;
  entry.row.reference = spec.reference;
  entry.row.note = spec.quote;
  entry.needs = join(spec.needs, ", ");
  return entry;
}

ListedCheck listed(const check::Row& row) {
  return {.row = row, .needs = std::string(row.needs), .unbuilt = check::unbuilt_reason(row.id)};
}

std::vector<std::string> group_names(const std::vector<ListedCheck>& checks) {
  std::vector<std::string> names;
  for (const auto& entry : checks) {
    if (names.empty() || names.back() != entry.row.group) names.emplace_back(entry.row.group);
  }
  return names;
}

}  // namespace

std::vector<ListedCheck> listed_checks() {
  std::vector<ListedCheck> all;
  for (const auto& spec : check::catalogue()) {
    if (check::find_row(spec.id) == nullptr) all.push_back(listed(spec));
  }
  for (const auto& row : check::rows()) all.push_back(listed(row));
  return all;
}

Result<std::vector<ListedCheck>> filtered_checks(const CheckFilter& filter) {
  auto checks = listed_checks();
  const auto groups = group_names(checks);
  if (!filter.group.empty() && std::ranges::find(groups, filter.group) == groups.end()) {
    return usage_problem(fmt::format("there is no check group \"{}\"", printable(filter.group)), {},
                         suggest(filter.group, groups));
  }
  std::erase_if(checks, [&](const ListedCheck& entry) {
    return (!filter.group.empty() && entry.row.group != filter.group) ||
           (filter.core_only && !entry.row.core) || (filter.unbuilt_only && entry.played());
  });
  return checks;
}

std::string level_text(const check::Row& row) {
  std::string text(check::to_string(row.level));
  if (!row.condition.empty()) text += fmt::format(" {}", row.condition);
  return text;
}

std::string checks_as_text(const std::vector<ListedCheck>& checks) {
  constexpr std::string_view form = "{:<38} {:<6} {:<4} {:<4} {:<6} {}\n";
  auto out =
      fmt::format(form, "id", "level", "core", "slow", "played", "what a correct broker does");
  for (const auto& entry : checks) {
    const auto& row = entry.row;
    out += fmt::format(form, row.id, check::to_string(row.level), row.core ? "core" : "-",
                       row.slow ? "slow" : "-", entry.played() ? "yes" : "no", row.title);
  }
  out += fmt::format("{} checks, {} of them played by this build\n", checks.size(),
                     std::ranges::count_if(checks, &ListedCheck::played));
  return out;
}

std::string checks_as_json(const std::vector<ListedCheck>& checks) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& entry : checks) {
    const auto& row = entry.row;
    list.push_back({{"id", row.id},
                    {"group", row.group},
                    {"section", row.section},
                    {"level", check::to_string(row.level)},
                    {"condition", row.condition},
                    {"core", row.core},
                    {"slow", row.slow},
                    {"title", row.title},
                    {"sent", row.sent},
                    {"expect", row.expect},
                    {"reference", row.reference},
                    {"alerts", row.alerts},
                    {"needs", entry.needs},
                    {"note", row.note},
                    {"played", entry.played()},
                    {"unbuilt", entry.unbuilt}});
  }
  return nlohmann::ordered_json({{"checks", std::move(list)}}).dump(2) + "\n";
}

}  // namespace handfast::app
