// `pki watch`: when to look at a home again, and what to warn of. No clock of its own, no sleeping:
// its owner says what time it is, so a test can live through a year.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "pki/manifest/settings.hpp"
#include "pki/upkeep/inventory.hpp"

namespace handfast::pki {

struct Warning {
  std::string name;
  std::string kind;
  WallTime not_after;
  std::optional<Nanos> step;  ///< the warning time that was crossed; empty: it has expired
  std::string text;           ///< one line
};

/// The plan of one run. A new one looks at once and warns again of everything: a restart resets the
/// plan (capability S4-70).
class Watch {
 public:
  Watch(WatchSettings settings, WallTime start) : settings_(std::move(settings)), next_(start) {}

  /// When to look next; the start at first.
  WallTime next() const { return next_; }

  /// Warns once for each warning time that an item has crossed, and at every look of what has
  /// expired. Then plans the next look: `every` later, or `hurry_every` when something has
  /// expired or has less than `hurry_below` left. It never skips the moment at which hurrying
  /// begins or something expires. A certificate that was replaced starts anew.
  std::vector<Warning> look(const std::vector<Item>& items, WallTime now);

 private:
  struct Told {
    WallTime not_after;
    std::optional<Nanos> step;
  };
  std::optional<Warning> judge(const Item& item, WallTime now);

  WatchSettings settings_;
  WallTime next_;
  std::map<std::string, Told> told_;
};

/// What `notify` asks for. "mail:..." is understood and answered with a sentence: handfast sends no
/// mail, the log line and the exit code of `due` are what a mailer is fed from.
struct Notify {
  bool log = false;
  bool metrics = false;
  std::vector<std::string> not_sent;  ///< one sentence for each mail target
};
Notify notify_of(const WatchSettings& settings);

}  // namespace handfast::pki
