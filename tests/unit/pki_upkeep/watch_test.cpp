#include "pki/upkeep/watch.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

Item item(const std::string& name, WallTime end, const std::string& kind = "identity") {
  Item out;
  out.name = name;
  out.kind = kind;
  out.not_after = end;
  out.members = 100;
  out.condition = Condition::installed;
  return out;
}

}  // namespace

TEST_CASE("the watch looks every 24 hours, hourly when expired or one day is left (S4-70)",
          "[pki]") {
  Watch watch({}, noon);
  CHECK(watch.next() == noon);
  const std::vector<Item> far{item("a", noon + 90 * day)};
  watch.look(far, noon);
  CHECK(watch.next() == noon + 24h);

  watch.look({item("a", noon + 23h)}, noon);
  CHECK(watch.next() == noon + 1h);
  watch.look({item("a", noon - 5 * day)}, noon);
  CHECK(watch.next() == noon + 1h);
  // The last day begins before the next look would come.
  watch.look({item("a", noon + 30h)}, noon);
  CHECK(watch.next() == noon + 6h);
}

TEST_CASE("a restart resets the plan of the watch (S4-70)", "[pki]") {
  const std::vector<Item> items{item("a", noon + 5 * day)};
  Watch first({}, noon);
  CHECK(first.look(items, noon).size() == 1);
  CHECK(first.look(items, noon + 1h).empty());
  Watch second({}, noon + 2h);
  CHECK(second.next() == noon + 2h);
  CHECK(second.look(items, noon + 2h).size() == 1);
}

TEST_CASE("the watch warns once for each step, and of what has expired at every look (S4-42)",
          "[pki]") {
  Watch watch({}, noon);
  const std::vector<Item> items{item("a", noon + 31 * day)};
  CHECK(watch.look(items, noon).empty());
  auto warnings = watch.look(items, noon + 1 * day);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings.front().step == Nanos(30 * day));
  CHECK(warnings.front().text == "a (identity) expires in 30d, at 2026-07-02T12:00:00Z");
  CHECK(watch.look(items, noon + 2 * day).empty());
  warnings = watch.look(items, noon + 25 * day);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings.front().step == Nanos(7 * day));
  warnings = watch.look(items, noon + 30 * day);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings.front().step == Nanos(day));
  for (int hour = 1; hour < 4; ++hour) {
    warnings = watch.look(items, noon + 31 * day + std::chrono::hours(hour));
    REQUIRE(warnings.size() == 1);
    CHECK_FALSE(warnings.front().step.has_value());
  }
  CHECK(contains(warnings.front().text, "expired 3h ago"));
  // Renewed: it starts anew.
  const std::vector<Item> renewed{item("a", noon + 60 * day)};
  CHECK(watch.look(renewed, noon + 31 * day + 4h).size() == 1);
  CHECK(watch.look(renewed, noon + 31 * day + 5h).empty());
}

TEST_CASE("start, frequency and targets of the watch are settings (S4-68)", "[pki]") {
  const auto manifest = manifest_of(lab_manifest(
      "watch: {warn: [3d], every: 12h, hurry: {below: 2d, every: 10m}, notify: [log, metrics, "
      "'mail:a@x;b@y']}\n"));
  Watch watch(manifest.watch, noon);
  CHECK(watch.look({item("a", noon + 4 * day)}, noon).empty());
  CHECK(watch.next() == noon + 12h);
  CHECK(watch.look({item("a", noon + 3 * day)}, noon).size() == 1);
  watch.look({item("a", noon + 47h)}, noon);
  CHECK(watch.next() == noon + 10min);
  const auto notify = notify_of(manifest.watch);
  CHECK(notify.log);
  CHECK(notify.metrics);
  REQUIRE(notify.not_sent.size() == 1);
  CHECK(notify.not_sent.front().starts_with("no mail is sent to a@x, b@y: handfast sends none"));
}

TEST_CASE("fleets are watched on request (S4-69)", "[pki]") {
  WatchSettings settings;
  const std::vector<Item> items{item("devices", noon + 2 * day, "fleet")};
  CHECK(Watch(settings, noon).look(items, noon).empty());
  settings.fleets = true;
  const auto warnings = Watch(settings, noon).look(items, noon);
  REQUIRE(warnings.size() == 1);
  CHECK(warnings.front().text == "devices (fleet of 100) expires in 2d, at 2026-06-03T12:00:00Z");
}
