#include "pki/upkeep/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

std::string time_or_dash(const std::optional<WallTime>& time) {
  return time ? rfc3339(*time) : std::string("-");
}

std::string condition_text(const Item& item) {
  if (item.condition == Condition::revoked) return fmt::format("revoked ({})", item.revoked);
  return std::string(to_string(item.condition));
}

Row row_of(const Item& item, WallTime now) {
  const auto kind = item.kind == "fleet" ? fmt::format("fleet of {}", item.members) : item.kind;
  return {item.name,
          kind,
          store_text(item),
          item.subject,
          item.issuer,
          item.key,
          time_or_dash(item.not_after),
          left_text(item.not_after, now),
          condition_text(item),
          item.generation == 0 ? "-" : std::to_string(item.generation)};
}

const Row& header() {
  static const Row names{"name", "kind",    "store", "subject", "issuer",
                         "key",  "expires", "left",  "status",  "generation"};
  return names;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
}

Json json_of(const Item& item, WallTime now) {
  Json out{{"name", item.name},
           {"kind", item.kind},
           {"identity", item.identity},
           {"trust", item.trust},
           {"subject", item.subject},
           {"issuer", item.issuer},
           {"key", item.key},
           {"usage", item.usage},
           {"names", item.names},
           {"bundles", item.bundles},
           {"status", std::string(to_string(item.condition))},
           {"generation", item.generation}};
  if (item.not_after) {
    out["serial"] = item.serial;
    out["not_before"] = time_or_dash(item.not_before);
    out["not_after"] = time_or_dash(item.not_after);
    out["seconds_left"] =
        std::chrono::duration_cast<std::chrono::seconds>(*item.not_after - now).count();
  }
  if (!item.revoked.empty()) out["revoked"] = item.revoked;
  if (item.kind == "fleet") out["members"] = item.members;
  if (!item.note.empty()) out["note"] = item.note;
  return out;
}

}  // namespace

std::string list_text(const std::vector<Item>& items, WallTime now) {
  std::vector<Row> rows{header()};
  for (const auto& item : items) rows.push_back(row_of(item, now));
  std::vector<std::size_t> widths(header().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += fmt::format("{:<{}}  ", printable(row[i]), widths[i]);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  }
  return out;
}

std::string list_json(const std::vector<Item>& items, WallTime now) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(json_of(item, now));
  return Json{{"certificates", list}}.dump(2) + "\n";
}

std::string list_csv(const std::vector<Item>& items, WallTime now) {
  std::string out;
  const auto add = [&out](const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "," : "") + csv_field(row[i]);
    out += "\n";
  };
  add(header());
  for (const auto& item : items) add(row_of(item, now));
  return out;
}

std::string status_text(const std::vector<Item>& items, WallTime now) {
  std::string out;
  for (const auto& item : items) {
    out += fmt::format("{}: {}", item.name, condition_text(item));
    if (item.not_after) {
      out += fmt::format(", generation {}, {} {} ({})", item.generation,
                         *item.not_after < now ? "ended" : "expires", rfc3339(*item.not_after),
                         left_text(item.not_after, now));
    }
    out += "\n";
  }
  return out;
}

std::string status_of(const Item& item, const EntryState* state, WallTime now) {
  auto out = status_text({item}, now);
  const auto line = [&out](const char* label, const std::string& text) {
    if (!text.empty()) out += fmt::format("  {:<12}{}\n", label, printable(text, 2000));
  };
  line("kind", item.kind == "fleet" ? fmt::format("fleet of {}", item.members) : item.kind);
  line("store", store_text(item));
  line("subject", item.subject);
  line("issuer", item.issuer);
  line("key", item.key);
  line("serial", item.serial);
  line("usage", join(item.usage, ", "));
  line("names", join(item.names, ", "));
  line("bundles", join(item.bundles, ", "));
  line("note", item.note);
  if (!state) return out;
  if (!state->members.empty()) {
    line("revoked", fmt::format("{} members by hand", state->members.size()));
  }
  for (const auto& old : state->old) {
    const auto revoked = old.revoked ? fmt::format(", revoked ({})", old.revoked->reason) : "";
    line("earlier", fmt::format("{}@{}, serial {}, until {}{}", item.name, old.generation,
                                old.serial, old.not_after, revoked));
  }
  return out;
}

}  // namespace handfast::pki
