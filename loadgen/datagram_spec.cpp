#include "loadgen/datagram_spec.hpp"

namespace handfast::loadgen {

std::string_view to_string(Application application) {
  switch (application) {
    case Application::mqtt:
      return "mqtt";
    case Application::none:
      return "none";
    case Application::coap:
      return "coap";
    case Application::mqtt_sn:
      return "mqtt-sn";
  }
  return "";
}

}  // namespace handfast::loadgen
