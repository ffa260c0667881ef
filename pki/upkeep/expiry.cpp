#include "pki/upkeep/expiry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace handfast::pki {

namespace {

using Json = nlohmann::ordered_json;

std::string title(const Item& item) {
  return item.kind == "fleet" ? fmt::format("{} ({} members)", item.name, item.members) : item.name;
}

Json json_of(const std::vector<Item>& items, WallTime now) {
  Json out = Json::array();
  for (const auto& item : items) {
    out.push_back(
        {{"name", item.name},
         {"kind", item.kind},
         {"not_after", rfc3339(*item.not_after)},
         {"seconds_left",
          std::chrono::duration_cast<std::chrono::seconds>(*item.not_after - now).count()}});
    if (item.kind == "fleet") out.back()["members"] = item.members;
  }
  return out;
}

}  // namespace

std::string_view to_string(Expiry expiry) {
  switch (expiry) {
    case Expiry::fine:
      return "ok";
    case Expiry::soon:
      return "soon";
    case Expiry::expired:
      return "expired";
  }
  return "?";
}

int due_exit_code(Expiry expiry) {
  if (expiry == Expiry::expired) return 11;
  return expiry == Expiry::soon ? 10 : 0;
}

bool is_watched(const Item& item, bool fleets) {
  if (!item.not_after || item.kind == "fault") return false;
  if (item.kind == "fleet" && !fleets) return false;
  return item.condition != Condition::revoked;
}

Expiry expiry_of(const Item& item, Nanos within, WallTime now) {
  if (*item.not_after < now) return Expiry::expired;
  return *item.not_after - now <= within ? Expiry::soon : Expiry::fine;
}

Expiry DueReport::worst() const {
  if (!expired.empty()) return Expiry::expired;
  return soon.empty() ? Expiry::fine : Expiry::soon;
}

DueReport due(const std::vector<Item>& items, Nanos within, WallTime now, bool fleets) {
  DueReport out;
  for (const auto& item : items) {
    if (!is_watched(item, fleets)) continue;
    switch (expiry_of(item, within, now)) {
      case Expiry::fine:
        ++out.fine;
        break;
      case Expiry::soon:
        out.soon.push_back(item);
        break;
      case Expiry::expired:
        out.expired.push_back(item);
        break;
    }
  }
  const auto by_end = [](const Item& a, const Item& b) {
    return std::tie(*a.not_after, a.name) < std::tie(*b.not_after, b.name);
  };
  std::ranges::sort(out.expired, by_end);
  std::ranges::sort(out.soon, by_end);
  return out;
}

std::string due_text(const DueReport& report, Nanos within, WallTime now) {
  std::string out;
  for (const auto& item : report.expired) {
    out += fmt::format("{}: {} (at {})\n", title(item), left_text(item.not_after, now),
                       rfc3339(*item.not_after));
  }
  for (const auto& item : report.soon) {
    out += fmt::format("{}: expires in {} (at {})\n", title(item), left_text(item.not_after, now),
                       rfc3339(*item.not_after));
  }
  return out +
         fmt::format("{} expired, {} within {}, {} later\n", report.expired.size(),
                     report.soon.size(),
                     left_text(now + std::chrono::duration_cast<WallTime::duration>(within), now),
                     report.fine);
}

std::string due_json(const DueReport& report, WallTime now) {
  const Json out{{"worst", std::string(to_string(report.worst()))},
                 {"expired", json_of(report.expired, now)},
                 {"soon", json_of(report.soon, now)},
                 {"later", report.fine}};
  return out.dump(2) + "\n";
}

}  // namespace handfast::pki
