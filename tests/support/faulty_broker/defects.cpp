#include "tests/support/faulty_broker/defects.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>

namespace handfast::test {

std::span<const DefectSwitch> defect_switches() {
  static const std::vector<DefectSwitch> all = [] {
    std::vector<DefectSwitch> out;
    for (auto* part : {detail::client_chain_switches, detail::certificate_switches,
                       detail::tls_switches, detail::websocket_switches, detail::identity_switches,
                       detail::general_switches, detail::recorded_switches}) {
      std::ranges::move(part(), std::back_inserter(out));
    }
    return out;
  }();
  return all;
}

Defects with_defect(std::string_view name) {
  const auto known = std::ranges::find(defect_switches(), name, &DefectSwitch::name);
  if (known == defect_switches().end()) {
    throw std::invalid_argument("the faulty broker has no switch " + std::string(name));
  }
  Defects defects;
  defects.*known->member = true;
  return defects;
}

}  // namespace handfast::test
