// Catalogue A4: dates.
#include <chrono>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;
using std::chrono::seconds;

/// A client's leaf that is valid from a month ago until `end` from the base time.
std::function<void(World&, Fixture&)> ending(seconds end) {
  return [end](World& w, Fixture& f) {
    auto spec = w.client();
    spec.period = {w.base() - one_day * 20, w.base() + end};
    const auto leaf = w.issue(spec, w.key("leaf"), &w.second());
    send(f, {&leaf, &w.second()});
  };
}

}  // namespace

FixtureRecipes validity_fixtures() {
  return {
      {{"client-cert-expired", "A4", reject, "ended a day ago", {expired}}, ending(-one_day)},
      {{"client-cert-expired-seconds", "A4", reject, "ended three seconds ago", {expired}},
       ending(seconds(-3))},
      {{"client-cert-not-yet-valid", "A4", reject, "begins in ten days", {not_yet_valid}},
       [](World& w, Fixture& f) {
         auto spec = w.client();
         spec.period = {w.base() + one_day * 10, w.base() + one_day * 90};
         const auto leaf = w.issue(spec, w.key("leaf"), &w.second());
         send(f, {&leaf, &w.second()});
       }},
      {{"client-int-expired",
        "A4",
        reject,
        "the intermediate ended a day ago, the leaf is valid",
        {expired, outlives_issuer}},
       [](World& w, Fixture& f) {
         auto spec = w.ca("second");
         spec.period = w.around(one_day * 30, -one_day);
         const auto second = w.issue(spec, w.key("second"), &w.root());
         const auto leaf = w.issue(w.client(), w.key("leaf"), &second, true);
         send(f, {&leaf, &second});
       }},
      mutated(
          {"client-cert-inverted-dates", "A4", reject, "ends before it begins", {inverted_dates}},
          "dates-inverted"),
      mutated({"client-cert-no-expiry", "A4", accept, "ends on 9999-12-31", {outlives_issuer}},
              "no-expiry"),
      {{"client-expires-while-connected", "A4", either, "15 seconds left"}, ending(seconds(15))},
      {{"client-dates-unchecked-option",
        "A4",
        accept,
        "expired, and the broker told not to look",
        {expired},
        "no date checks"},
       ending(-one_day)},
  };
}

}  // namespace handfast::pki::detail
