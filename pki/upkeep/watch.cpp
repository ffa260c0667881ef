#include "pki/upkeep/watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "pki/upkeep/expiry.hpp"

namespace handfast::pki {

namespace {

std::string warning_text(const Item& item, WallTime now) {
  const auto end = rfc3339(*item.not_after);
  const auto what = item.kind == "fleet" ? fmt::format("fleet of {}", item.members) : item.kind;
  if (*item.not_after < now) {
    return fmt::format("{} ({}) {}, at {}: renew it", item.name, what,
                       left_text(item.not_after, now), end);
  }
  return fmt::format("{} ({}) expires in {}, at {}", item.name, what,
                     left_text(item.not_after, now), end);
}

}  // namespace

std::optional<Warning> Watch::judge(const Item& item, WallTime now) {
  auto& told = told_[item.name];
  if (told.not_after != *item.not_after) told = {*item.not_after, std::nullopt};
  Warning warning{item.name, item.kind, *item.not_after, std::nullopt, warning_text(item, now)};
  if (*item.not_after < now) return warning;
  for (const auto& step : settings_.warn) {
    if (*item.not_after - now <= step && (!warning.step || step < *warning.step)) {
      warning.step = step;
    }
  }
  if (!warning.step || (told.step && *told.step <= *warning.step)) return std::nullopt;
  told.step = warning.step;
  return warning;
}

std::vector<Warning> Watch::look(const std::vector<Item>& items, WallTime now) {
  std::vector<Warning> out;
  bool hurry = false;
  auto next = now + std::chrono::duration_cast<WallTime::duration>(settings_.every);
  for (const auto& item : items) {
    if (!is_watched(item, settings_.fleets)) continue;
    if (auto warning = judge(item, now)) out.push_back(std::move(*warning));
    const auto hurry_from =
        *item.not_after - std::chrono::duration_cast<WallTime::duration>(settings_.hurry_below);
    if (hurry_from <= now) {
      hurry = true;
    } else {
      next = std::min(next, hurry_from);
    }
  }
  if (hurry) {
    next =
        std::min(next, now + std::chrono::duration_cast<WallTime::duration>(settings_.hurry_every));
  }
  next_ = next;
  return out;
}

Notify notify_of(const WatchSettings& settings) {
  Notify out;
  for (const auto& target : settings.notify) {
    if (target == "log") out.log = true;
    if (target == "metrics") out.metrics = true;
    if (!target.starts_with("mail:")) continue;
    const auto addresses = split(std::string_view(target).substr(5), ';');
    out.not_sent.push_back(
        fmt::format("no mail is sent to {}: handfast sends none; feed a mailer from the log, or "
                    "from the exit code of \"pki due\"",
                    join(addresses, ", ")));
  }
  return out;
}

}  // namespace handfast::pki
