// From YAML to a baseline.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/config/fields.hpp"
#include "reports/baseline.hpp"

namespace handfast::reports {

namespace {

using config::Field;
using config::Node;
using config::Presence;
using config::read_fields;
using config::store;

constexpr std::int64_t baseline_format = 1;

handfast::Result<void> store_text(std::string& out, const Node& node) {
  auto text = node.text();
  if (!text) return text.error();
  if (trim(*text).empty()) return node.problem(fmt::format("\"{}\" is empty", node.name()));
  out = std::move(*text);
  return {};
}

handfast::Result<BaselineEntry> read_entry(const Node& node) {
  BaselineEntry entry;
  std::string verdict;
  const auto reason = [&](const Node& value) -> handfast::Result<void> {
    if (auto read = store_text(entry.reason, value); !read) {
      auto problem = read.error();
      problem.hint = "say why it is accepted, or name the issue where it is followed";
      return problem;
    }
    return {};
  };
  auto read = read_fields(
      node,
      {{"id", Presence::required, [&](const Node& value) { return store_text(entry.id, value); }},
       {"verdict", Presence::required,
        [&](const Node& value) { return store(verdict, value.one_of({"fail", "warn"})); }},
       {"reason", Presence::required, reason}});
  if (!read) return read.error();
  entry.verdict = verdict == "warn" ? Verdict::warn : Verdict::fail;
  entry.where = node.where();
  return entry;
}

handfast::Result<void> read_entries(std::vector<BaselineEntry>& out, const Node& node) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    auto entry = read_entry(item);
    if (!entry) return entry.error();
    const auto twin = std::ranges::find(out, entry->id, &BaselineEntry::id);
    if (twin != out.end()) {
      return item.problem(fmt::format("\"{}\" is listed twice", printable(entry->id)),
                          "the other one is at " + twin->where);
    }
    out.push_back(std::move(*entry));
  }
  return {};
}

handfast::Result<BaselineBroker> read_broker_part(const Node& node) {
  BaselineBroker part;
  auto read = read_fields(
      node, {{"driver", Presence::required,
              [&](const Node& value) { return store_text(part.driver, value); }},
             {"version", Presence::required,
              [&](const Node& value) { return store_text(part.version, value); }},
             {"deviations", Presence::required,
              [&](const Node& value) { return read_entries(part.deviations, value); }}});
  if (!read) return read.error();
  return part;
}

handfast::Result<void> read_brokers(std::vector<BaselineBroker>& out, const Node& node) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    auto part = read_broker_part(item);
    if (!part) return part.error();
    const bool twin = std::ranges::any_of(out, [&](const BaselineBroker& other) {
      return other.driver == part->driver && other.version == part->version;
    });
    if (twin) {
      return item.problem(
          fmt::format("{} {} is listed twice", printable(part->driver), printable(part->version)),
          "put all its deviations into one list");
    }
    out.push_back(std::move(*part));
  }
  return {};
}

handfast::Result<void> read_tolerances(std::map<std::string, double>& out, const Node& node) {
  auto items = node.list();
  if (!items) return items.error();
  for (const auto& item : *items) {
    std::string metric;
    double change = 0;
    auto read = read_fields(item, {{"metric", Presence::required,
                                    [&](const Node& value) { return store_text(metric, value); }},
                                   {"change", Presence::required, [&](const Node& value) {
                                      return store(change, value.share());
                                    }}});
    if (!read) return read.error();
    if (!out.emplace(metric, change).second) {
      return item.problem(fmt::format("\"{}\" is listed twice", printable(metric)));
    }
  }
  return {};
}

handfast::Result<Baseline> read_document(const Node& node, const std::string& file) {
  Baseline baseline{.file = file, .brokers = {}, .tolerances = {}};
  auto read = read_fields(
      node, {{"handfast-baseline", Presence::required,
              [](const Node& value) -> handfast::Result<void> {
                auto format = value.integer();
                if (!format) return format.error();
                if (*format == baseline_format) return {};
                return value.problem(
                    fmt::format("baseline format {} is not known, this program reads format {}",
                                *format, baseline_format));
              }},
             {"brokers", Presence::required,
              [&](const Node& value) { return read_brokers(baseline.brokers, value); }},
             {"tolerances", Presence::optional,
              [&](const Node& value) { return read_tolerances(baseline.tolerances, value); }}});
  if (!read) return read.error();
  return baseline;
}

}  // namespace

handfast::Result<Baseline> parse_baseline(std::string_view text, const std::string& file) {
  auto node = config::parse_yaml(text, file);
  if (!node) return node.error();
  return read_document(*node, file);
}

handfast::Result<Baseline> load_baseline(const std::filesystem::path& file) {
  auto node = config::load_yaml(file);
  if (!node) return node.error();
  return read_document(*node, file.string());
}

}  // namespace handfast::reports
