#include "harness/probe/datagram/application.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace handfast::probe {

namespace {

constexpr std::array words{std::pair(DatagramApplication::unknown, std::string_view("unknown")),
                           std::pair(DatagramApplication::coap, std::string_view("coap")),
                           std::pair(DatagramApplication::mqtt_sn, std::string_view("mqtt-sn")),
                           std::pair(DatagramApplication::echo, std::string_view("echo"))};

}  // namespace

std::string_view to_string(DatagramApplication application) {
  return std::ranges::find(words, application, &decltype(words)::value_type::first)->second;
}

DatagramApplication datagram_application(std::string_view word) {
  const auto found = std::ranges::find(words, word, &decltype(words)::value_type::second);
  return found == words.end() ? DatagramApplication::unknown : found->first;
}

}  // namespace handfast::probe
