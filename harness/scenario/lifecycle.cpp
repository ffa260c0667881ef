#include "harness/scenario/lifecycle.hpp"

#include "core/base/text.hpp"
#include "core/tls/alert.hpp"

namespace handfast::scenario {

std::string_view to_string(loadgen::CloseStyle style) {
  switch (style) {
    case loadgen::CloseStyle::disconnect:
      return "disconnect";
    case loadgen::CloseStyle::close_notify:
      return "close-notify";
    case loadgen::CloseStyle::fin:
      return "fin";
    case loadgen::CloseStyle::rst:
      return "rst";
  }
  return "?";
}

std::string_view to_string(loadgen::Jitter jitter) {
  switch (jitter) {
    case loadgen::Jitter::none:
      return "none";
    case loadgen::Jitter::equal:
      return "equal";
    case loadgen::Jitter::full:
      return "full";
  }
  return "?";
}

std::string_view to_string(loadgen::StopAt point) {
  switch (point) {
    case loadgen::StopAt::tcp:
      return "tcp";
    case loadgen::StopAt::client_hello:
      return "client-hello";
    case loadgen::StopAt::connect:
      return "connect";
  }
  return "?";
}

std::string to_string(const loadgen::ChainExpectation& expect) {
  if (!expect.refused) return "accepted";
  if (expect.alerts.empty()) return "refused";
  std::vector<std::string> names;
  for (const auto alert : expect.alerts) names.push_back(tls::alert_name(alert));
  return "alert:" + join(names, ",");
}

}  // namespace handfast::scenario
