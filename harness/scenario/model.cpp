#include "harness/scenario/model.hpp"

#include <algorithm>

namespace handfast::scenario {

const Fleet* Scenario::fleet(std::string_view fleet_name) const {
  const auto at = std::find_if(fleets.begin(), fleets.end(),
                               [&](const Fleet& fleet) { return fleet.name == fleet_name; });
  return at == fleets.end() ? nullptr : &*at;
}

std::string_view to_string(Report report) {
  switch (report) {
    case Report::terminal:
      return "terminal";
    case Report::json:
      return "json";
    case Report::junit:
      return "junit";
    case Report::html:
      return "html";
    case Report::markdown:
      return "markdown";
    case Report::csv:
      return "csv";
    case Report::hlog:
      return "hlog";
  }
  return "?";
}

}  // namespace handfast::scenario
